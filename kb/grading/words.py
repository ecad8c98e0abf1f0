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
    Verdict.EVIDENCE_BASED: "Compared with something else, it did better, with at least low certainty.",
    Verdict.PROMISING: "Reports point the right way, but no fair comparison of at least low certainty does.",
    Verdict.MIXED: "Comparisons with something else disagree.",
    Verdict.NO_CLEAR_EFFECT: "It was tested, and no difference stands out.",
    Verdict.PROPOSED: "People who know the work suggest it; no source read here tests its effect.",
    Verdict.HARMFUL: "Compared with something else, it did worse, with at least low certainty.",
}
CERTAINTY_MEANING = {
    Certainty.HIGH: "The true effect is very likely close to the figure given.",
    Certainty.MODERATE: "The true effect is probably close to the figure given, but may differ from it notably.",
    Certainty.LOW: "The true effect may differ notably from the figure given.",
    Certainty.VERY_LOW: "The figure says little: the true effect is likely to differ notably from it.",
}
NOT_GRADED_MEANING = "No figure on burnout or well-being could be graded; other results may be."
NO_SIZE_MEANING = "Only which way it went is printed, and no size: nobody can say how large the effect is."
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
    ReadingBasis.SECONDARY: "Known from what another work says of it",
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
