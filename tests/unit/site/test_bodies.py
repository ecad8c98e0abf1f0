"""Bodies of evidence as pages show them: what is drawn stands where its number says, and nothing is left out."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from kb.check import Checked
from kb.grading import assess_all
from kb.model import Appraisal, BodyAssessment, Discrepancy, EffectSize, Finding, KnowledgeBase, NotPooled, Study
from kb.view.axis import MARGIN
from kb.view.bodies import BodyCard, body_card, summary_of
from kb.view.catalog import Catalog
from kb.view.people import people

COACHING = "physician-peer-coaching"
BODY = "burnout/inactive/short/randomized"


@pytest.fixture(scope="module")
def catalog(real: Checked) -> Catalog:
    return Catalog(real.knowledge.public())


def _cards(catalog: Catalog) -> Iterator[BodyCard]:
    for assessment in catalog.knowledge.assessments.values():
        yield from (body_card(catalog, body) for body in assessment.bodies)


def _with(real: Checked, *trials: tuple[float, float, float, int], **changes: object) -> KnowledgeBase:
    """The trial of peer coaching alone, and more like it: estimate, ends of the interval, people in all."""
    knowledge = real.knowledge.public()
    first = knowledge.studies["kiser-2024"]
    finding = next(f for f in first.findings if f.id == "pfi-burnout-3-months")
    added = {f"made-{number}": _trial(first, finding, number, *trial) for number, trial in enumerate(trials)}
    interventions = dict(knowledge.interventions)
    interventions[COACHING] = interventions[COACHING].model_copy(update=changes)
    studies = {first.slug: first, **added}
    graded = assess_all(interventions, studies, knowledge.instruments, knowledge.waiting())
    return replace(knowledge, interventions=interventions, studies=studies, assessments=graded)


def _trial(like: Study, finding: Finding, number: int, estimate: float, low: float, high: float, people: int) -> Study:
    figures = {
        "estimate": Decimal(str(estimate)),
        "ci": (Decimal(str(low)), Decimal(str(high))),
        "p": None,
        "n": people,
        "arms": tuple(arm.model_copy(update={"n": people // 2}) for arm in finding.arms),
    }
    changed = {"slug": f"made-{number}", "findings": (finding.model_copy(update=figures),), "registration": None}
    return like.model_copy(update={**changed, "appraisals": (Appraisal(tool="RoB 2", overall="low"),)})


def _card(knowledge: KnowledgeBase) -> BodyCard:
    return body_card(Catalog(knowledge), _body(knowledge))


def _body(knowledge: KnowledgeBase) -> BodyAssessment:
    return knowledge.assessments[COACHING].by_key[BODY]


def _place(text: str) -> float:
    assert text.endswith("%")
    return float(text[:-1])


def test_every_result_that_fits_stands_in_the_table_of_its_body_with_its_use(catalog: Catalog) -> None:
    uses = set()
    for card in _cards(catalog):
        paths = [f"{row.row.study.slug}/{row.row.finding.id}" for row in card.rows]
        assert paths == [result.path for result in card.assessed.results]
        counted = {result.path for result in card.assessed.counted}
        for path, row in zip(paths, card.rows, strict=True):
            assert row.use.startswith("Counted" if path in counted else "Also measured"), path
            uses.add(row.use.split(":")[0].split(";")[0])
        for result, reason in card.assessed.left_out:
            assert card.rows[paths.index(result.path)].use.endswith(reason)
    assert {"Counted", "Also measured", "Counted, in no estimate"} <= uses


def test_squares_diamond_and_zone_stand_where_their_numbers_say(real: Checked) -> None:
    knowledge = _with(real, (-0.2, -0.9, 0.5, 60), (-1.9, -2.6, -1.2, 210), (0.3, -0.2, 0.8, 400))
    card, made = _card(knowledge), _body(knowledge).synthesis
    assert made
    assert made.threshold
    (plot,) = card.plots
    ticks = [(float(tick.label.replace("−", "-")), _place(tick.at)) for tick in plot.frame.ticks]
    (low, left), (high, right) = ticks[0], ticks[-1]

    def at(value: float) -> float:
        return min(max(left + (value - low) / (high - low) * (right - left), MARGIN), 100 - MARGIN)

    for line, contribution in zip(plot.lines, made.contributions, strict=True):
        assert _place(line.span.point) == pytest.approx(at(contribution.estimate), abs=0.2)
        assert _place(line.span.start) == pytest.approx(at(contribution.low), abs=0.2)
        assert f"weight {100 * contribution.weight:.0f}%" in line.note
    assert plot.pooled
    ends = [float(part.split(" ")[0]) for part in plot.pooled.diamond.strip("MZ").split("L")]
    assert ends == pytest.approx([at(made.low), at(made.estimate), at(made.high), at(made.estimate)], abs=0.2)
    assert plot.zone
    assert _place(plot.zone[0]) == pytest.approx(at(made.threshold.low), abs=0.2)
    assert _place(plot.zone[1]) == pytest.approx(at(made.threshold.high) - at(made.threshold.low), abs=0.2)
    assert plot.pooled.prediction
    assert "new study" in plot.pooled.predicted
    assert (plot.frame.left, plot.frame.right) == ("better with it", "worse with it")


def test_the_area_of_a_square_grows_with_the_weight(real: Checked) -> None:
    knowledge = _with(real, (-0.8, -1.2, -0.4, 200), (-0.8, -1.6, 0.0, 50))
    made = _body(knowledge).synthesis
    assert made
    heaviest = max(made.contributions, key=lambda c: c.weight)
    (plot,) = _card(knowledge).plots
    sides = [float(line.side) for line in plot.lines]
    largest = max(sides)
    for side, contribution in zip(sides, made.contributions, strict=True):
        assert side == pytest.approx(largest * math.sqrt(contribution.weight / heaviest.weight), abs=0.06)


def test_a_page_says_that_the_interval_grew_because_studies_differ(real: Checked) -> None:
    apart = _card(_with(real, (-0.2, -0.9, 0.5, 60), (-1.9, -2.6, -1.2, 210)))
    assert any("interval grew because the studies differ" in note for note in apart.notes)
    assert not any("interval grew" in note for note in _card(_with(real, (-0.8, -1.3, -0.3, 123))).notes)


def test_results_that_are_not_pooled_share_an_axis_and_have_a_sign_test(real: Checked) -> None:
    judgement = next(j for j in real.knowledge.interventions[COACHING].judgements if j.body == BODY)
    apart = judgement.model_copy(update={"not_pooled": NotPooled(reason="The programs have nothing in common at all.")})
    trials = [(-0.2, -0.9, 0.5, 60), (-1.9, -2.6, -1.2, 210), (-0.5, -0.9, -0.1, 300), (-0.6, -1.1, -0.1, 300)]
    card = _card(_with(real, *trials, judgements=(apart,)))
    (plot,) = card.plots
    assert len(plot.lines) == 5
    assert plot.pooled is None
    assert "Not averaged: The programs have nothing in common at all." in card.notes
    assert "5 of 5 results point to a gain, 0 to a loss; sign test P = .06." in card.notes


def test_appraisals_are_lettered_by_domain_with_the_whole_at_the_end(catalog: Catalog) -> None:
    card = _card(catalog.knowledge)
    line = card.plots[0].lines[0]
    assert line.risk.dots == "SHHSSH"
    assert line.risk.text.endswith("; high overall")
    assert line.risk.key.startswith("RoB 2: 1 Randomization process; 2 ")
    assert any("?" in line.risk.dots for each in _cards(catalog) for plot in each.plots for line in plot.lines)


def test_a_disputed_interval_is_marked_with_the_reason(real: Checked) -> None:
    knowledge = _with(real, (-0.8, -1.3, -0.3, 200))
    made = knowledge.studies["made-0"]
    text = {
        "place": "Table 1",
        "issue": "The interval does not fit the P value at all.",
        "resolution": "P is used." * 3,
    }
    wrong = Discrepancy.model_validate({**text, "findings": [made.findings[0].id], "disputed": ["interval"]})
    finding = made.findings[0].model_copy(update={"p": ".01"})
    studies = {
        **knowledge.studies,
        "made-0": made.model_copy(update={"discrepancies": (wrong,), "findings": (finding,)}),
    }
    graded = assess_all(knowledge.interventions, studies, knowledge.instruments)
    card = _card(replace(knowledge, studies=studies, assessments=graded))
    assert [line.disputed for plot in card.plots for line in plot.lines] == ["", text["issue"]]


def test_the_summary_has_a_footnote_for_every_step_of_every_body(catalog: Catalog) -> None:
    for assessment in catalog.knowledge.assessments.values():
        cards = [body_card(catalog, body) for body in assessment.bodies]
        made = summary_of(cards)
        assert sorted(card.anchor for _, found in made.groups for card in found) == sorted(
            card.anchor for card in cards
        )
        for card in cards:
            body = card.assessed
            assert len(card.steps) == len(body.adjustments) + (body.certainty is None) + body.provisional
            assert set(card.steps) <= set(made.letters)
        assert len(set(made.letters.values())) == len(made.letters)


def test_of_a_hundred_figures_only_the_difference_is_colored(catalog: Catalog) -> None:
    made = _body(catalog.knowledge).synthesis
    assert made
    assert made.per_hundred
    drawn = people(made)
    assert drawn
    assert _figures(drawn.alike) == 50
    assert _figures(drawn.changed) == round(made.per_hundred[0])
    assert sum(map(_figures, (drawn.alike, drawn.changed, drawn.others))) == 100
    assert drawn.better
    worse = people(replace(made, per_hundred=(-12.0, -20.0, -4.0)))
    assert worse
    assert (_figures(worse.alike), _figures(worse.changed), worse.better) == (38, 12, False)
    assert people(replace(made, size=EffectSize.UNCLEAR)) is None


def _figures(path: str) -> int:
    """How many figures a path draws: the dots of its lines of heads."""
    heads = [line.split("H") for line in path.split("M")[1:]][::5]
    return sum(round((float(end) - float(start.split(" ")[0])) / 10) + 1 for start, end in heads)


def test_the_number_of_a_hundred_is_said_with_its_interval(catalog: Catalog) -> None:
    assert _card(catalog.knowledge).hundred == "18 more (7 to 27 more)"
    unclear = [card for card in _cards(catalog) if card.assessed.size is EffectSize.UNCLEAR]
    assert unclear
    assert not any(card.hundred or card.people for card in unclear)


def test_people_studies_and_appraisal_stand_with_the_estimate(catalog: Catalog) -> None:
    card = _card(catalog.knowledge)
    assert (card.figure, card.basis) == ("−0.79 (−1.27 to −0.32)", "1 study, 123 people")
    assert re.fullmatch(r"1 of \d+ studies appraised", card.appraised)
    assert card.conditions == "Compared with no program · up to 3 months · randomized comparison"
    assert _texts(_cards(catalog)) >= {"Not appraised"}


def _texts(cards: Iterator[BodyCard] | Sequence[BodyCard]) -> set[str]:
    return {card.appraised for card in cards}
