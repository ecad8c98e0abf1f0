"""The closed vocabularies of front matter. Front matter spells the values, the API spells the names."""

from enum import IntEnum, StrEnum


class Certainty(IntEnum):
    """GRADE certainty of a body of evidence; a higher number is more certain."""

    VERY_LOW = 1
    LOW = 2
    MODERATE = 3
    HIGH = 4


class Verdict(StrEnum):
    """The plain verdict shown to leaders, strongest first; always printed beside its certainty."""

    EVIDENCE_BASED = "evidence-based"
    PROMISING = "promising"
    MIXED = "mixed"
    NO_CLEAR_EFFECT = "no-clear-effect"
    PROPOSED = "proposed"
    HARMFUL = "harmful"


class DriverKind(StrEnum):
    """A condition of work that raises or lowers burnout, or how burnout is felt."""

    DRIVER = "driver"
    MANIFESTATION = "manifestation"


class Basis(StrEnum):
    """Whether a source says it, at the place given, or the curator reads it so."""

    STATED = "stated"
    INFERRED = "inferred"


class ReadingBasis(StrEnum):
    """What the curator read to extract the entry."""

    FULL_TEXT = "full-text"
    ABSTRACT = "abstract"
    SECONDARY = "secondary"
    PERSONAL_COMMUNICATION = "personal-communication"


class Level(StrEnum):
    """On whom or what an intervention acts."""

    INDIVIDUAL = "individual"
    TEAM = "team"
    ORGANIZATION = "organization"
    SYSTEM = "system"


class Category(StrEnum):
    """What an intervention changes."""

    WORKFLOW = "workflow"
    TECHNOLOGY = "technology"
    CLINICAL_SUPPORT = "clinical-support"
    STAFFING = "staffing"
    TRAINING = "training"
    PEER_SUPPORT = "peer-support"
    LEADERSHIP = "leadership"
    REWARD = "reward"
    POLICY = "policy"
    MEASUREMENT = "measurement"


class Status(StrEnum):
    """Where an entry stands in its life."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Comparison(StrEnum):
    """What a finding compares. It describes the finding, not the design of its study."""

    RANDOMIZED = "randomized"
    CONTROLLED = "controlled"
    UNCONTROLLED = "uncontrolled"
    ASSOCIATION = "association"
    DESCRIPTIVE = "descriptive"
    QUALITATIVE = "qualitative"
    PSYCHOMETRIC = "psychometric"


class Verification(StrEnum):
    """How a bibliographic record was confirmed."""

    SEED = "seed"
    SEARCH = "search"
    UNVERIFIED = "unverified"


class Magnitude(StrEnum):
    """A rough size of cost or effort."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"
    UNKNOWN = "unknown"


class Design(StrEnum):
    """The design of a study, or the form of another source."""

    SYSTEMATIC_REVIEW = "systematic-review"
    META_ANALYSIS = "meta-analysis"
    RCT = "rct"
    CLUSTER_RCT = "cluster-rct"
    NON_RANDOMIZED_CONTROLLED = "non-randomized-controlled"
    BEFORE_AFTER = "before-after"
    COHORT = "cohort"
    CROSS_SECTIONAL = "cross-sectional"
    PSYCHOMETRIC = "psychometric"
    QUALITATIVE = "qualitative"
    TIME_MOTION = "time-motion"
    ECONOMIC_ANALYSIS = "economic-analysis"
    NARRATIVE_REVIEW = "narrative-review"
    CASE_REPORT = "case-report"
    MEASURE_PROPOSAL = "measure-proposal"
    POLICY_ANALYSIS = "policy-analysis"
    REPORT = "report"
    TOOLKIT = "toolkit"
    COMMENTARY = "commentary"
    NOT_STATED = "not-stated"


class Measure(StrEnum):
    """What kind of number an estimate is."""

    MEAN_DIFFERENCE = "mean-difference"
    STANDARDIZED_MEAN_DIFFERENCE = "standardized-mean-difference"
    MEAN_CHANGE = "mean-change"
    RELATIVE_CHANGE = "relative-change"
    ODDS_RATIO = "odds-ratio"
    RISK_RATIO = "risk-ratio"
    HAZARD_RATIO = "hazard-ratio"
    RISK_DIFFERENCE = "risk-difference"
    PROPORTION = "proportion"
    MEAN = "mean"
    CORRELATION = "correlation"
    SENSITIVITY = "sensitivity"
    SPECIFICITY = "specificity"
    RELIABILITY = "reliability"
    COUNT = "count"
    COST = "cost"
    OTHER = "other"


