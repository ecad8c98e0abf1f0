"""The GraphQL types of interventions, the claims they rest on and their bodies of evidence."""

from __future__ import annotations

from typing import Any

from graphene import ID, Boolean, Field, Int, ObjectType, String

from kb import model
from kb.api import enums
from kb.api.connections import InstrumentConnection, Listing, StudyConnection, page, paged
from kb.api.context import InterventionBody, StudyFinding, body_id, evidence_of, read_part
from kb.api.drivers import Driver, Term
from kb.api.entries import Entry, Grade, Node, drivers_of, listed, related, source_of
from kb.api.fields import FromRecord, described, many
from kb.api.filters import alphabetical, by_title
from kb.api.studies import Finding, instrument_of, scale_of
from kb.grading import intervention_grade, statement

# graphene has no types, so that every GraphQL type subclasses Any.


class DriverClaim(FromRecord, record=model.Claim):
    """One claim that an intervention addresses a driver, with where it comes from."""

    driver = Field(
        Driver,
        required=True,
        description=described(model.Claim, "driver"),
        resolver=lambda claim, info: info.context.knowledge.drivers[claim.driver],
    )
    source = source_of("The work that states or implies it.")
    term = Field(
        Term,
        description="The source's own term for the driver.",
        resolver=lambda claim, info: info.context.terms.get(claim.term),
    )


class Adjustment(ObjectType):
    """One step down (negative) or up (positive) from the start level."""

    domain = String(
        required=True, description="The GRADE domain, e.g. risk_of_bias.", resolver=lambda step, _info: step[0].value
    )
    steps = Int(required=True, description="How many levels; negative is down.", resolver=lambda step, _info: step[1])
    reason = String(required=True, description="Why, in a sentence.", resolver=lambda step, _info: step[2])


class EvidenceBody(
    FromRecord,
    record=model.EvidenceBody,
    hidden={"down", "up", "overrides", "reported_direction"},
    interfaces=(Node,),
    possible_types=(InterventionBody,),
    default_resolver=read_part,
):
    """A body of evidence: one outcome, one comparator, one follow-up."""

    id = ID(
        required=True,
        description="Opaque and stable; give it to node(id:).",
        resolver=lambda root, _info: body_id(root),
    )
    certainty = Field(
        enums.Certainty,
        description="How sure the evidence makes us; null where it is not graded.",
        resolver=lambda root, _info: root.assessment.certainty,
    )
    not_graded_reason = String(
        description="Why it is not graded, where certainty is null.",
        resolver=lambda root, _info: root.assessment.not_graded_reason,
    )
    start = Field(
        enums.Certainty,
        description="Where grading starts: HIGH for randomized findings, else LOW; null where it is not graded.",
        resolver=lambda root, _info: root.assessment.start,
    )
    adjustments = Field(
        many(Adjustment),
        description="The steps from the start level to the certainty, each with its reason.",
        resolver=lambda root, _info: root.assessment.adjustments,
    )
    direction = Field(
        enums.EffectDirection,
        required=True,
        description="Which side the body speaks for; no clear difference where its findings disagree.",
        resolver=lambda root, _info: root.assessment.direction,
    )
    statement = String(
        required=True,
        description="What may be said of the effect, in a sentence as sure as the certainty lets it be.",
        resolver=lambda root, _info: statement(root.assessment),
    )
    findings = Field(
        many(Finding),
        description="Findings that it rests on.",
        resolver=lambda root, info: [
            StudyFinding(*found) for path in root.part.findings if (found := info.context.knowledge.evidence(path))
        ],
    )
    sample_size = Int(
        description="Participants analysed in all its findings together; null unless all report it.",
        resolver=lambda root, _info: root.assessment.sample_size,
    )
    instrument = instrument_of(lambda root: root.part)
    scale = scale_of(lambda root: root.part)
    headline = Boolean(
        required=True,
        description="The body that the entry's grade speaks of.",
        resolver=lambda root, _info: root.headline,
    )
    studies = Field(
        many("kb.api.studies.Study"),
        description=described(model.EvidenceBody, "studies"),
        resolver=lambda root, info: listed(root.part.studies, info.context.knowledge.studies),
    )


