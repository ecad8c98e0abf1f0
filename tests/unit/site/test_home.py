"""The home page: drivers as people say them, the legend, and what moved last."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from kb.check import Checked, read
from kb.model import Certainty, ClaimBasis, EntryStatus, OutcomeGroup, Verdict
from kb.site import build_site
from kb.site.context import Context
from kb.site.lists import home_page
from kb.view.catalog import Catalog
from kb.view.parts import day
from kb.view.screening import REVIEWS


@pytest.fixture(scope="module")
def page(real: Checked) -> Context:
    return home_page(Catalog(real.knowledge))


def test_every_driver_has_a_voice_of_its_own(real: Checked) -> None:
    drivers = [driver for driver in real.knowledge.drivers.values() if driver.status is EntryStatus.PUBLISHED]
    voices = [driver.voice for driver in drivers if driver.voice]
    assert len(set(voices)) == len(drivers)
    assert [voice for voice in voices if not voice[0].isupper() or voice[-1] in '.!?”"'] == []


def test_the_home_page_leads_from_each_voice_to_its_driver_and_to_what_can_be_compared(
    page: Context, real: Checked, built: Path
) -> None:
    text = (built / "index.html").read_text(encoding="utf-8")
    causes = (*page.drivers, *page.manifestations)
    assert {driver.slug for driver, _, _ in causes} == set(real.knowledge.drivers)
    for driver, count, strongest in causes:
        link = f'<a href="./drivers/{driver.slug}/index.html">“{driver.voice}”</a>'
        assert link in text.replace("&#39;", "'")
        if count:
            assert f'<a href="./compare/index.html?driver={driver.slug}">Compare {count} intervention' in text
        assert count or not strongest


def test_the_strongest_for_a_driver_is_measured_or_stated_and_its_verdict_is_not_lent(
    page: Context, real: Checked
) -> None:
    told = 0
    for driver, _, strongest in (*page.drivers, *page.manifestations):
        if strongest is None:
            continue
        slug = strongest.href.split("/")[2]
        claims = [claim for claim in real.knowledge.interventions[slug].drivers if claim.driver == driver.slug]
        assert {claim.basis for claim in claims} & {ClaimBasis.MEASURED, ClaimBasis.STATED}
        outcome = real.knowledge.assessments[slug].outcome
        if outcome and outcome.group is OutcomeGroup.BURNOUT:
            assert strongest.note.endswith("on burnout overall")
            told += 1
    assert told


def test_a_line_says_what_the_base_rests_on_and_until_when_was_searched(real: Checked, built: Path) -> None:
    behind = {slug for found in real.knowledge.assessments.values() for slug in found.studies}
    trials = [s for s in behind if real.knowledge.studies[s].design not in REVIEWS]
    text = (built / "index.html").read_text(encoding="utf-8")
    until = day(max(item.screened for item in real.knowledge.screening))
    assert re.search(
        rf"Rests on {len(trials)} studies with results on interventions and \d+ reviews?, searched until {until}. "
        rf'<a href="./protocol/',
        text,
    )


@pytest.mark.slow
def test_a_driver_that_nobody_has_put_into_words_is_called_by_its_title(
    content: Callable[..., Path], today: date
) -> None:
    root = content()
    text = build_site(read(root, today), root)["index.html"].decode()
    assert '<h3><a href="./drivers/paperwork/index.html">Paperwork</a></h3>' in text


def test_the_home_page_shows_each_intervention_by_what_its_verdict_is_called(
    page: Context, real: Checked, built: Path
) -> None:
    """A circle each, the strongest verdict first; the caption leads to those of a verdict."""
    published = [item.slug for item in real.knowledge.interventions.values() if item.status is EntryStatus.PUBLISHED]
    labels = [real.knowledge.assessments[slug].label for slug in published]
    verdicts = [said.verdict for said in page.tally.counts]
    assert verdicts == sorted(verdicts, key=list(Verdict).index)
    best = max(assessment.certainty or 0 for assessment in real.knowledge.assessments.values())
    text = (built / "index.html").read_text(encoding="utf-8")
    assert f"Certainty is {Certainty(best).label} at best.</figcaption>" in text
    assert text.count('cx="') == len(published)
    for said in page.tally.counts:
        assert said.number == len(said.places) == labels.count(said.label)
        link = f'href="./compare/index.html?verdict={said.word}">{said.number} {said.label.lower()}</a>'
        assert link in text


def test_the_legend_says_what_every_verdict_and_certainty_means(built: Path) -> None:
    legend = (built / "index.html").read_text(encoding="utf-8").partition('id="legend"')[2]
    for word in (*Verdict, *Certainty):
        assert f"<dd>{word.meaning}</dd>" in legend
    assert re.findall(r"badge level-(\d)", legend) == list("43210")


def test_no_circle_stands_alone_in_the_last_row(page: Context) -> None:
    rows = Counter(y for said in page.tally.counts for _, y in said.places)
    assert min(rows.values()) > 1


def test_one_line_says_what_moved_last(page: Context, built: Path) -> None:
    """A verdict that moved, else how much happened in the last week; it leads to the rest."""
    text = (built / "index.html").read_text(encoding="utf-8")
    (line,) = re.findall(r'<p class="newest">.*</p>', text)
    assert (page.newest.about.title if page.newest else page.week.digest) in line
    assert '<a href="./changes/index.html">' in line
