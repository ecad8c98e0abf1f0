"""The closed vocabularies of front matter: each value with its label for readers and what it means.

Front matter spells the values, the API spells the names. Everything that shows a value reads its words here.
"""

import re
from enum import IntEnum, StrEnum
from typing import Self


class Word(StrEnum):
    """A value of a vocabulary, written as value, meaning and label.

    The meaning is a sentence, or empty. The label is the value in words, if none is given.
    """

    _value_: str
    label: str
    meaning: str

    def __new__(cls, value: str, meaning: str = "", label: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_, member.meaning = value, meaning
        member.label = label or re.sub("[-_]", " ", value).capitalize()
        return member


class Certainty(IntEnum):
    """GRADE certainty of a body of evidence; a higher number is more certain."""

    _value_: int
    label: str
    """In words, e.g. very low."""
    meaning: str

    VERY_LOW = 1, "very low", "The true effect is likely to be quite different from the figure given."
    LOW = 2, "low", "The true effect could be quite different from the figure given."
    MODERATE = (
        3,
        "moderate",
        "The true effect is probably close to the figure given, but it could be quite different.",
    )
    HIGH = 4, "high", "The true effect is very likely close to the figure given."

    def __new__(cls, value: int, label: str = "", meaning: str = "") -> Self:
        member = int.__new__(cls, value)
        member._value_, member.label, member.meaning = value, label, meaning
        return member

    @property
    def word(self) -> str:
        """As addresses, filters and the search index spell it, e.g. very-low."""
        return self.label.replace(" ", "-")


class Verdict(Word):
    """The plain verdict shown to leaders, strongest first; always shown beside its certainty."""

    EVIDENCE_BASED = (
        "evidence-based",
        "At least one study with a comparison group favors it, with low certainty or higher.",
        "Evidence-based",
    )
    PROMISING = (
        "promising",
        "Some reports favor it, but no study with a comparison group does at low certainty or higher.",
    )
    MIXED = "mixed", "Studies with a comparison group disagree."
    NO_CLEAR_EFFECT = "no-clear-effect", "It was tested, but no clear effect was found."
    PROPOSED = "proposed", "People who know the work suggest it, but no source read here tests whether it helps."
    HARMFUL = "harmful", "At least one study with a comparison group found it worse, with low certainty or higher."


class DriverKind(Word):
    """A condition of work that raises or lowers burnout, or how burnout is felt."""

    DRIVER = "driver", "A condition of work that raises or lowers burnout."
    MANIFESTATION = "manifestation", "How burnout is felt."


class Basis(Word):
    """Whether a source says it, at the place given, or the curator reads it so."""

    STATED = "stated", "The source says so, at the place given.", "Stated by the source"
    INFERRED = "inferred", "The curator's reading.", "Inferred by the curator"


class ReadingBasis(Word):
    """What the curator read to extract the entry."""

    FULL_TEXT = "full-text", "The whole text.", "The full text was read"
    ABSTRACT = "abstract", "The abstract only.", "Only the abstract was read"
    SECONDARY = "secondary", "What another source says of it.", "Known only from what another source says about it"
    PERSONAL_COMMUNICATION = (
        "personal-communication",
        "What its authors told another source.",
        "Known from a personal communication",
    )


class Level(Word):
    """On whom or what an intervention acts."""

    INDIVIDUAL = "individual", "One clinician."
    TEAM = "team", "A team or unit."
    ORGANIZATION = "organization", "The whole organization."
    SYSTEM = "system", "Payers, law, professions: beyond one organization."


class Category(Word):
    """What an intervention changes."""

    WORKFLOW = "workflow", "How work flows: orders, refills, inboxes, rooms, meetings."
    TECHNOLOGY = "technology", "Software and devices."
    CLINICAL_SUPPORT = "clinical-support", "Help with documentation and administration."
    STAFFING = "staffing", "Numbers and roles of people."
    TRAINING = "training", "Skills, coaching, education, individual practices."
    PEER_SUPPORT = "peer-support", "Ties and support among colleagues."
    LEADERSHIP = "leadership", "Roles, governance, behavior and voice."
    REWARD = "reward", "Pay, expectations, recognition."
    POLICY = "policy", "Rules inside or outside the organization."
    MEASUREMENT = "measurement", "Assessment and feedback."


class Status(Word):
    """Whether an entry is published."""

    DRAFT = "draft", "Still being written: checked, but not published."
    PUBLISHED = "published", "In lists and in search."
    WITHDRAWN = "withdrawn", "Kept at its address, but found only by its slug or id."


class Comparison(Word):
    """What a finding compares. It describes the finding, not the design of its study."""

    RANDOMIZED = "randomized", "Groups formed by chance.", "Randomized comparison"
    CONTROLLED = "controlled", "Groups formed otherwise.", "Comparison without randomization"
    UNCONTROLLED = (
        "uncontrolled",
        "Before and after in one group, or one arm of a trial by itself.",
        "Change without a comparison group",
    )
    ASSOCIATION = "association", "Exposed against unexposed; evidence on a driver, never on an intervention."
    DESCRIPTIVE = "descriptive", "A figure by itself, e.g. how common something is.", "Description"
    QUALITATIVE = "qualitative", "What people said.", "Qualitative finding"
    PSYCHOMETRIC = "psychometric", "How well an instrument measures.", "Property of the instrument"


class Verification(Word):
    """How a bibliographic record was confirmed."""

    SEED = "seed", "One of the source documents lists it."
    SEARCH = "search", "A public page confirms it."
    UNVERIFIED = "unverified", "Not confirmed yet."


class Magnitude(Word):
    """A rough size of cost or effort."""

    LOW = "low", "Low, as a source states."
    MODERATE = "moderate", "Moderate, as a source states."
    HIGH = "high", "High, as a source states."
    UNKNOWN = "unknown", "No source reports a figure or a statement."


class Design(Word):
    """The design of a study, or the form of another source."""

    SYSTEMATIC_REVIEW = "systematic-review", "A review that searched systematically."
    META_ANALYSIS = "meta-analysis", "A review that pools results.", "Meta-analysis"
    RCT = "rct", "A trial that randomized people.", "Randomized controlled trial"
    CLUSTER_RCT = "cluster-rct", "A trial that randomized groups.", "Cluster-randomized trial"
    NON_RANDOMIZED_CONTROLLED = (
        "non-randomized-controlled",
        "Groups compared without randomization.",
        "Controlled study without randomization",
    )
    BEFORE_AFTER = "before-after", "One group before and after.", "Before-after study"
    COHORT = "cohort", "A group followed over time.", "Cohort study"
    CROSS_SECTIONAL = "cross-sectional", "A survey at one time.", "Cross-sectional study"
    PSYCHOMETRIC = "psychometric", "A study of an instrument.", "Study of an instrument"
    QUALITATIVE = "qualitative", "Interviews, focus groups, free text.", "Qualitative study"
    TIME_MOTION = "time-motion", "Work observed or logged by time.", "Time-motion study"
    ECONOMIC_ANALYSIS = "economic-analysis", "Costs, alone or against effects."
    NARRATIVE_REVIEW = "narrative-review", "A review without a systematic search."
    CASE_REPORT = "case-report", "One case, or a series."
    MEASURE_PROPOSAL = "measure-proposal", "New measures proposed."
    POLICY_ANALYSIS = "policy-analysis", "Rules described or compared."
    REPORT = "report", "A report of an organization."
    TOOLKIT = "toolkit", "Material for use in practice."
    COMMENTARY = "commentary", "An opinion."
    NOT_STATED = "not-stated", "The source does not say."


class Measure(Word):
    """What kind of number an estimate is."""

    MEAN_DIFFERENCE = "mean-difference", "Difference of means between groups; none is 0."
    STANDARDIZED_MEAN_DIFFERENCE = "standardized-mean-difference", "The same in standard deviations; none is 0."
    MEAN_CHANGE = "mean-change", "Change of a mean over time; none is 0."
    RELATIVE_CHANGE = "relative-change", "Change in percent of the value before; none is 0."
    ODDS_RATIO = "odds-ratio", "Ratio of odds; none is 1."
    RISK_RATIO = "risk-ratio", "Ratio of risks; none is 1."
    HAZARD_RATIO = "hazard-ratio", "Ratio of hazards; none is 1."
    RISK_DIFFERENCE = "risk-difference", "Difference of risks; none is 0."
    PROPORTION = "proportion", "A share, in percent."
    MEAN = "mean", "A mean by itself."
    CORRELATION = "correlation", "A correlation; none is 0."
    SENSITIVITY = "sensitivity", "Share of the affected that a test finds."
    SPECIFICITY = "specificity", "Share of the unaffected that a test clears."
    RELIABILITY = "reliability", "Consistency or agreement, e.g. alpha."
    COUNT = "count", "A number of things or people."
    COST = "cost", "An amount of money."
    OTHER = "other", "Another number; its unit says what."


class Direction(Word):
    """Which side a finding favors."""

    FAVORS_INTERVENTION = "favors-intervention", "Better with the intervention.", "Favors the intervention"
    FAVORS_COMPARATOR = "favors-comparator", "Better without it.", "Favors the comparison"
    NO_CLEAR_DIFFERENCE = "no-clear-difference", "Neither side is clearly better."
    NOT_APPLICABLE = "not-applicable", "The finding compares nothing with the intervention.", "Not a test of an effect"


class Domain(Word):
    """The GRADE domains in which certainty goes down (the first five) or up."""

    RISK_OF_BIAS = "risk_of_bias"
    INCONSISTENCY = "inconsistency"
    INDIRECTNESS = "indirectness"
    IMPRECISION = "imprecision"
    PUBLICATION_BIAS = "publication_bias"
    LARGE_EFFECT = "large_effect"
    DOSE_RESPONSE = "dose_response", "", "Dose and response"
    RESIDUAL_CONFOUNDING = "residual_confounding", "", "Confounding that would hide the effect"


class Relation(Word):
    """A SKOS property from a framework's term to a driver; broadMatch: the driver is the broader of the two."""

    EXACT = "exactMatch", "", "means the same as"
    CLOSE = "closeMatch", "", "means nearly the same as"
    BROAD = "broadMatch", "", "is narrower than"
    NARROW = "narrowMatch", "", "is wider than"
    RELATED = "relatedMatch", "", "is related to"


class Judgement(Word):
    """A judgement of an appraisal tool on one domain or overall."""

    LOW = "low"
    SOME_CONCERNS = "some-concerns"
    MODERATE = "moderate"
    SERIOUS = "serious"
    HIGH = "high"
    CRITICAL = "critical"
    UNCLEAR = "unclear"
    NOT_ASSESSED = "not-assessed"


class CosminCategory(Word):
    """COSMIN's recommendation for an instrument; A is the best. Each meaning goes on from "it"."""

    A = "A", "can be recommended for use"
    B = "B", "may be recommended, but needs further study"
    C = "C", "should not be recommended"


class OutcomeGroup(Word):
    """How an outcome counts towards a verdict."""

    BURNOUT = "burnout"
    WELL_BEING = "well-being", "", "Well-being"
    PROCESS = "process", "", "Work and process"
    ORGANIZATIONAL = "organizational", "", "The organization"
    OTHER = "other"


class Better(StrEnum):
    """Whether less or more of an outcome is good."""

    LESS = "less"
    MORE = "more"


class Outcome(Word):
    """What a finding is about; also with its group, and whether less or more of it is good.

    Its label goes within a sentence."""

    group: OutcomeGroup
    better: Better | None
    """None if neither more nor less of it is good."""

    BURNOUT = "burnout", OutcomeGroup.BURNOUT, Better.LESS
    EXHAUSTION = "exhaustion", OutcomeGroup.BURNOUT, Better.LESS
    DEPERSONALIZATION = "depersonalization", OutcomeGroup.BURNOUT, Better.LESS
    DISENGAGEMENT = "disengagement", OutcomeGroup.BURNOUT, Better.LESS
    ACCOMPLISHMENT = "accomplishment", OutcomeGroup.BURNOUT, Better.MORE

    WELL_BEING = "well-being", OutcomeGroup.WELL_BEING, Better.MORE, "well-being"
    PROFESSIONAL_FULFILLMENT = "professional-fulfillment", OutcomeGroup.WELL_BEING, Better.MORE
    ENGAGEMENT = "engagement", OutcomeGroup.WELL_BEING, Better.MORE
    SELF_VALUATION = "self-valuation", OutcomeGroup.WELL_BEING, Better.MORE, "self-valuation"
    QUALITY_OF_LIFE = "quality-of-life", OutcomeGroup.WELL_BEING, Better.MORE
    STRESS = "stress", OutcomeGroup.WELL_BEING, Better.LESS
    ANXIETY = "anxiety", OutcomeGroup.WELL_BEING, Better.LESS
    DEPRESSION = "depression", OutcomeGroup.WELL_BEING, Better.LESS
    MORAL_INJURY = "moral-injury", OutcomeGroup.WELL_BEING, Better.LESS
    HAPPINESS = "happiness", OutcomeGroup.WELL_BEING, Better.MORE
    MEANING = "meaning", OutcomeGroup.WELL_BEING, Better.MORE
    SATISFACTION = "satisfaction", OutcomeGroup.WELL_BEING, Better.MORE
    WORK_HOME_CONFLICT = "work-home-conflict", OutcomeGroup.WELL_BEING, Better.LESS, "work-home conflict"

    EHR_TIME = "ehr-time", OutcomeGroup.PROCESS, Better.LESS, "EHR time"
    ORDER_ENTRY_TIME = "order-entry-time", OutcomeGroup.PROCESS, Better.LESS
    DOCUMENTATION_TIME = "documentation-time", OutcomeGroup.PROCESS, Better.LESS
    INBOX_VOLUME = "inbox-volume", OutcomeGroup.PROCESS, Better.LESS
    FIDELITY = "fidelity", OutcomeGroup.PROCESS, Better.MORE
    HELP_SEEKING = "help-seeking", OutcomeGroup.PROCESS, Better.MORE, "help-seeking"
    KNOWLEDGE = "knowledge", OutcomeGroup.PROCESS, Better.MORE
    STIGMA = "stigma", OutcomeGroup.PROCESS, Better.LESS
    PHYSICAL_ACTIVITY = "physical-activity", OutcomeGroup.PROCESS, Better.MORE

    TURNOVER = "turnover", OutcomeGroup.ORGANIZATIONAL, Better.LESS
    INTENTION_TO_LEAVE = "intention-to-leave", OutcomeGroup.ORGANIZATIONAL, Better.LESS
    COST = "cost", OutcomeGroup.ORGANIZATIONAL, Better.LESS
    PRODUCTIVITY = "productivity", OutcomeGroup.ORGANIZATIONAL, Better.MORE
    SAFETY_CULTURE = "safety-culture", OutcomeGroup.ORGANIZATIONAL, Better.MORE
    QUALITY = "quality", OutcomeGroup.ORGANIZATIONAL, Better.MORE
    PATIENT_SATISFACTION = "patient-satisfaction", OutcomeGroup.ORGANIZATIONAL, Better.MORE

    PSYCHOMETRIC = "psychometric", OutcomeGroup.OTHER
    CONTEXT = "context", OutcomeGroup.OTHER

    def __new__(
        cls, value: str, group: OutcomeGroup = OutcomeGroup.OTHER, better: Better | None = None, label: str = ""
    ) -> Self:
        member = str.__new__(cls, value)
        member._value_, member.label, member.meaning = value, label or value.replace("-", " "), ""
        member.group, member.better = group, better
        return member