class Extent(FromRecord, record=model.Extent):
    """Cost or effort, with what a source says of it."""

    source = source_of("The work that says so.", required=False)


class Resource(FromRecord, record=model.Resource):
    """Something to start from: a toolkit, a guide, a course."""

    source = source_of(described(model.Resource, "source"))


def _assessment(entry: model.Intervention, info: Any) -> model.Assessment:
    assessment: model.Assessment = info.context.knowledge.assessments[entry.slug]
    return assessment


def _instruments(entry: model.Intervention, info: Any, first: int | None = None, after: str | None = None) -> Any:
    shown = sorted(listed(entry.instruments, info.context.knowledge.instruments), key=by_title)
    return page(shown, by_title, Listing("instruments_of_intervention", entry.slug), first, after)


class Intervention(
    FromRecord, record=model.Intervention, interfaces=(Node, Entry), possible_types=(model.Intervention,)
):
    """Something that can be done about burnout."""

    grade = Field(
        Grade,
        required=True,
        description="GRADE certainty of the headline body, with its path from the start level.",
        resolver=lambda entry, info: intervention_grade(_assessment(entry, info)),
    )
    verdict = Field(
        enums.Verdict,
        required=True,
        description="The plain verdict; print its certainty beside it.",
        resolver=lambda entry, info: _assessment(entry, info).verdict,
    )
    certainty = Field(
        enums.Certainty,
        description="Certainty of the headline body of evidence (burnout where there is one).",
        resolver=lambda entry, info: _assessment(entry, info).certainty,
    )
    study_count = Int(
        required=True,
        description="Studies behind its bodies of evidence, and studies that name it.",
        resolver=lambda entry, info: _assessment(entry, info).study_count,
    )
    cost = Field(
        enums.Magnitude,
        required=True,
        description=described(model.Intervention, "cost"),
        resolver=lambda entry, _info: entry.cost.level,
    )
    effort = Field(
        enums.Magnitude,
        required=True,
        description=described(model.Intervention, "effort"),
        resolver=lambda entry, _info: entry.effort.level,
    )
    cost_detail = Field(
        Extent,
        required=True,
        description="What it costs, with the figures and their source.",
        resolver=lambda entry, _info: entry.cost,
    )
    effort_detail = Field(
        Extent,
        required=True,
        description="What work it takes, with the figures and their source.",
        resolver=lambda entry, _info: entry.effort,
    )
    harms = String(description="Harms and unwanted effects that a source reports, or that none were looked for.")
    drivers = drivers_of(
        "The drivers it addresses, by any claim.", lambda entry: [claim.driver for claim in entry.drivers]
    )
    driver_claims = Field(
        many(DriverClaim),
        description=described(model.Intervention, "drivers"),
        resolver=lambda entry, info: [
            claim for claim in entry.drivers if claim.driver in info.context.knowledge.drivers
        ],
    )
    evidence = Field(
        many(EvidenceBody),
        description=described(model.Intervention, "evidence"),
        resolver=lambda entry, info: evidence_of(entry, _assessment(entry, info)),
    )
    studies = related(
        StudyConnection,
        "studies_of_intervention",
        alphabetical,
        "Studies behind its bodies of evidence or that test or describe it, in alphabetical order.",
    )
    instruments = paged(InstrumentConnection, _instruments, described(model.Intervention, "instruments"))
    part_of = Field(
        many("kb.api.interventions.Intervention"),
        description=described(model.Intervention, "part_of"),
        resolver=lambda entry, info: listed(entry.part_of, info.context.knowledge.interventions),
    )
    related = Field(
        many("kb.api.interventions.Intervention"),
        description=described(model.Intervention, "related"),
        resolver=lambda entry, info: listed(entry.related, info.context.knowledge.interventions),
    )
