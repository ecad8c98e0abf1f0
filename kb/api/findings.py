"""The GraphQL types of printed results: a finding and its arms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphene import ID, Field, Float, Int, ObjectType, String

from kb import model
from kb.api import enums, ids
from kb.api.connections import many
from kb.api.entries import Node
from kb.api.instruments import Instrument, Scale
from kb.api.parts import StudyFinding, read_part
from kb.api.scalars import doc
from kb.grading import direction_of, higher_is_worse

# graphene has no types, so that every GraphQL type subclasses Any.


class Arm(ObjectType):
    """One arm or group of a finding, as printed."""

    label = String(required=True, description=doc(model.Arm, "label"))
    n = Int(description=doc(model.Arm, "n"))
    events = Int(description=doc(model.Arm, "events"))
    total = Int(description=doc(model.Arm, "total"))
    baseline_mean = Float(description=doc(model.Arm, "baseline_mean"))
    baseline_sd = Float(description=doc(model.Arm, "baseline_sd"))
    mean = Float(description=doc(model.Arm, "mean"))
    sd = Float(description=doc(model.Arm, "sd"))
    change = Float(description=doc(model.Arm, "change"))
    ci_low = Float(
        description="Lower end of the confidence interval of the change, in the finding's unit.",
        resolver=lambda arm, _info: arm.ci and arm.ci[0],
    )
    ci_high = Float(
        description="Upper end of the confidence interval of the change, in the finding's unit.",
        resolver=lambda arm, _info: arm.ci and arm.ci[1],
    )
    relative_change = Float(description=doc(model.Arm, "relative_change"))


def instrument_of(part: Callable[[Any], Any]) -> Field:
    """A field with the instrument that a finding or body of evidence names."""
    return Field(
        Instrument,
        description=doc(model.Finding, "instrument"),
        resolver=lambda root, info: info.context.knowledge.instruments.get(part(root).instrument),
    )


def scale_of(part: Callable[[Any], Any]) -> Field:
    """A field with the scale of that instrument."""

    def resolve(root: Any, info: Any) -> model.Scale | None:
        instrument = info.context.knowledge.instruments.get(part(root).instrument)
        return instrument.scale(part(root).scale) if instrument else None

    return Field(Scale, description=doc(model.Finding, "scale"), resolver=resolve)


class Finding(ObjectType):
    """One result as published, never recalculated, unless derived says how."""

    class Meta:
        interfaces = (Node,)
        possible_types = (StudyFinding,)
        default_resolver = read_part

    id = ID(
        required=True,
        description="Opaque and stable; give it to node(id:).",
        resolver=lambda root, _info: ids.finding_id(root),
    )
    slug = String(required=True, description=doc(model.Finding, "id"), resolver=lambda root, _info: root.part.id)
    study = Field(
        "kb.api.studies.Study",
        required=True,
        description="The study that printed it.",
        resolver=lambda root, _info: root.study,
    )
    outcome = String(required=True, description=doc(model.Finding, "outcome"))
    instrument = instrument_of(lambda root: root.part)
    scale = scale_of(lambda root: root.part)
    comparison = Field(enums.Comparison, required=True, description=doc(model.Finding, "comparison"))
    contrast = String(description=doc(model.Finding, "contrast"))
    timepoint = String(description=doc(model.Finding, "timepoint"))
    subgroup = String(description=doc(model.Finding, "subgroup"))
    measure = Field(enums.EffectMeasure, required=True, description=doc(model.Finding, "measure"))
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
    unit = String(description=doc(model.Finding, "unit"))
    n = Int(description=doc(model.Finding, "n"))
    events = Int(description=doc(model.Finding, "events"))
    total = Int(description=doc(model.Finding, "total"))
    arms = Field(many(Arm), description=doc(model.Finding, "arms"))
    direction = Field(
        enums.EffectDirection,
        required=True,
        description="Which side it speaks for, by its interval or P value and by which way is good on its scale.",
        resolver=lambda root, info: direction_of(
            root.part, higher_is_worse(root.part, info.context.knowledge.instruments)
        ),
    )
    place = String(required=True, description=doc(model.Finding, "place"))
    derived = String(description=doc(model.Finding, "derived"))
