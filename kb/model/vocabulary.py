"""The closed vocabularies of front matter: each value with its label for readers and what it means.

Front matter spells the values, the API spells the names. Everything that shows a value reads its words here.
"""

from enum import IntEnum, StrEnum
from typing import Self


class Word(StrEnum):
    """A value of a vocabulary, written as value, label and meaning; the meaning is a sentence, or empty."""

    _value_: str
    label: str
    meaning: str

    def __new__(cls, value: str, label: str = "", meaning: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_, member.label, member.meaning = value, label, meaning
        return member


class Certainty(IntEnum):
    """GRADE certainty of a body of evidence; a higher number is more certain."""

    _value_: int
    label: str
    """In words, e.g. very low."""
    meaning: str

    VERY_LOW = 1, "very low", "The figure says little: the true effect is likely to differ notably from it."
    LOW = 2, "low", "The true effect may differ notably from the figure given."
    MODERATE = (
        3,
        "moderate",
        "The true effect is probably close to the figure given, but may differ from it notably.",
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
    """The plain verdict shown to leaders, strongest first; always printed beside its certainty."""

    EVIDENCE_BASED = (
        "evidence-based",
        "Evidence-based",
        "Compared with something else, it did better, with at least low certainty.",
    )
    PROMISING = (
        "promising",
        "Promising",
        "Reports point the right way, but no fair comparison of at least low certainty does.",
    )
    MIXED = "mixed", "Mixed", "Comparisons with something else disagree."
    NO_CLEAR_EFFECT = "no-clear-effect", "No clear effect", "It was tested, and no difference stands out."
    PROPOSED = "proposed", "Proposed", "People who know the work suggest it; no source read here tests its effect."
    HARMFUL = "harmful", "Harmful", "Compared with something else, it did worse, with at least low certainty."


class DriverKind(Word):
    """A condition of work that raises or lowers burnout, or how burnout is felt."""

    DRIVER = "driver", "Driver", "A condition of work that raises or lowers burnout."
    MANIFESTATION = "manifestation", "Manifestation", "How burnout is felt."


class Basis(Word):
    """Whether a source says it, at the place given, or the curator reads it so."""

    STATED = "stated", "Stated by the source", "The source says so, at the place given."
    INFERRED = "inferred", "Inferred by the curator", "The curator's reading."


class ReadingBasis(Word):
    """What the curator read to extract the entry."""

    FULL_TEXT = "full-text", "The full text was read", "The whole text."
    ABSTRACT = "abstract", "Only the abstract was read", "The abstract only."
    SECONDARY = "secondary", "Known from what another work says of it", "What another source says of it."
    PERSONAL_COMMUNICATION = (
        "personal-communication",
        "Known from a personal communication",
        "What its authors told another source.",
    )


class Level(Word):
    """On whom or what an intervention acts."""

    INDIVIDUAL = "individual", "Individual", "One clinician."
    TEAM = "team", "Team", "A team or unit."
    ORGANIZATION = "organization", "Organization", "The whole organization."
    SYSTEM = "system", "System", "Payers, law, professions: beyond one organization."


class Category(Word):
    """What an intervention changes."""

    WORKFLOW = "workflow", "Workflow", "How work flows: orders, refills, inboxes, rooms, meetings."
    TECHNOLOGY = "technology", "Technology", "Software and devices."
    CLINICAL_SUPPORT = "clinical-support", "Clinical support", "Help with documentation and administration."
    STAFFING = "staffing", "Staffing", "Numbers and roles of people."
    TRAINING = "training", "Training", "Skills, coaching, education, individual practices."
    PEER_SUPPORT = "peer-support", "Peer support", "Ties and support among colleagues."
    LEADERSHIP = "leadership", "Leadership", "Roles, governance, behavior and voice."
    REWARD = "reward", "Reward", "Pay, expectations, recognition."
    POLICY = "policy", "Policy", "Rules inside or outside the organization."
    MEASUREMENT = "measurement", "Measurement", "Assessment and feedback."


class Status(Word):
    """Where an entry stands in its life."""

    DRAFT = "draft", "Draft", "Still being written: checked, but not published."
    PUBLISHED = "published", "Published", "In lists and in search."
    WITHDRAWN = "withdrawn", "Withdrawn", "Kept as a tombstone: found by its slug or id only."


class Comparison(Word):
    """What a finding compares. It describes the finding, not the design of its study."""

    RANDOMIZED = "randomized", "Randomized comparison", "Groups formed by chance."
    CONTROLLED = "controlled", "Comparison without randomization", "Groups formed otherwise."
    UNCONTROLLED = (
        "uncontrolled",
        "Change without a comparison group",
        "Before and after in one group, or one arm of a trial by itself.",
    )
    ASSOCIATION = (
        "association",
        "Association",
        "Exposed against unexposed; evidence on a driver, never on an intervention.",
    )
    DESCRIPTIVE = "descriptive", "Description", "A figure by itself, e.g. how common something is."
    QUALITATIVE = "qualitative", "Qualitative finding", "What people said."
    PSYCHOMETRIC = "psychometric", "Property of the instrument", "How well an instrument measures."


class Verification(Word):
    """How a bibliographic record was confirmed."""

    SEED = "seed", "Seed", "One of the source documents prints it."
    SEARCH = "search", "Search", "A public page confirms it."
    UNVERIFIED = "unverified", "Unverified", "Not confirmed yet."


class Magnitude(Word):
    """A rough size of cost or effort."""

    LOW = "low", "Low", "Low, as a source states."
    MODERATE = "moderate", "Moderate", "Moderate, as a source states."
    HIGH = "high", "High", "High, as a source states."
    UNKNOWN = "unknown", "Unknown", "No source prints a figure or a statement."


class Design(Word):
    """The design of a study, or the form of another source."""

    SYSTEMATIC_REVIEW = "systematic-review", "Systematic review", "A review that searched systematically."
    META_ANALYSIS = "meta-analysis", "Meta-analysis", "A review that pools results."
    RCT = "rct", "Randomized controlled trial", "A trial that randomized people."
    CLUSTER_RCT = "cluster-rct", "Cluster-randomized trial", "A trial that randomized groups."
    NON_RANDOMIZED_CONTROLLED = (
        "non-randomized-controlled",
        "Controlled study without randomization",
        "Groups compared without randomization.",
    )
    BEFORE_AFTER = "before-after", "Before-after study", "One group before and after."
    COHORT = "cohort", "Cohort study", "A group followed over time."
    CROSS_SECTIONAL = "cross-sectional", "Cross-sectional study", "A survey at one time."
    PSYCHOMETRIC = "psychometric", "Study of an instrument", "A study of an instrument."
    QUALITATIVE = "qualitative", "Qualitative study", "Interviews, focus groups, free text."
    TIME_MOTION = "time-motion", "Time-motion study", "Work observed or logged by time."
    ECONOMIC_ANALYSIS = "economic-analysis", "Economic analysis", "Costs, alone or against effects."
    NARRATIVE_REVIEW = "narrative-review", "Narrative review", "A review without a systematic search."
    CASE_REPORT = "case-report", "Case report", "One case, or a series."
    MEASURE_PROPOSAL = "measure-proposal", "Measure proposal", "New measures proposed."
    POLICY_ANALYSIS = "policy-analysis", "Policy analysis", "Rules described or compared."
    REPORT = "report", "Report", "A report of an organization."
    TOOLKIT = "toolkit", "Toolkit", "Material for use in practice."
    COMMENTARY = "commentary", "Commentary", "An opinion."
    NOT_STATED = "not-stated", "Not stated", "The source does not say."


class Measure(Word):
    """What kind of number an estimate is."""

    MEAN_DIFFERENCE = "mean-difference", "Mean difference", "Difference of means between groups; none is 0."
    STANDARDIZED_MEAN_DIFFERENCE = (
        "standardized-mean-difference",
        "Standardized mean difference",
        "The same in standard deviations; none is 0.",
    )
    MEAN_CHANGE = "mean-change", "Mean change", "Change of a mean over time; none is 0."
    RELATIVE_CHANGE = "relative-change", "Relative change", "Change in percent of the value before; none is 0."
    ODDS_RATIO = "odds-ratio", "Odds ratio", "Ratio of odds; none is 1."
    RISK_RATIO = "risk-ratio", "Risk ratio", "Ratio of risks; none is 1."
    HAZARD_RATIO = "hazard-ratio", "Hazard ratio", "Ratio of hazards; none is 1."
    RISK_DIFFERENCE = "risk-difference", "Risk difference", "Difference of risks; none is 0."
    PROPORTION = "proportion", "Proportion", "A share, in percent."
    MEAN = "mean", "Mean", "A mean by itself."
    CORRELATION = "correlation", "Correlation", "A correlation; none is 0."
    SENSITIVITY = "sensitivity", "Sensitivity", "Share of the affected that a test finds."
    SPECIFICITY = "specificity", "Specificity", "Share of the unaffected that a test clears."
    RELIABILITY = "reliability", "Reliability", "Consistency or agreement, e.g. alpha."
    COUNT = "count", "Count", "A number of things or people."
    COST = "cost", "Cost", "An amount of money."
    OTHER = "other", "Other", "Another number; its unit says what."


class Direction(Word):
    """Which side a finding speaks for."""

    FAVORS_INTERVENTION = "favors-intervention", "Favors the intervention", "Better with the intervention."
    FAVORS_COMPARATOR = "favors-comparator", "Favors the comparison", "Better without it."
    NO_CLEAR_DIFFERENCE = "no-clear-difference", "No clear difference", "Neither side is clearly better."
    NOT_APPLICABLE = "not-applicable", "Not a test of an effect", "The finding compares nothing with the intervention."


class Domain(Word):
    """The GRADE domains in which certainty goes down (the first five) or up."""

    RISK_OF_BIAS = "risk_of_bias", "Risk of bias"
    INCONSISTENCY = "inconsistency", "Inconsistency"
    INDIRECTNESS = "indirectness", "Indirectness"
    IMPRECISION = "imprecision", "Imprecision"
    PUBLICATION_BIAS = "publication_bias", "Publication bias"
    LARGE_EFFECT = "large_effect", "Large effect"
    DOSE_RESPONSE = "dose_response", "Dose and response"
    RESIDUAL_CONFOUNDING = "residual_confounding", "Confounding that would hide the effect"


class Relation(Word):
    """A SKOS property from a framework's term to a driver; broadMatch: the driver is the broader of the two."""

    EXACT = "exactMatch", "means the same as"
    CLOSE = "closeMatch", "means nearly the same as"
    BROAD = "broadMatch", "is narrower than"
    NARROW = "narrowMatch", "is wider than"
    RELATED = "relatedMatch", "is related to"


class Judgement(Word):
    """A judgement of an appraisal tool on one domain or overall."""

    LOW = "low", "Low"
    SOME_CONCERNS = "some-concerns", "Some concerns"
    MODERATE = "moderate", "Moderate"
    SERIOUS = "serious", "Serious"
    HIGH = "high", "High"
    CRITICAL = "critical", "Critical"
    UNCLEAR = "unclear", "Unclear"
    NOT_ASSESSED = "not-assessed", "Not assessed"


class CosminCategory(Word):
    """COSMIN's recommendation for an instrument; A is the best. Each meaning goes on from "it"."""

    A = "A", "A", "can be recommended for use"
    B = "B", "B", "may be recommended, but needs further study"
    C = "C", "C", "should not be recommended"


class OutcomeGroup(Word):
    """How an outcome counts towards a verdict."""

    BURNOUT = "burnout", "Burnout"
    WELL_BEING = "well-being", "Well-being"
    PROCESS = "process", "Work and process"
    ORGANIZATIONAL = "organizational", "The organization"
    OTHER = "other", "Other"


class Better(StrEnum):
    """How much of an outcome is good."""

    LESS = "less"
    MORE = "more"


class Outcome(Word):
    """What a finding is about; also with its group and how much of it is good. Its label stands within a sentence."""

    group: OutcomeGroup
    better: Better | None
    """None where neither more nor less of it is good."""

    BURNOUT = "burnout", "burnout", OutcomeGroup.BURNOUT, Better.LESS
    EXHAUSTION = "exhaustion", "exhaustion", OutcomeGroup.BURNOUT, Better.LESS
    DEPERSONALIZATION = "depersonalization", "depersonalization", OutcomeGroup.BURNOUT, Better.LESS
    DISENGAGEMENT = "disengagement", "disengagement", OutcomeGroup.BURNOUT, Better.LESS
    ACCOMPLISHMENT = "accomplishment", "accomplishment", OutcomeGroup.BURNOUT, Better.MORE

    WELL_BEING = "well-being", "well-being", OutcomeGroup.WELL_BEING, Better.MORE
    PROFESSIONAL_FULFILLMENT = (
        "professional-fulfillment",
        "professional fulfillment",
        OutcomeGroup.WELL_BEING,
        Better.MORE,
    )
    ENGAGEMENT = "engagement", "engagement", OutcomeGroup.WELL_BEING, Better.MORE
    SELF_VALUATION = "self-valuation", "self-valuation", OutcomeGroup.WELL_BEING, Better.MORE
    QUALITY_OF_LIFE = "quality-of-life", "quality of life", OutcomeGroup.WELL_BEING, Better.MORE
    STRESS = "stress", "stress", OutcomeGroup.WELL_BEING, Better.LESS
    ANXIETY = "anxiety", "anxiety", OutcomeGroup.WELL_BEING, Better.LESS
    DEPRESSION = "depression", "depression", OutcomeGroup.WELL_BEING, Better.LESS
    MORAL_INJURY = "moral-injury", "moral injury", OutcomeGroup.WELL_BEING, Better.LESS
    HAPPINESS = "happiness", "happiness", OutcomeGroup.WELL_BEING, Better.MORE
    MEANING = "meaning", "meaning", OutcomeGroup.WELL_BEING, Better.MORE
    SATISFACTION = "satisfaction", "satisfaction", OutcomeGroup.WELL_BEING, Better.MORE
    WORK_HOME_CONFLICT = "work-home-conflict", "work-home conflict", OutcomeGroup.WELL_BEING, Better.LESS

    EHR_TIME = "ehr-time", "EHR time", OutcomeGroup.PROCESS, Better.LESS
    ORDER_ENTRY_TIME = "order-entry-time", "order entry time", OutcomeGroup.PROCESS, Better.LESS
    DOCUMENTATION_TIME = "documentation-time", "documentation time", OutcomeGroup.PROCESS, Better.LESS
    INBOX_VOLUME = "inbox-volume", "inbox volume", OutcomeGroup.PROCESS, Better.LESS
    FIDELITY = "fidelity", "fidelity", OutcomeGroup.PROCESS, Better.MORE
    HELP_SEEKING = "help-seeking", "help-seeking", OutcomeGroup.PROCESS, Better.MORE
    KNOWLEDGE = "knowledge", "knowledge", OutcomeGroup.PROCESS, Better.MORE
    STIGMA = "stigma", "stigma", OutcomeGroup.PROCESS, Better.LESS
    PHYSICAL_ACTIVITY = "physical-activity", "physical activity", OutcomeGroup.PROCESS, Better.MORE

    TURNOVER = "turnover", "turnover", OutcomeGroup.ORGANIZATIONAL, Better.LESS
    INTENTION_TO_LEAVE = "intention-to-leave", "intention to leave", OutcomeGroup.ORGANIZATIONAL, Better.LESS
    COST = "cost", "cost", OutcomeGroup.ORGANIZATIONAL, Better.LESS
    PRODUCTIVITY = "productivity", "productivity", OutcomeGroup.ORGANIZATIONAL, Better.MORE
    SAFETY_CULTURE = "safety-culture", "safety culture", OutcomeGroup.ORGANIZATIONAL, Better.MORE
    QUALITY = "quality", "quality", OutcomeGroup.ORGANIZATIONAL, Better.MORE
    PATIENT_SATISFACTION = "patient-satisfaction", "patient satisfaction", OutcomeGroup.ORGANIZATIONAL, Better.MORE

    PSYCHOMETRIC = "psychometric", "psychometric", OutcomeGroup.OTHER
    CONTEXT = "context", "context", OutcomeGroup.OTHER

    def __new__(
        cls, value: str, label: str = "", group: OutcomeGroup = OutcomeGroup.OTHER, better: Better | None = None
    ) -> Self:
        member = str.__new__(cls, value)
        member._value_, member.label, member.meaning = value, label, ""
        member.group, member.better = group, better
        return member
