"""From what the view says of entries to the parts of answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from kb.grading import instrument_grade, statements, study_grade
from kb.mcp.answers import Body, Cited, Rating, Reported, SourcedFact, Step
from kb.mcp.lookup import Base, uri
from kb.model import BodyAssessment, Disputed, Entry, Finding, Instrument, Intervention, Study
from kb.view.bodies import BodyCard, BodyRow, body_card
from kb.view.evidence import FindingRow, disputed, finding_row
from kb.view.instruments import instrument_facts, scale_facts
from kb.view.parts import Fact, Source, short_name

RESULTS = 8
"""Results of a body of evidence that an answer shows; all are on the page."""


def named(base: Base, entry: Entry) -> dict[str, Any]:
    """The fields of `Named`."""
    return {"slug": entry.slug, "title": entry.title, "read": uri(entry), "address": base.address(entry.path)}


def rating(base: Base, entry: Intervention) -> Rating:
    """What may be said of an intervention."""
    return Rating(**rated(base, entry))


def rated(base: Base, entry: Intervention) -> dict[str, Any]:
    """The fields of `Rating`."""
    assessment = base.knowledge.assessments[entry.slug]
    said = statements.verdict(assessment)
    if assessment.outcome and not assessment.headline:
        said += f" · {statements.certainty(None)}"
    return {
        **named(base, entry),
        "said": said,
        "verdict": assessment.verdict,
        "verdict_outcome": assessment.outcome.value if assessment.outcome else None,
        "certainty": assessment.certainty,
        "provisional": assessment.provisional,
        "marks": list(assessment.marks),
        "statement": statements.summary(assessment),
    }


def estimated(card: BodyCard | None) -> dict[str, Any]:
    """The fields of `Estimated`, empty without a card."""
    return {
        "conditions": card.conditions if card else "",
        "figure": card.figure if card else "",
        "measure": card.measure if card else "",
        "of_hundred": card.hundred if card else "",
        "studies": card.basis if card else "",
        "appraised": card.appraised if card else "",
    }


def cited(base: Base, key: str, place: str = "") -> Cited:
    """A work of the bibliography; one that is not there is named by its key."""
    work = base.knowledge.references.get(key)
    if work is None:
        return Cited(work=key, place=place, citation=key, link=None)
    return Cited(work=short_name(work), place=place, citation=work.text, link=work.link)


def cited_each(base: Base, named: Iterable[tuple[str, str]], most: int) -> list[Cited]:
    """The first of some works, each with a place in it, and each once."""
    return [cited(base, *one) for one in [*dict.fromkeys(named)][:most]]


def behind(base: Base, entry: Entry) -> list[tuple[str, str]]:
    """What is said of an entry rests on these works and places: the results behind a verdict, or a study's own work."""
    if isinstance(entry, Study):
        return [(entry.reference, "")]
    headline = base.knowledge.assessments[entry.slug].headline if isinstance(entry, Intervention) else None
    return [(result.study.reference, result.finding.place) for result in (headline.counted if headline else ())]


def quality(entry: Entry) -> str:
    """How far to trust a study or an instrument, in words; empty for other entries."""
    if isinstance(entry, Study):
        return f"{entry.design.label}, {study_grade(entry).label.lower()} of evidence"
    return f"COSMIN: {instrument_grade(entry).label.lower()}" if isinstance(entry, Instrument) else ""


def body(base: Base, assessed: BodyAssessment) -> Body:
    """A body of evidence with the first of its results."""
    card = body_card(base.catalog, assessed)
    return Body(
        **estimated(card),
        key=str(assessed.key),
        outcome=card.title,
        headline=assessed is base.knowledge.assessments[assessed.intervention].headline,
        certainty=assessed.certainty,
        provisional=assessed.provisional,
        statement=card.statement,
        steps=[Step(step=note.step, reason=note.reason) for note in card.steps],
        notes=list(card.notes),
        results=[_reported(row) for row in card.rows[:RESULTS]],
        results_in_all=len(card.rows),
    )


def results(base: Base, paths: Iterable[str]) -> Iterator[Reported]:
    """Results by their paths, study/finding."""
    for path in paths:
        if found := base.catalog.evidence(path):
            yield _reported(BodyRow(finding_row(base.catalog, *found), ""))


def _reported(given: BodyRow) -> Reported:
    row: FindingRow = given.row
    finding = row.finding
    compared = (finding.outcome.label, finding.contrast, finding.comparison.label, row.when, row.details)
    return Reported(
        study=row.study.slug,
        work=row.name,
        place=finding.place,
        figure=" ".join(part for part in (row.figure, row.share and f"({row.share})") if part),
        confidence=row.confidence,
        p=row.p,
        people=finding.n,
        compared="; ".join(part for part in compared if part),
        measured_with=row.measured_with.title if row.measured_with else "",
        favors=row.favors,
        use=given.use,
        disputed=" ".join(doubts(row.study, finding)),
    )


def doubts(study: Study, finding: Finding) -> list[str]:
    """Why figures of a result cannot be right, each reason once."""
    return [*filter(None, dict.fromkeys(disputed(study, finding, figure) for figure in Disputed))]


def facts(base: Base, entry: Instrument) -> list[SourcedFact]:
    """What is known of an instrument."""
    found = (*instrument_facts(base.catalog, entry), *scale_facts(base.catalog, entry))
    return [_fact(base, item) for item in found]


def _fact(base: Base, fact: Fact) -> SourcedFact:
    return SourcedFact(about=fact.label, text=fact.text, source=_work(base, fact.source) if fact.source else None)


def _work(base: Base, source: Source) -> Cited:
    """The work of a source; its link leads to the page of all references, by its key."""
    return cited(base, source.href.rpartition("#")[2] or source.label, source.place)
