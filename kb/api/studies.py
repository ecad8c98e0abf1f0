"""The GraphQL types of studies and the discrepancies in them."""

from __future__ import annotations

from graphene import Field, Int, ObjectType, String

from kb import model
from kb.api import enums
from kb.api.connections import InstrumentConnection, InterventionConnection, many
from kb.api.entries import Entry, Grade, Node, drivers_of, related
from kb.api.findings import Finding
from kb.api.ordering import alphabetical, strongest_first
from kb.api.parts import StudyFinding
from kb.api.references import Reference
from kb.api.scalars import doc
from kb.grading import study_grade

# graphene has no types, so that every GraphQL type subclasses Any.


class Discrepancy(ObjectType):
    """A place where a source contradicts itself or another source, and what the entry records."""

    place = String(required=True, description=doc(model.Discrepancy, "place"))
    issue = String(required=True, description=doc(model.Discrepancy, "issue"))
    resolution = String(required=True, description=doc(model.Discrepancy, "resolution"))


class Study(ObjectType):
    """A source of evidence: a study, review, report, toolkit or commentary."""

    class Meta:
        interfaces = (Node, Entry)
        possible_types = (model.Study,)

    grade = Field(
        Grade,
        required=True,
        description="Its OCEBM 2011 level, for studies that test an intervention.",
        resolver=lambda study, _info: study_grade(study),
    )
    reference = Field(
        Reference,
        required=True,
        description="The work that it is.",
        resolver=lambda study, info: info.context.knowledge.references.get(study.reference),
    )
    design = Field(enums.StudyDesign, required=True, description=doc(model.Study, "design"))
    reading_basis = Field(enums.ReadingBasis, required=True, description=doc(model.Study, "reading_basis"))
    population = String(description=doc(model.Study, "population"))
    setting = String(description=doc(model.Study, "setting"))
    country = String(description=doc(model.Study, "country"))
    dates = String(description=doc(model.Study, "dates"))
    sample_size = Int(description=doc(model.Study, "sample_size"))
    registration = String(description=doc(model.Study, "registration"))
    findings = Field(
        many(Finding),
        description=doc(model.Study, "findings"),
        resolver=lambda study, _info: [StudyFinding(study, finding) for finding in study.findings],
    )
    no_findings_reason = String(description=doc(model.Study, "no_findings_reason"))
    drivers = drivers_of(doc(model.Study, "drivers"))
    interventions = related(
        InterventionConnection,
        "interventions_of_study",
        strongest_first,
        "Interventions that it tests, describes or supports, strongest evidence first.",
    )
    instruments = related(
        InstrumentConnection, "instruments_of_study", alphabetical, "Instruments used in it, in alphabetical order."
    )
    classifications = Field(
        many("kb.api.frameworks.Term"),
        description="Labels of the resource library's classification, as printed.",
        resolver=lambda study, info: [
            info.context.terms[path] for path in study.classifications if path in info.context.terms
        ],
    )
    discrepancies = Field(many(Discrepancy), description=doc(model.Study, "discrepancies"))
    funding = String(description=doc(model.Study, "funding"))
    conflicts = String(description=doc(model.Study, "conflicts"))
