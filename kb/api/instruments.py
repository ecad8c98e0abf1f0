"""The GraphQL types of instruments and their scales."""

from __future__ import annotations

from graphene import Boolean, Field, Float, Int, ObjectType, String

from kb import model
from kb.api.connections import StudyConnection, many
from kb.api.entries import Entry, Grade, Node, drivers_of, related
from kb.api.ordering import alphabetical
from kb.api.parts import StudyFinding
from kb.api.references import source_of
from kb.api.scalars import doc
from kb.grading import instrument_grade

# graphene has no types, so that every GraphQL type subclasses Any.


class Threshold(ObjectType):
    """A value with its source."""

    value = Float(required=True, description=doc(model.Threshold, "value"))
    source = source_of(doc(model.Threshold, "source"))
    place = String(required=True, description=doc(model.Threshold, "place"))


class Cutoff(ObjectType):
    """A score that divides; comparison is one of > >= < <=."""

    value = Float(required=True, description=doc(model.Cutoff, "value"))
    comparison = String(required=True, description=doc(model.Cutoff, "comparison"))
    meaning = String(required=True, description=doc(model.Cutoff, "meaning"))
    source = source_of(doc(model.Cutoff, "source"))
    place = String(required=True, description=doc(model.Cutoff, "place"))


class Scale(ObjectType):
    """A scored scale or subscale."""

    slug = String(required=True, description=doc(model.Scale, "slug"))
    label = String(required=True, description=doc(model.Scale, "label"))
    item_count = Int(description=doc(model.Scale, "item_count"))
    min = Float(description=doc(model.Scale, "min"))
    max = Float(description=doc(model.Scale, "max"))
    higher_is_worse = Boolean(description="True where a higher score is worse; null where neither is.")
    scoring = String(description=doc(model.Scale, "scoring"))
    cutoffs = Field(many(Cutoff), description=doc(model.Scale, "cutoffs"))
    mid = Field(Threshold, description="The smallest difference that matters, in points of the scale.")


class Instrument(ObjectType):
    """A questionnaire, index or metric. Item texts are never reproduced."""

    class Meta:
        interfaces = (Node, Entry)
        possible_types = (model.Instrument,)

    grade = Field(
        Grade,
        required=True,
        description="Its COSMIN category, or not assessed.",
        resolver=lambda instrument, _info: instrument_grade(instrument),
    )
    abbreviation = String(description=doc(model.Instrument, "abbreviation"))
    constructs = Field(many(String), description=doc(model.Instrument, "constructs"))
    item_count = Int(description=doc(model.Instrument, "item_count"))
    response_scale = String(description=doc(model.Instrument, "response_scale"))
    scales = Field(many(Scale), description=doc(model.Instrument, "scales"))
    administration_minutes = Float(description=doc(model.Instrument, "administration_minutes"))
    licence = String(required=True, description=doc(model.Instrument, "licence"))
    source = source_of(doc(model.Instrument, "source"))
    place = String(required=True, description=doc(model.Instrument, "place"))
    drivers = drivers_of(doc(model.Instrument, "drivers"))
    psychometrics = Field(
        many("kb.api.findings.Finding"),
        description="Results about the instrument itself, from the studies that report them.",
        resolver=lambda instrument, info: [
            StudyFinding(study, finding)
            for study, finding in info.context.relations.psychometrics_of_instrument.get(instrument.slug, ())
        ],
    )
    studies = related(
        StudyConnection, "studies_of_instrument", alphabetical, "Studies that used it, in alphabetical order."
    )
