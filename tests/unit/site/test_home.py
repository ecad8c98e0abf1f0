"""The home page: drivers as people say them, the legend, and what was reviewed last."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from kb.check import Checked, read
from kb.model import Certainty, Status, Verdict
from kb.site.contexts.home import CHANGES, HomePage, home_page
from kb.view.catalog import Catalog


@pytest.fixture(scope="module")
def page(real: Checked) -> HomePage:
    return home_page(Catalog(real.knowledge))


def test_every_driver_has_a_voice_of_its_own(real: Checked) -> None:
    drivers = [driver for driver in real.knowledge.drivers.values() if driver.status is Status.PUBLISHED]
    voices = [driver.voice for driver in drivers if driver.voice]
    assert len(set(voices)) == len(drivers)
    assert [voice for voice in voices if not voice[0].isupper() or voice[-1] in '.!?”"'] == []


def test_the_home_page_leads_from_each_voice_to_its_driver_and_to_what_can_be_compared(
    page: HomePage, real: Checked, built: Path
) -> None:
    text = (built / "index.html").read_text(encoding="utf-8")
    causes = (*page.drivers, *page.manifestations)
    assert {cause.driver.href for cause in causes} == {f"/{driver.path}" for driver in real.knowledge.drivers.values()}
    for cause in causes:
        slug = cause.driver.href.split("/")[2]
        assert f'<a href="./drivers/{slug}/index.html">“{real.knowledge.drivers[slug].voice}”</a>' in text.replace(
            "&#39;", "'"
        )
        if cause.compare:
            assert f'<a href="./compare/index.html?driver={slug}">{cause.compare.title}</a>' in text
            assert cause.strongest is not None
            assert " · " in cause.strongest.note


def test_a_driver_that_nobody_has_put_into_words_is_called_by_its_title(
    content: Callable[..., Path], today: date
) -> None:
    page = home_page(Catalog(read(content(), today)))
    assert {cause.driver.title: cause.voice for cause in page.drivers}["Paperwork"] == ""


def test_the_home_page_shows_each_intervention_by_its_verdict(page: HomePage, real: Checked, built: Path) -> None:
    """A circle each, the strongest verdict first; the caption leads to those of a verdict."""
    published = [item.slug for item in real.knowledge.interventions.values() if item.status is Status.PUBLISHED]
    verdicts = [real.knowledge.assessments[slug].verdict for slug in published]
    assert [tally.verdict for tally in page.tallies] == sorted(set(verdicts), key=list(Verdict).index)
    best = max(assessment.certainty or 0 for assessment in real.knowledge.assessments.values())
    text = (built / "index.html").read_text(encoding="utf-8")
    assert f"Certainty is {Certainty(best).label} at best.</figcaption>" in text
    for tally in page.tallies:
        drawn = re.search(rf'<g class="{tally.verdict}">((?:<circle [^>]*/>)*)</g>', text)
        assert drawn
        assert drawn[1].count("<circle") == tally.count == verdicts.count(Verdict(tally.verdict))
        assert f'href="./compare/index.html?verdict={tally.verdict}">{tally.compare.title}</a>' in text


def test_the_legend_tells_every_verdict_and_certainty(page: HomePage) -> None:
    assert [item.text for item in page.verdicts] == [verdict.label for verdict in Verdict]
    assert [item.level for item in page.certainties] == [4, 3, 2, 1, 0]


def test_the_latest_changes_stand_by_day_the_last_first(content: Callable[..., Path], today: date) -> None:
    root = content()
    path = root / "drivers/paperwork.md"
    old = path.read_text(encoding="utf-8")
    path.write_text(old.replace("reviewed: 2026-11-01", "reviewed: 2026-11-20"), encoding="utf-8")
    changes = home_page(Catalog(read(root, today))).changes
    assert changes[0].day == "November 20, 2026"
    assert [(link.title, link.note) for link in changes[0].entries] == [("Paperwork", "Driver")]
    assert changes[0].more == ""
    assert sum(len(group.entries) for group in changes) <= CHANGES


def test_entries_beyond_the_first_are_counted(page: HomePage) -> None:
    assert sum(len(group.entries) for group in page.changes) == CHANGES
    assert page.changes[-1].more.endswith(" more entries")
