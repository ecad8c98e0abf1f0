"""The words that readers of site, API and search see for the values of the vocabularies, and what these mean."""

from __future__ import annotations

from enum import StrEnum

from kb.grading.grade import CERTAINTY_WORDS
from kb.model import (
    Basis,
    Certainty,
    Comparison,
    Design,
    Direction,
    Domain,
    OutcomeGroup,
    ReadingBasis,
    Relation,
    Verdict,
)

VERDICT = {
    Verdict.EVIDENCE_BASED: "Evidence-based",
    Verdict.PROMISING: "Promising",
    Verdict.MIXED: "Mixed",
    Verdict.NO_CLEAR_EFFECT: "No clear effect",
    Verdict.PROPOSED: "Proposed",
    Verdict.HARMFUL: "Harmful",
}
VERDICT_MEANING = {
    Verdict.EVIDENCE_BASED: "At least one study with a comparison group favors it, with low certainty or higher.",
    Verdict.PROMISING: "Some reports favor it, but no study with a comparison group does at low certainty or higher.",
    Verdict.MIXED: "Studies with a comparison group disagree.",
    Verdict.NO_CLEAR_EFFECT: "It was tested, but no clear effect was found.",
    Verdict.PROPOSED: "People who know the work suggest it, but no source read here tests whether it helps.",
    Verdict.HARMFUL: "At least one study with a comparison group found it worse, with low certainty or higher.",
}
CERTAINTY_MEANING = {
    Certainty.HIGH: "The true effect is very likely close to the figure given.",
    Certainty.MODERATE: "The true effect is probably close to the figure given, but it could be quite different.",
    Certainty.LOW: "The true effect could be quite different from the figure given.",
    Certainty.VERY_LOW: "The true effect is likely to be quite different from the figure given.",
}
NOT_GRADED_MEANING = "No figure on burnout or well-being could be graded. Other outcomes may be graded."
NO_SIZE_MEANING = "The source reports the direction of the effect but not its size, so nobody can say how large it is."
DIRECTION = {
    Direction.FAVORS_INTERVENTION: "Favors the intervention",
    Direction.FAVORS_COMPARATOR: "Favors the comparison",
    Direction.NO_CLEAR_DIFFERENCE: "No clear difference",
    Direction.NOT_APPLICABLE: "Not a test of an effect",
}
_CHANGE = {
    Direction.FAVORS_INTERVENTION: "Better than before",
    Direction.FAVORS_COMPARATOR: "Worse than before",
    Direction.NO_CLEAR_DIFFERENCE: "No clear change",
}
COMPARISON = {
    Comparison.RANDOMIZED: "Randomized comparison",
    Comparison.CONTROLLED: "Comparison without randomization",
    Comparison.UNCONTROLLED: "Change without a comparison group",
    Comparison.ASSOCIATION: "Association",
    Comparison.DESCRIPTIVE: "Description",
    Comparison.QUALITATIVE: "Qualitative finding",
    Comparison.PSYCHOMETRIC: "Property of the instrument",
}
READING_BASIS = {
    ReadingBasis.FULL_TEXT: "The full text was read",
    ReadingBasis.ABSTRACT: "Only the abstract was read",
    ReadingBasis.SECONDARY: "Known only from what another source says about it",
    ReadingBasis.PERSONAL_COMMUNICATION: "Known from a personal communication",
}
BASIS = {
    Basis.STATED: "Stated by the source",
    Basis.INFERRED: "Inferred by the curator",
}
RELATION = {
    Relation.EXACT: "means the same as",
    Relation.CLOSE: "means nearly the same as",
    Relation.BROAD: "is narrower than",
    Relation.NARROW: "is wider than",
    Relation.RELATED: "is related to",
}
DOMAIN = {
    Domain.RISK_OF_BIAS: "Risk of bias",
    Domain.INCONSISTENCY: "Inconsistency",
    Domain.INDIRECTNESS: "Indirectness",
    Domain.IMPRECISION: "Imprecision",
    Domain.PUBLICATION_BIAS: "Publication bias",
    Domain.LARGE_EFFECT: "Large effect",
    Domain.DOSE_RESPONSE: "Dose and response",
    Domain.RESIDUAL_CONFOUNDING: "Confounding that would hide the effect",
}
OUTCOME_GROUP = {
    OutcomeGroup.BURNOUT: "Burnout",
    OutcomeGroup.WELL_BEING: "Well-being",
    OutcomeGroup.PROCESS: "Work and process",
    OutcomeGroup.ORGANIZATIONAL: "The organization",
    OutcomeGroup.OTHER: "Other",
}
_DESIGN = {
    Design.META_ANALYSIS: "Meta-analysis",
    Design.RCT: "Randomized controlled trial",
    Design.CLUSTER_RCT: "Cluster-randomized trial",
    Design.NON_RANDOMIZED_CONTROLLED: "Controlled study without randomization",
    Design.BEFORE_AFTER: "Before-after study",
    Design.COHORT: "Cohort study",
    Design.CROSS_SECTIONAL: "Cross-sectional study",
    Design.PSYCHOMETRIC: "Study of an instrument",
    Design.QUALITATIVE: "Qualitative study",
    Design.TIME_MOTION: "Time-motion study",
}


def design(value: Design) -> str:
    """A design as people write it."""
    return _DESIGN.get(value) or plain(value)


def direction(value: Direction, comparison: Comparison) -> str:
    """Which side a finding speaks for; a change without a comparison group speaks for none, but of before and after."""
    return (_CHANGE if comparison is Comparison.UNCONTROLLED else {}).get(value) or DIRECTION[value]


def certainty(level: Certainty | None) -> str:
    """``low certainty``, or ``not graded``."""
    return f"{CERTAINTY_WORDS[level]} certainty" if level else "not graded"


def graded(verdict: Verdict, level: Certainty | None) -> str:
    """A verdict with its certainty, e.g. ``Evidence-based · low certainty``."""
    return f"{VERDICT[verdict]} · {certainty(level)}"


def plain(value: StrEnum | str) -> str:
    """A hyphenated value as words, e.g. ``some-concerns`` as ``Some concerns``."""
    words = str(value).replace("-", " ").replace("_", " ")
    return words[:1].upper() + words[1:]
