"""The closed vocabularies as GraphQL enums: the names of the model's values, each with its meaning."""

from __future__ import annotations

from typing import Any

from graphene import Enum

from kb import grading, model
from kb.model import Word
from kb.view import moves

_vocabulary: Any = Word  # the type checker knows only enums that are written out
Kinds: type[Word] = _vocabulary("Kinds", {kind.kind.upper(): (kind.kind, kind.__doc__) for kind in model.KINDS})
Statuses: type[Word] = _vocabulary(
    "Statuses", {s.name: (s.value, s.meaning) for s in model.EntryStatus if s is not model.EntryStatus.DRAFT}
)
Bands: type[Word] = _vocabulary(
    "Bands",
    {b.name: (b.value, b.meaning) for b in model.FollowUpBand if b is not model.FollowUpBand.UNSTATED},
)


class Directions(Word):
    """The direction of an order."""

    ASC = "asc", "From weakest, first letter, fewest or oldest."
    DESC = "desc", "From strongest, last letter, most or newest."


class InterventionSorts(Word):
    """What interventions can be ordered by."""

    CERTAINTY = "certainty", "Certainty of the headline body; not graded counts as the weakest."
    VERDICT = "verdict", "Verdict, of which evidence-based is the strongest and harmful the weakest."
    TITLE = "title", "Title, in alphabetical order."
    STUDY_COUNT = "study-count", "Number of studies with a finding in its bodies of evidence."
    REVIEWED = "reviewed", "Day of the last review."


ENUMS: dict[type, Any] = {}
"""The GraphQL enum of each vocabulary that has one."""


def _enum(values: type[Word] | type[model.Certainty], name: str = "", description: str = "") -> Any:
    """A GraphQL enum of all values of a vocabulary, each with its meaning, else its label."""
    about = description or values.__doc__
    ENUMS[values] = Enum.from_enum(
        values,
        name=name or values.__name__,
        description=lambda value: (value.meaning or value.label) if value else about,
    )
    return ENUMS[values]


Certainty = _enum(
    model.Certainty, description="GRADE certainty of a body of evidence. Null where the evidence is not graded."
)
Verdict = _enum(model.Verdict, description="The plain verdict shown to leaders; separate from certainty.")
EntryKind = _enum(Kinds, "EntryKind", "The kinds of entry. The search finds the first four.")
EntryStatus = _enum(Statuses, "EntryStatus", "Where a public entry stands in its life.")
DriverKind = _enum(model.DriverKind)
ClaimBasis = _enum(model.ClaimBasis)
MappingBasis = _enum(model.MappingBasis)
ComparatorClass = _enum(model.ComparatorClass)
FollowUpBand = _enum(Bands, "FollowUpBand", model.FollowUpBand.__doc__ or "")
ENUMS[model.FollowUpBand] = FollowUpBand
EffectSize = _enum(model.EffectSize)
InterventionScope = _enum(model.InterventionScope)
ScreeningDecision = _enum(model.ScreeningDecision)
RiskOfBias = _enum(model.RiskOfBias)
ArmRole = _enum(model.ArmRole)
ReadingBasis = _enum(model.ReadingBasis)
InterventionLevel = _enum(model.InterventionLevel)
InterventionCategory = _enum(model.InterventionCategory)
Comparison = _enum(model.Comparison)
Verification = _enum(model.Verification)
Magnitude = _enum(model.Magnitude)
StudyDesign = _enum(model.StudyDesign)
EffectMeasure = _enum(model.EffectMeasure)
EffectDirection = _enum(model.EffectDirection)
InstrumentAccess = _enum(model.InstrumentAccess)
BenchmarkKind = _enum(model.BenchmarkKind)
ReliabilityKind = _enum(model.ReliabilityKind)
ScoreRule = _enum(model.ScoreRule)
People = _enum(model.People)
Sought = _enum(model.Sought)
GradeScheme = _enum(grading.GradeScheme)
SortDirection = _enum(Directions, "SortDirection")
ChangeKind = _enum(moves.ChangeKind)
InterventionSort = _enum(InterventionSorts, "InterventionSort")


def spelled(value: str) -> str:
    """A value of a vocabulary as the API spells it: evidence-based as EVIDENCE_BASED."""
    return value.replace("-", "_").upper()
