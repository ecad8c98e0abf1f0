"""The GraphQL types of studies with their findings, and of the instruments and scales that measured these."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphene import ID, Field, Float, String

from kb import model
from kb.api import enums
from kb.api.connections import InstrumentConnection, InterventionConnection, StudyConnection
from kb.api.context import StudyFinding, finding_id, read_part
from kb.api.entries import Entry, Grade, Node, drivers_of, related, source_of
from kb.api.fields import FromRecord, described, many
from kb.api.filters import alphabetical, strongest_first
from kb.grading import direction_of, higher_is_worse, instrument_grade, study_grade

# graphene has no types, so that every GraphQL type subclasses Any.


class Threshold(FromRecord, record=model.Threshold):
    """A value with its source."""

    source = source_of(described(model.Threshold, "source"))


class Cutoff(FromRecord, record=model.Cutoff):
    """A score that divides; comparison is one of > >= < <=."""

    source = source_of(described(model.Cutoff, "source"))


class Scale(FromRecord, record=model.Scale, hidden={"source", "place"}):
    """A scored scale or subscale."""


class Instrument(
    FromRecord,
    record=model.Instrument,
    hidden={"cosmin"},
    interfaces=(Node, Entry),
    possible_types=(model.Instrument,),
):
    """A questionnaire, index or metric. Item texts are never reproduced."""

    grade = Field(
        Grade,
        required=True,
        description="Its COSMIN category, or not assessed.",
        resolver=lambda instrument, _info: instrument_grade(instrument),
    )
    source = source_of(described(model.Instrument, "source"))
    drivers = drivers_of(described(model.Instrument, "drivers"))
    psychometrics = Field(
        many("kb.api.studies.Finding"),
        description="Results about the instrument itself, from the studies that report them.",
        resolver=lambda instrument, info: [
            StudyFinding(study, finding)
            for study, finding in info.context.relations.psychometrics_of_instrument.get(instrument.slug, ())
        ],
    )
    studies = related(
        StudyConnection, "studies_of_instrument", alphabetical, "Studies that used it, in alphabetical order."
    )


class Arm(FromRecord, record=model.Arm, hidden={"ci"}):
    """One arm or group of a finding, as printed."""

    ci_low = Float(
        description="Lower end of the confidence interval of the change, in the finding's unit.",
        resolver=lambda arm, _info: arm.ci and arm.ci[0],
    )
    ci_high = Float(
        description="Upper end of the confidence interval of the change, in the finding's unit.",
        resolver=lambda arm, _info: arm.ci and arm.ci[1],
    )


def instrument_of(part: Callable[[Any], Any]) -> Field:
    """A field with the instrument that a finding or body of evidence names."""
    return Field(
        Instrument,
        description=described(model.Finding, "instrument"),
        resolver=lambda root, info: info.context.knowledge.instruments.get(part(root).instrument),
    )


def scale_of(part: Callable[[Any], Any]) -> Field:
    """A field with the scale of that instrument."""

    def resolve(root: Any, info: Any) -> model.Scale | None:
        instrument = info.context.knowledge.instruments.get(part(root).instrument)
        return instrument.scale(part(root).scale) if instrument else None

    return Field(Scale, description=described(model.Finding, "scale"), resolver=resolve)


class Finding(
    FromRecord,
    record=model.Finding,
    hidden={"ci"},
    interfaces=(Node,),
    possible_types=(StudyFinding,),
    default_resolver=read_part,
):
    """One result as published, never recalculated, unless derived says how."""

    id = ID(
        required=True,
        description="Opaque and stable; give it to node(id:).",
        resolver=lambda root, _info: finding_id(root),
    )
    slug = String(required=True, description=described(model.Finding, "id"), resolver=lambda root, _info: root.part.id)
    study = Field(
        "kb.api.studies.Study",
        required=True,
        description="The study that printed it.",
        resolver=lambda root, _info: root.study,
    )
    instrument = instrument_of(lambda root: root.part)
    scale = scale_of(lambda root: root.part)
    estimate = Float(
        description="As printed, in the unit given; percentages as percentages (12, not .12), a fall negative."
    )
    ci_low = Float(
        description="Lower end of the confidence interval, in the unit of the estimate.",
        resolver=lambda root, _info: root.part.ci and root.part.ci[0],
    )
    ci_high = Float(
        description="Upper end of the confidence interval, in the unit of the estimate.",
        resolver=lambda root, _info: root.part.ci and root.part.ci[1],
    )
    ci_level = Float(
        description="Level of the interval, in percent; null where there is no interval.",
        resolver=lambda root, _info: root.part.ci and root.part.ci_level,
    )
    p = String(description="The P value as printed, e.g. '.001' or '<.001'.")
    direction = Field(
        enums.EffectDirection,
        required=True,
        description="Which side it speaks for, by its interval or P value and by which way is good on its scale.",
        resolver=lambda root, info: direction_of(
            root.part, higher_is_worse(root.part, info.context.knowledge.instruments)
        ),
    )


class Discrepancy(FromRecord, record=model.Discrepancy, hidden={"findings"}):
    """A place where a source contradicts itself or another source, and what the entry records."""


class Study(
    FromRecord,
    record=model.Study,
    hidden={"appraisal"},
    interfaces=(Node, Entry),
    possible_types=(model.Study,),
):
    """A source of evidence: a study, review, report, toolkit or commentary."""

    grade = Field(
        Grade,
        required=True,
        description="Its OCEBM 2011 level, for studies that test an intervention.",
        resolver=lambda study, _info: study_grade(study),
    )
    reference = source_of("The work that it is.", name="reference")
    findings = Field(
        many(Finding),
        description=described(model.Study, "findings"),
        resolver=lambda study, _info: [StudyFinding(study, finding) for finding in study.findings],
    )
    drivers = drivers_of(described(model.Study, "drivers"))
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
        many("kb.api.drivers.Term"),
        description="Labels of the resource library's classification, as printed.",
        resolver=lambda study, info: [
            info.context.terms[path] for path in study.classifications if path in info.context.terms
        ],
    )
