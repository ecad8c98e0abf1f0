"""The closed vocabularies as GraphQL enums: the names of the model's values, each with its meaning."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum as PyEnum
from enum import StrEnum
from typing import Any

from graphene import Enum

from kb import model
from kb.grading import Scheme, words

Kinds: type[PyEnum] = StrEnum(  # type: ignore[misc]  # mypy knows only enums that are written out
    "Kinds", {kind.kind.upper(): kind.kind for kind in model.FINDABLE}
)


class Statuses(StrEnum):
    """Where a public entry stands in its life."""

    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Directions(StrEnum):
    """The direction of an order."""

    ASC = "asc"
    DESC = "desc"


class InterventionSorts(StrEnum):
    """What interventions can be ordered by."""

    CERTAINTY = "certainty"
    VERDICT = "verdict"
    TITLE = "title"
    STUDY_COUNT = "study-count"
    REVIEWED = "reviewed"


def _enum(values: type[PyEnum], meanings: Mapping[str, str], name: str = "", description: str = "") -> Any:
    """A GraphQL enum of all values of a Python enum, with the meaning of each by its name."""
    about = description or values.__doc__ or ""
    return Enum.from_enum(
        values, name=name or values.__name__, description=lambda value: meanings[value.name] if value else about
    )


Certainty = _enum(
    model.Certainty,
    {value.name: meaning for value, meaning in words.CERTAINTY_MEANING.items()},
    description="GRADE certainty of a body of evidence. Null where the evidence is not graded.",
)
Verdict = _enum(
    model.Verdict,
    {value.name: meaning for value, meaning in words.VERDICT_MEANING.items()},
    description="The plain verdict shown to leaders; separate from certainty.",
)
EntryKind = _enum(
    Kinds,
    {
        "INTERVENTION": "Something that can be done about burnout.",
        "INSTRUMENT": "A questionnaire, index or metric.",
        "STUDY": "A source of evidence: a study, review, report, toolkit or commentary.",
        "DRIVER": "A condition of work that raises or lowers burnout, or how burnout is felt.",
    },
    name="EntryKind",
    description="The kinds of entry that the API lists and finds.",
)
DriverKind = _enum(
    model.DriverKind,
    {
        "DRIVER": "A condition of work that raises or lowers burnout.",
        "MANIFESTATION": "How burnout is felt.",
    },
)
ClaimBasis = _enum(
    model.Basis,
    {"STATED": "The source says so, at the place given.", "INFERRED": "The curator's reading."},
    name="ClaimBasis",
    description="STATED: the source says so, at the place given. INFERRED: the curator's reading.",
)
ReadingBasis = _enum(
    model.ReadingBasis,
    {
        "FULL_TEXT": "The whole text.",
        "ABSTRACT": "The abstract only.",
        "SECONDARY": "What another source says of it.",
        "PERSONAL_COMMUNICATION": "What its authors told another source.",
    },
)
InterventionLevel = _enum(
    model.Level,
    {
        "INDIVIDUAL": "One clinician.",
        "TEAM": "A team or unit.",
        "ORGANIZATION": "The whole organization.",
        "SYSTEM": "Payers, law, professions: beyond one organization.",
    },
    name="InterventionLevel",
)
InterventionCategory = _enum(
    model.Category,
    {
        "WORKFLOW": "How work flows: orders, refills, inboxes, rooms, meetings.",
        "TECHNOLOGY": "Software and devices.",
        "CLINICAL_SUPPORT": "Help with documentation and administration.",
        "STAFFING": "Numbers and roles of people.",
        "TRAINING": "Skills, coaching, education, individual practices.",
        "PEER_SUPPORT": "Ties and support among colleagues.",
        "LEADERSHIP": "Roles, governance, behavior and voice.",
        "REWARD": "Pay, expectations, recognition.",
        "POLICY": "Rules inside or outside the organization.",
        "MEASUREMENT": "Assessment and feedback.",
    },
    name="InterventionCategory",
)
EntryStatus = _enum(
    Statuses,
    {
        "PUBLISHED": "In lists and in search.",
        "WITHDRAWN": "Kept as a tombstone: found by its slug or id only.",
    },
    name="EntryStatus",
)
Comparison = _enum(
    model.Comparison,
    {
        "RANDOMIZED": "Groups formed by chance.",
        "CONTROLLED": "Groups formed otherwise.",
        "UNCONTROLLED": "Before and after in one group, or one arm of a trial by itself.",
        "ASSOCIATION": "Exposed against unexposed; evidence on a driver, never on an intervention.",
        "DESCRIPTIVE": "A figure by itself, e.g. how common something is.",
        "QUALITATIVE": "What people said.",
        "PSYCHOMETRIC": "How well an instrument measures.",
    },
)
Verification = _enum(
    model.Verification,
    {
        "SEED": "One of the source documents prints it.",
        "SEARCH": "A public page confirms it.",
        "UNVERIFIED": "Not confirmed yet.",
    },
)
Magnitude = _enum(
    model.Magnitude,
    {
        "LOW": "Low, as a source states.",
        "MODERATE": "Moderate, as a source states.",
        "HIGH": "High, as a source states.",
        "UNKNOWN": "No source prints a figure or a statement.",
    },
)
StudyDesign = _enum(
    model.Design,
    {
        "SYSTEMATIC_REVIEW": "A review that searched systematically.",
        "META_ANALYSIS": "A review that pools results.",
        "RCT": "A trial that randomized people.",
        "CLUSTER_RCT": "A trial that randomized groups.",
        "NON_RANDOMIZED_CONTROLLED": "Groups compared without randomization.",
        "BEFORE_AFTER": "One group before and after.",
        "COHORT": "A group followed over time.",
        "CROSS_SECTIONAL": "A survey at one time.",
        "PSYCHOMETRIC": "A study of an instrument.",
        "QUALITATIVE": "Interviews, focus groups, free text.",
        "TIME_MOTION": "Work observed or logged by time.",
        "ECONOMIC_ANALYSIS": "Costs, alone or against effects.",
        "NARRATIVE_REVIEW": "A review without a systematic search.",
        "CASE_REPORT": "One case, or a series.",
        "MEASURE_PROPOSAL": "New measures proposed.",
        "POLICY_ANALYSIS": "Rules described or compared.",
        "REPORT": "A report of an organization.",
        "TOOLKIT": "Material for use in practice.",
        "COMMENTARY": "An opinion.",
        "NOT_STATED": "The source does not say.",
    },
    name="StudyDesign",
)
EffectMeasure = _enum(
    model.Measure,
    {
        "MEAN_DIFFERENCE": "Difference of means between groups; none is 0.",
        "STANDARDIZED_MEAN_DIFFERENCE": "The same in standard deviations; none is 0.",
        "MEAN_CHANGE": "Change of a mean over time; none is 0.",
        "RELATIVE_CHANGE": "Change in percent of the value before; none is 0.",
        "ODDS_RATIO": "Ratio of odds; none is 1.",
        "RISK_RATIO": "Ratio of risks; none is 1.",
        "HAZARD_RATIO": "Ratio of hazards; none is 1.",
        "RISK_DIFFERENCE": "Difference of risks; none is 0.",
        "PROPORTION": "A share, in percent.",
        "MEAN": "A mean by itself.",
        "CORRELATION": "A correlation; none is 0.",
        "SENSITIVITY": "Share of the affected that a test finds.",
        "SPECIFICITY": "Share of the unaffected that a test clears.",
        "RELIABILITY": "Consistency or agreement, e.g. alpha.",
        "COUNT": "A number of things or people.",
        "COST": "An amount of money.",
        "OTHER": "Another number; its unit says what.",
    },
    name="EffectMeasure",
)
EffectDirection = _enum(
    model.Direction,
    {
        "FAVORS_INTERVENTION": "Better with the intervention.",
        "FAVORS_COMPARATOR": "Better without it.",
        "NO_CLEAR_DIFFERENCE": "Neither side is clearly better.",
        "NOT_APPLICABLE": "The finding compares nothing with the intervention.",
    },
    name="EffectDirection",
)
GradeScheme = _enum(
    Scheme,
    {
        "GRADE": "GRADE certainty, for interventions.",
        "OCEBM_2011": "Oxford levels of evidence of 2011, for studies.",
        "COSMIN": "COSMIN categories, for instruments.",
    },
    name="GradeScheme",
)
SortDirection = _enum(
    Directions,
    {
        "ASC": "From weakest, first letter, fewest or oldest.",
        "DESC": "From strongest, last letter, most or newest.",
    },
    name="SortDirection",
)
InterventionSort = _enum(
    InterventionSorts,
    {
        "CERTAINTY": "Certainty of the headline body; not graded counts as the weakest.",
        "VERDICT": "Verdict, of which evidence-based is the strongest and harmful the weakest.",
        "TITLE": "Title, in alphabetical order.",
        "STUDY_COUNT": "Number of different studies behind its bodies of evidence.",
        "REVIEWED": "Day of the last review.",
    },
    name="InterventionSort",
)
