"""Instruments are named for a purpose by their fields alone, and what is not known is said."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from pydantic import ValidationError

from kb.check import Checked
from kb.model import Benchmark, Instrument, NotFound, Scale, Scoring
from kb.view import choosing
from kb.view.catalog import Catalog

DAY = date(2026, 11, 28)


@pytest.fixture(scope="module")
def catalog(real: Checked) -> Catalog:
    return Catalog(real.knowledge.public())


def _instrument(**given: object) -> Instrument:
    about = {
        "slug": "made-up",
        "body": "",
        "title": "Made up",
        "summary": "Made up.",
        "status": "published",
        "reviewed": DAY,
        "constructs": ("burnout",),
        "source": "reed-2025",
        "place": "Abstract",
    }
    return Instrument.model_validate(about | given, strict=False)


def test_every_purpose_names_at_most_three_and_each_has_what_it_must(catalog: Catalog) -> None:
    """Nothing is recommended that lacks what the purpose asks for at least."""
    among = choosing.surveys(catalog)
    for purpose in choosing.PURPOSES:
        choices = choosing.recommended(catalog, purpose, among)
        assert 1 <= len(choices) <= choosing.BEST, purpose.slug
        entries = {f"/{entry.path}": entry for entry in among}
        for choice in choices:
            entry = entries[choice.link.href]
            assert all(criterion(catalog, entry).met for criterion in purpose.must)
            assert len(choice.good) + len(choice.missing) == len(purpose.must) + len(purpose.wants)
        missing = [len(choice.missing) for choice in choices]
        assert missing == sorted(missing)


def test_with_no_instrument_nothing_is_named(catalog: Catalog) -> None:
    """No instrument, no recommendation."""
    assert [choosing.recommended(catalog, purpose, []) for purpose in choosing.PURPOSES] == [[]] * len(
        choosing.PURPOSES
    )


def test_an_instrument_of_which_nothing_is_known_says_so(catalog: Catalog) -> None:
    """What was searched is not found; what was not searched is a dash; neither sorts before what is known."""
    bare = choosing.row(_instrument())
    assert (bare.minutes.text, bare.minutes.key, bare.minutes.known) == ("–", "", False)
    searched = _instrument(not_found=(NotFound(what=("minutes",), searched=DAY),))
    assert choosing.row(searched).minutes.text == "Not found"
    assert not choosing.PURPOSES[0].wants[0](catalog, bare.entry).met


def test_what_is_given_cannot_be_not_found() -> None:
    """A curator who finds something removes it from what was not found."""
    minutes = {"value": Decimal(5), "source": "reed-2025", "place": "Abstract"}
    with pytest.raises(ValidationError, match="minutes cannot be given and not found"):
        _instrument(minutes=minutes, not_found=(NotFound(what=("minutes",), searched=DAY),))


def test_a_benchmark_names_a_scale_of_its_instrument() -> None:
    """A benchmark on a scale that is not there is a mistake."""
    item = Benchmark(
        scale="joy",
        kind="share",
        value=Decimal(40),
        population="Nurses",
        year=2020,
        source="reed-2025",
        place="Table 1",
    )
    with pytest.raises(ValidationError, match="there is none of that name"):
        _instrument(benchmarks=(item,))


@pytest.mark.parametrize(
    ("rule", "factor", "ends", "fits"),
    [
        ("sum", 1, (0, 12), True),
        ("mean", Decimal("2.5"), (0, 10), True),
        ("mean", 1, (0, 4), True),
        ("sum", 1, (0, 16), False),
    ],
)
def test_a_range_is_that_of_the_score_rule(rule: str, factor: object, ends: tuple[int, int], fits: bool) -> None:
    """Three answers from 0 to 4 add up to 12; their mean runs from 0 to 4."""
    scoring = Scoring(rule=rule, highest=Decimal(4), factor=factor, source="reed-2025", place="Methods")
    given = {"slug": "total", "label": "Total", "item_count": 3, "min": Decimal(ends[0]), "max": Decimal(ends[1])}
    if fits:
        assert Scale(**given, score=scoring).score == scoring
    else:
        with pytest.raises(ValidationError, match="by its score rule"):
            Scale(**given, score=scoring)


def test_a_test_with_doubts_does_not_count(catalog: Catalog) -> None:
    """The reason tells what did not hold up."""
    nurses = next(purpose for purpose in choosing.PURPOSES if purpose.slug == "nurses")
    proqol = catalog.knowledge.instruments["proqol"]
    reasons = [criterion(catalog, proqol) for criterion in nurses.must]
    assert any("did not hold up" in reason.text and not reason.met for reason in reasons)
