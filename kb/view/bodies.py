"""Bodies of evidence as pages show them: estimate, results, path of certainty, and the summary of findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kb.grading import statements
from kb.grading.pooling import sign_test
from kb.model import BodyAssessment, Override, RiskOfBias, Synthesis
from kb.view import figures
from kb.view.body_plot import BodyPlot, body_plots, estimate, threshold, title
from kb.view.catalog import Catalog
from kb.view.evidence import FindingRow, finding_row
from kb.view.parts import Source, body_anchor, outcome_label
from kb.view.people import People, people
from kb.view.render import Rendered


class BodyRow(NamedTuple):
    """A result of a body."""

    row: FindingRow
    use: str
    """Whether it counts, and how; of others why not."""


class Note(NamedTuple):
    """A step of certainty."""

    step: str
    """E.g. Down 1 for imprecision."""
    reason: str


class BodyCard(NamedTuple):
    """One body of evidence with its grading."""

    assessed: BodyAssessment
    anchor: str
    """Its anchor."""
    title: str
    """The outcome."""
    conditions: str
    """What it was compared with, when, and in what kind of study."""
    statement: str
    """What the intervention does to the outcome, as sure as the certainty allows."""
    figure: str
    """The estimate with its interval; empty where there is none."""
    measure: str
    """What the estimate is: measure, unit, scale, which way is better."""
    hundred: str
    """What it means for 100 people, e.g. 18 more (7 to 27 more); empty where that is not known."""
    basis: str
    """Studies and people, e.g. 1 study, 123 people."""
    appraised: str
    """How far its studies are appraised."""
    threshold: str
    """The size below which the effect is called small; empty where there is none."""
    threshold_source: Source | None
    notes: tuple[str, ...]
    """How studies differ, why the interval is wide, why nothing is averaged."""
    rows: tuple[BodyRow, ...]
    """Every result that fits, those that count first."""
    plots: tuple[BodyPlot, ...]
    steps: tuple[Note, ...]
    """The steps from the start level to the certainty, each with its reason; of one that is not graded, why."""
    overrides: tuple[Override, ...]
    """Steps of the rules that the curator set aside."""
    people: People | None
    """What it means for 100 people, as a picture."""

    @property
    def ratio(self) -> bool:
        """Whether the estimate is a ratio, which stands in small print outside of the evidence."""
        return is_ratio(self.assessed)


def is_ratio(body: BodyAssessment | None) -> bool:
    """Whether the estimate of a body is an odds ratio or another ratio."""
    return bool(body and body.synthesis and body.synthesis.measure.ratio)


def body_card(catalog: Catalog, body: BodyAssessment, rendered: Rendered | None = None) -> BodyCard:
    """A body of evidence as it is shown; ``rendered`` is the text of the page with its bibliography."""
    made, limit = body.synthesis, body.synthesis.threshold if body.synthesis else None
    uses = _uses(body)
    return BodyCard(
        assessed=body,
        anchor=body_anchor(body.key),
        title=outcome_label(body.outcome),
        conditions=conditions(catalog, body),
        statement=statements.statement(body),
        figure=estimate(made, made.estimate, made.low, made.high) if made else "",
        measure=title(catalog, made) if made else "",
        hundred=_hundred(made),
        basis=_basis(body),
        appraised=_appraised(body),
        threshold=threshold(made) if made else "",
        threshold_source=catalog.source(limit.source, limit.place or "", rendered) if limit and limit.source else None,
        notes=tuple(_notes(body)),
        rows=tuple(
            BodyRow(finding_row(catalog, *found), uses.get(result.path, "Also measured"))
            for result in body.results
            if (found := catalog.evidence(result.path))
        ),
        plots=body_plots(catalog, body),
        steps=tuple(_steps(body)),
        overrides=body.judgement.overrides if body.judgement else (),
        people=people(made),
    )


def conditions(catalog: Catalog, body: BodyAssessment) -> str:
    """E.g. ``No program, up to 3 months after it, randomized``."""
    comparator = body.key.comparator
    compared = f"Compared with {_lower(comparator.label)}" if comparator else "Before and after in one group"
    kind = _lower(body.key.kind.label) if comparator else ""
    review = catalog.knowledge.studies.get(body.key.review or "")
    pooled = f"pooled by {catalog.study_name(review)}" if review else ""
    return " · ".join(part for part in (compared, _lower(body.key.band.label), kind, pooled) if part)


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]


def _uses(body: BodyAssessment) -> dict[str, str]:
    """How each result that counts is used, by its path."""
    made = [m for m in (body.synthesis, *body.others) if m]
    uses = {result.path: "Counted" for result in body.counted}
    for synthesis in made:
        for c in synthesis.contributions:
            share = f", {100 * c.weight:.0f}% of the weight" if len(synthesis.contributions) > 1 else ""
            apart = "" if synthesis is body.synthesis else ", averaged apart" if body.not_pooled is None else ""
            for result in c.results:
                uses[result.path] = f"Counted{share}{apart}; standard error {c.way}"
    return uses | {result.path: f"Counted, in no estimate: {reason}" for result, reason in body.left_out}


def _hundred(made: Synthesis | None) -> str:
    """How many more or fewer of 100 are better off, with the interval."""
    if made is None or made.per_hundred is None:
        return ""
    middle, low, high = (round(number) for number in made.per_hundred)
    if low >= 0 or high <= 0:
        side = "more" if middle >= 0 else "fewer"
        least, most = sorted((abs(low), abs(high)))
        return f"{abs(middle)} {side} ({least} to {most} {side})"
    return f"{abs(middle)} {'more' if middle >= 0 else 'fewer'} ({-low} fewer to {high} more)"


def _basis(body: BodyAssessment) -> str:
    studies = body.studies or len({result.study.slug for result in body.counted})
    return f"{figures.count(studies, 'study', 'studies')}, {_people(body)}"


def _people(body: BodyAssessment) -> str:
    """The people analyzed; where that is not reported, those who were enrolled."""
    if body.people:
        return figures.count(body.people, "person", "people")
    sizes = {result.study.slug: result.study.sample_size for result in body.counted}
    enrolled = sum(size or 0 for size in sizes.values())
    if body.key.review or not enrolled or None in sizes.values():
        return "people not known"
    return f"{figures.count(enrolled, 'person', 'people')} enrolled, how many of them were analyzed is not known"


def _appraised(body: BodyAssessment) -> str:
    studies = {result.study.slug: result.risk for result in body.counted}
    known = [risk for risk in studies.values() if risk is not None]
    if not known:
        return "Not appraised"
    if len(studies) == 1:
        return f"Appraised: {_risk(known[0])}"
    return f"{len(known)} of {len(studies)} studies appraised"


def _risk(risk: RiskOfBias) -> str:
    return risk.label.lower() if risk is RiskOfBias.SOME_CONCERNS else f"{risk.label.lower()} risk of bias"


def _notes(body: BodyAssessment) -> Iterator[str]:
    made = body.synthesis
    if made and made.interval:
        yield (
            f"Random effects over {figures.count(len(made.contributions), 'study', 'studies')}; "
            f"I² {made.i_squared or 0:.0f}%, tau {made.tau or 0:.2g}."
        )
    if made and made.interval == "hartung-knapp":
        yield "The interval grew because the studies differ (Hartung-Knapp)."
    if body.not_pooled:
        yield f"Not averaged: {body.not_pooled}"
    if made is None and sum(body.directions) > 1:
        yield _sign_test(body.directions)


def _sign_test(directions: Sequence[int]) -> str:
    """Directions of results that are not averaged, and how likely they are by chance alone (two-sided)."""
    favor, against, neither = directions
    equal = f", {neither} neither" if neither else ""
    return (
        f"{favor} of {sum(directions)} results point to a gain, {against} to a loss{equal}; "
        f"sign test P = {figures.rounded(sign_test(favor, against), 2).removeprefix('0')}."
    )


def _steps(body: BodyAssessment) -> Iterator[Note]:
    if body.certainty is None:
        yield Note("Not graded", _sentence(body.not_graded_reason or "no result can be used"))
    for step in body.adjustments:
        way = "Down" if step.steps < 0 else "Up" if step.steps else "No step"
        number = f" {abs(step.steps)}" if step.steps else ""
        yield Note(f"{way}{number} for {step.domain.label.lower()}", _sentence(step.reason))
    if body.provisional:
        yield Note("At most low: provisional", "Half or more of the evidence is not appraised.")


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:].rstrip('.')}."


class Summary(NamedTuple):
    """The summary of findings, as GRADE presents it."""

    groups: tuple[tuple[str, list[BodyCard]], ...]
    """Comparison, follow-up and kind of study, each with its bodies."""
    letters: dict[Note, str]
    """The letter of each footnote."""


def summary_of(cards: Sequence[BodyCard]) -> Summary:
    """The bodies by what was compared, with one footnote for each different step of certainty."""
    letters: dict[Note, str] = {}
    groups: dict[str, list[BodyCard]] = {}
    for card in cards:
        groups.setdefault(card.conditions, []).append(card)
    for note in (note for found in groups.values() for card in found for note in card.steps):
        letters.setdefault(note, _letter(len(letters)))
    return Summary(tuple(groups.items()), letters)


def _letter(number: int) -> str:
    """a to z, then aa, ab and so on."""
    return (_letter(number // 26 - 1) if number >= 26 else "") + chr(ord("a") + number % 26)