class Direction(StrEnum):
    """Which side a finding speaks for."""

    FAVORS_INTERVENTION = "favors-intervention"
    FAVORS_COMPARATOR = "favors-comparator"
    NO_CLEAR_DIFFERENCE = "no-clear-difference"
    NOT_APPLICABLE = "not-applicable"


class Domain(StrEnum):
    """The GRADE domains in which certainty goes down (the first five) or up."""

    RISK_OF_BIAS = "risk_of_bias"
    INCONSISTENCY = "inconsistency"
    INDIRECTNESS = "indirectness"
    IMPRECISION = "imprecision"
    PUBLICATION_BIAS = "publication_bias"
    LARGE_EFFECT = "large_effect"
    DOSE_RESPONSE = "dose_response"
    RESIDUAL_CONFOUNDING = "residual_confounding"


class Relation(StrEnum):
    """A SKOS property from a framework's term to a driver; broadMatch: the driver is the broader of the two."""

    EXACT = "exactMatch"
    CLOSE = "closeMatch"
    BROAD = "broadMatch"
    NARROW = "narrowMatch"
    RELATED = "relatedMatch"


class Judgement(StrEnum):
    """A judgement of an appraisal tool on one domain or overall."""

    LOW = "low"
    SOME_CONCERNS = "some-concerns"
    MODERATE = "moderate"
    SERIOUS = "serious"
    HIGH = "high"
    CRITICAL = "critical"
    UNCLEAR = "unclear"
    NOT_ASSESSED = "not-assessed"


class CosminCategory(StrEnum):
    """COSMIN's recommendation for an instrument; A is the best."""

    A = "A"
    B = "B"
    C = "C"


class OutcomeGroup(StrEnum):
    """How an outcome counts towards a verdict."""

    BURNOUT = "burnout"
    WELL_BEING = "well-being"
    PROCESS = "process"
    ORGANIZATIONAL = "organizational"
    OTHER = "other"


class Better(StrEnum):
    """How much of an outcome is good."""

    LESS = "less"
    MORE = "more"


OUTCOMES: dict[OutcomeGroup, dict[str, Better | None]] = {
    OutcomeGroup.BURNOUT: {
        "burnout": Better.LESS,
        "exhaustion": Better.LESS,
        "depersonalization": Better.LESS,
        "disengagement": Better.LESS,
        "accomplishment": Better.MORE,
    },
    OutcomeGroup.WELL_BEING: {
        "well-being": Better.MORE,
        "professional-fulfillment": Better.MORE,
        "engagement": Better.MORE,
        "self-valuation": Better.MORE,
        "quality-of-life": Better.MORE,
        "stress": Better.LESS,
        "anxiety": Better.LESS,
        "depression": Better.LESS,
        "moral-injury": Better.LESS,
        "happiness": Better.MORE,
        "meaning": Better.MORE,
        "satisfaction": Better.MORE,
        "work-home-conflict": Better.LESS,
    },
    OutcomeGroup.PROCESS: {
        "ehr-time": Better.LESS,
        "order-entry-time": Better.LESS,
        "documentation-time": Better.LESS,
        "inbox-volume": Better.LESS,
        "fidelity": Better.MORE,
        "help-seeking": Better.MORE,
        "knowledge": Better.MORE,
        "stigma": Better.LESS,
        "physical-activity": Better.MORE,
    },
    OutcomeGroup.ORGANIZATIONAL: {
        "turnover": Better.LESS,
        "intention-to-leave": Better.LESS,
        "cost": Better.LESS,
        "productivity": Better.MORE,
        "safety-culture": Better.MORE,
        "quality": Better.MORE,
        "patient-satisfaction": Better.MORE,
    },
    OutcomeGroup.OTHER: {"psychometric": None, "context": None},
}
"""The outcome words by their group, and how much of each is good; None where that makes no sense."""

GROUP_OF_OUTCOME: dict[str, OutcomeGroup] = {word: group for group, words in OUTCOMES.items() for word in words}
