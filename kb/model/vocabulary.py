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
    """The plain verdict shown to leaders, strongest first; always shown beside its outcome and certainty."""

    EVIDENCE_BASED = (
        "evidence-based",
        "Comparisons with a control group show an important gain, in more than one study or in a large one at "
        "several sites, with moderate certainty or higher.",
        "Evidence-based",
    )
    PROMISING = "promising", "A comparison with a control group shows a gain, with low certainty or higher."
    EARLY_SIGNS = "early-signs", "There is a sign of a gain, but it is very uncertain, or there was no control group."
    UNCERTAIN = "uncertain", "It was tested, but the results leave open whether it helps."
    UNTESTED = "untested", "No source read here tests whether it helps.", "Not tested in what we read"
    NO_IMPORTANT_EFFECT = (
        "no-important-effect",
        "A comparison with no program shows little or no difference, with low certainty or higher.",
    )
    HARMFUL = "harmful", "A comparison with no program shows an important worsening, with low certainty or higher."


class EffectSize(Word):
    """How much an effect matters, by its estimate and interval against the smallest difference that counts."""

    IMPORTANT = "important", "The interval excludes no effect, and the estimate reaches the threshold."
    SMALL = "small", "The interval excludes no effect, but the estimate stays below the threshold."
    LITTLE_OR_NONE = "little-or-none", "The whole interval lies below the threshold on both sides."
    UNCLEAR = "unclear", "The interval includes no effect and an effect that would matter."


class ComparatorClass(Word):
    """What an intervention was compared with."""

    INACTIVE = "inactive", "Waiting list, usual practice or nothing.", "No program"
    ACTIVE = "active", "Another intervention, or the same attention without it.", "Another program"


class FollowUpBand(Word):
    """How long after the end of an intervention; after its start where it goes on."""

    SHORT = "short", "Up to 13 weeks.", "Up to 3 months"
    MEDIUM = "medium", "Over 13 to 52 weeks.", "Over 3 to 12 months"
    LONG = "long", "Over 52 weeks.", "Over 12 months"
    UNSTATED = "unstated", "The source does not say when.", "Time not stated"


class ArmRole(Word):
    """The part of an arm in its study."""

    INTERVENTION = "intervention"
    CONTROL = "control"


class InterventionScope(Word):
    """Whether an entry is one intervention or a class of them."""

    SINGLE = "single", "", "One intervention"
    CLASS = "class", "Its members name it in part_of.", "A class of interventions"


class AllocationUnit(Word):
    """What was assigned to the arms."""

    PERSON = "person", "", "People"
    CLUSTER = "cluster", "", "Groups of people, e.g. clinics or units"
    PERIOD = "period", "", "Periods of time"


class AllocationDesign(Word):
    """How the arms follow each other."""

    PARALLEL = "parallel", "", "Parallel groups"
    CROSSOVER = "crossover"
    STEPPED_WEDGE = "stepped-wedge"
    FACTORIAL = "factorial"


class Clustering(Word):
    """Whether an analysis took account of the clusters that were assigned."""

    ACCOUNTED = "accounted", "", "Clusters accounted for"
    IGNORED = "ignored", "", "Clusters not accounted for"
    UNCLEAR = "unclear", "", "Not clear whether clusters were accounted for"


class Analysis(Word):
    """Whose results were analyzed."""

    AS_RANDOMIZED = "as-randomized", "Everyone in the arm to which they were assigned.", "As assigned"
    COMPLETE_CASES = "complete-cases", "Only those with answers."
    AS_TREATED = "as-treated", "Only those who took part as planned."


class Disputed(Word):
    """A figure of a result that cannot be right as reported."""

    ESTIMATE = "estimate", "", "The estimate"
    INTERVAL = "interval", "", "The interval"
    P_VALUE = "p-value", "", "The P value"
    COUNTS = "counts", "", "The counts"
    MEANS = "means", "", "The means of the arms"


class ScreeningDecision(Word):
    """What became of a work that was considered and is not an entry."""

    EXCLUDED = "excluded"
    WAITING = "waiting", "", "Waiting to be entered"


class ScreeningReason(Word):
    """Why a work is not an entry."""

    NOT_CLINICIANS = "not-clinicians", "", "Not about clinicians"
    NOT_AN_INTERVENTION = "not-an-intervention", "", "Does not test an intervention"
    NO_DATA = "no-data", "", "Reports no data: a proposal, a guide or a course"
    NO_OUTCOME = "no-outcome", "", "No outcome of burnout or well-being"
    DUPLICATE_REPORT = "duplicate-report", "", "Another report of a study that is entered"
    SUPERSEDED = "superseded", "", "Replaced by a newer review"
    RETRACTED = "retracted", "", "Retracted or withdrawn"
    FIGURES_NOT_READABLE = "figures-not-readable", "", "Its figures could not be read"
    NOT_YET_READ = "not-yet-read"


class ScreeningKind(Word):
    """What kind of work was considered."""

    CONTROLLED = "controlled", "", "Controlled study"
    UNCONTROLLED = "uncontrolled", "", "Study without a control group"
    REVIEW = "review"
    OTHER = "other"


class ClaimBasis(Word):
    """What ties an intervention to a driver, the strongest tie first."""

    MEASURED = "measured", "A study measured an outcome of this driver."
    STATED = "stated", "The source says that it acts on this driver.", "Stated by the source"
    INFERRED = "inferred", "The curator's reading.", "Inferred by the curator"
    DISCUSSED = "discussed", "People talked about this driver; nothing says that it changed.", "A theme that came up"


class Against(Word):
    """What an entry was read against."""

    FULL_TEXT = "full-text"
    ABSTRACT = "abstract"
    TABLE = "table", "", "Table or registry"


class CostBand(Word):
    """Cost of an intervention for each person and year, in US dollars."""

    UNDER_50 = "under-50", "", "Under $50"
    TO_250 = "50-250", "", "$50 to $250"
    TO_1000 = "250-1000", "", "$250 to $1,000"
    TO_5000 = "1000-5000", "", "$1,000 to $5,000"
    OVER_5000 = "over-5000", "", "Over $5,000"
    UNKNOWN = "unknown"


class DriverKind(Word):
    """A condition of work that raises or lowers burnout, or how burnout is felt."""

    DRIVER = "driver", "A condition of work that raises or lowers burnout."
    MANIFESTATION = "manifestation", "How burnout is felt."


class MappingBasis(Word):
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


class InterventionLevel(Word):
    """On whom or what an intervention acts."""

    INDIVIDUAL = "individual", "One clinician."
    TEAM = "team", "A team or unit."
    ORGANIZATION = "organization", "The whole organization."
    SYSTEM = "system", "Payers, law, professions: beyond one organization."


class InterventionCategory(Word):
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


class EntryStatus(Word):
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


class StudyDesign(Word):
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
    STEPPED_WEDGE_TRIAL = "stepped-wedge-trial", "Groups that start in a random order.", "Stepped-wedge trial"
    CROSSOVER_TRIAL = "crossover-trial", "A trial in which everyone has each arm in turn."
    INTERRUPTED_TIME_SERIES = "interrupted-time-series", "Many measurements before and after."
    SCOPING_REVIEW = "scoping-review", "A review that maps what there is."
    MIXED_METHODS = "mixed-methods", "Figures and interviews together."


class EffectMeasure(Word):
    """What kind of number an estimate is."""

    MEAN_DIFFERENCE = "mean-difference", "Difference of means between groups; none is 0."
    STANDARDIZED_MEAN_DIFFERENCE = "standardized-mean-difference", "The same in standard deviations; none is 0."
    MEAN_CHANGE = "mean-change", "Change of a mean over time; none is 0."
    RELATIVE_CHANGE = "relative-change", "Change in percent of the value before; none is 0."
    ODDS_RATIO = "odds-ratio", "Ratio of odds; none is 1."
    RISK_RATIO = "risk-ratio", "Ratio of risks; none is 1."
    HAZARD_RATIO = "hazard-ratio", "Ratio of hazards; none is 1."
    INCIDENCE_RATE_RATIO = "incidence-rate-ratio", "Ratio of rates; none is 1.", "Rate ratio"
    RATIO_OF_MEANS = "ratio-of-means", "Ratio of means; none is 1."
    MEDIAN_DIFFERENCE = "median-difference", "Difference of medians; none is 0.", "Difference of medians"
    REGRESSION_COEFFICIENT = "regression-coefficient", "Change for each unit of something; none is 0."
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

    @property
    def ratio(self) -> bool:
        """Whether no effect is 1 and the number lives on the scale of logarithms."""
        return self in _RATIOS

    @property
    def null(self) -> float | None:
        """The value that means no effect: 1 for ratios, 0 for differences, changes and correlations, else None."""
        return 1.0 if self in _RATIOS else 0.0 if self in _DIFFERENCES else None


_RATIOS = frozenset(
    {
        EffectMeasure.ODDS_RATIO,
        EffectMeasure.RISK_RATIO,
        EffectMeasure.HAZARD_RATIO,
        EffectMeasure.INCIDENCE_RATE_RATIO,
        EffectMeasure.RATIO_OF_MEANS,
    }
)
_DIFFERENCES = frozenset(
    {
        EffectMeasure.MEAN_DIFFERENCE,
        EffectMeasure.STANDARDIZED_MEAN_DIFFERENCE,
        EffectMeasure.MEAN_CHANGE,
        EffectMeasure.RELATIVE_CHANGE,
        EffectMeasure.MEDIAN_DIFFERENCE,
        EffectMeasure.REGRESSION_COEFFICIENT,
        EffectMeasure.RISK_DIFFERENCE,
        EffectMeasure.CORRELATION,
    }
)


class EffectDirection(Word):
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


class RiskOfBias(Word):
    """The words of appraisal tools brought to one scale."""

    LOW = "low"
    SOME_CONCERNS = "some-concerns"
    HIGH = "high"
    CRITICAL = "critical"
    NO_INFORMATION = "no-information", "", "Not appraised"


class Judgement(Word):
    """A judgment of an appraisal tool on one domain or overall, in the tool's word; also what it comes to."""

    risk: RiskOfBias

    LOW = "low", RiskOfBias.LOW
    SOME_CONCERNS = "some-concerns", RiskOfBias.SOME_CONCERNS
    MODERATE = "moderate", RiskOfBias.SOME_CONCERNS
    UNCLEAR = "unclear", RiskOfBias.SOME_CONCERNS
    SERIOUS = "serious", RiskOfBias.HIGH
    HIGH = "high", RiskOfBias.HIGH
    CRITICAL = "critical", RiskOfBias.CRITICAL
    CRITICALLY_LOW = "critically-low", RiskOfBias.NO_INFORMATION
    NO_INFORMATION = "no-information", RiskOfBias.NO_INFORMATION
    NOT_ASSESSED = "not-assessed", RiskOfBias.NO_INFORMATION

    def __new__(cls, value: str, risk: RiskOfBias = RiskOfBias.NO_INFORMATION) -> Self:
        member = str.__new__(cls, value)
        member._value_, member.label, member.meaning = value, value.replace("-", " ").capitalize(), ""
        member.risk = risk
        return member


class CosminCategory(Word):
    """COSMIN's recommendation for an instrument; A is the best. Each meaning goes on from "it"."""

    A = "A", "can be recommended for use"
    B = "B", "may be recommended, but needs further study"
    C = "C", "should not be recommended"


class InstrumentAccess(Word):
    """On which terms an instrument may be used."""

    FREE = "free", "No fee and no permission needed.", "Free to use"
    CONDITIONS = (
        "conditions",
        "Not sold, but conditions may apply: read them, or ask.",
        "Not sold, conditions may apply",
    )
    LICENSED = "licensed", "A license must be bought.", "Sold under license"


class BenchmarkKind(Word):
    """What a benchmark is."""

    MEAN = "mean", "The mean score of a group.", "Mean"
    SHARE = "share", "The share of people on one side of a line.", "Share"


class ReliabilityKind(Word):
    """How a scale was compared with itself."""

    INTERNAL_CONSISTENCY = "internal-consistency", "How well its questions agree with each other (alpha, omega)."
    TEST_RETEST = "test-retest", "How well two fillings-in agree.", "Agreement over time"


class ScoreRule(Word):
    """How answers become a score."""

    SUM = "sum", "The answers are added up."
    MEAN = "mean", "The answers are averaged."
    COUNT = "count", "The questions answered yes are counted."


class People(Word):
    """Who was asked."""

    PHYSICIANS = "physicians"
    TRAINEES = "trainees", "Students of a health profession, residents and fellows."
    NURSES = "nurses"
    ADVANCED_PRACTICE = (
        "advanced-practice",
        "Nurse practitioners and physician assistants.",
        "Advanced practice clinicians",
    )
    PHARMACISTS = "pharmacists"
    STAFF = "staff", "Staff of several professions in health care.", "Staff of all kinds"
    OTHERS = "others", "Workers outside health care, or patients."


class Sought(Word):
    """What someone who chooses an instrument looks for."""

    PRICE = "price"
    LICENCE = "licence", "", "Terms of use"
    LANGUAGES = "languages"
    MINUTES = "minutes"
    INTERVAL = "interval", "", "How often to repeat it"
    CUTOFF = "cutoff"
    BENCHMARK = "benchmark"
    MID = "mid", "", "Smallest difference that matters"
    RELIABILITY = "reliability"
    COSMIN = "cosmin", "", "COSMIN rating"


class OutcomeGroup(Word):
    """How an outcome counts towards a verdict."""

    BURNOUT = "burnout"
    WELL_BEING = "well-being", "", "Well-being"
    HARMS = "harms"
    PROCESS = "process", "", "Work and process"
    ORGANIZATIONAL = "organizational", "", "The organization"
    OTHER = "other"

    @property
    def decides(self) -> bool:
        """Whether a verdict rests on such outcomes before all others."""
        return self in (OutcomeGroup.BURNOUT, OutcomeGroup.WELL_BEING)


class Better(Word):
    """How much of an outcome is good."""

    LESS = "less"
    MORE = "more"


class Outcome(Word):
    """What a finding is about; its label goes within a sentence. Within a group, the words that decide come first."""

    group: OutcomeGroup
    better: Better | None
    """None if neither more nor less of it is good."""
    drivers: tuple[str, ...]
    """Slugs of the drivers that it measures."""

    BURNOUT = "burnout", OutcomeGroup.BURNOUT, Better.LESS
    EXHAUSTION = "exhaustion", OutcomeGroup.BURNOUT, Better.LESS
    DEPERSONALIZATION = "depersonalization", OutcomeGroup.BURNOUT, Better.LESS
    DISENGAGEMENT = "disengagement", OutcomeGroup.BURNOUT, Better.LESS
    ACCOMPLISHMENT = "accomplishment", OutcomeGroup.BURNOUT, Better.MORE

    WELL_BEING = "well-being", OutcomeGroup.WELL_BEING, Better.MORE, (), "well-being"
    PROFESSIONAL_FULFILLMENT = "professional-fulfillment", OutcomeGroup.WELL_BEING, Better.MORE, ("meaning-growth",)
    ENGAGEMENT = "engagement", OutcomeGroup.WELL_BEING, Better.MORE
    SELF_VALUATION = "self-valuation", OutcomeGroup.WELL_BEING, Better.MORE, (), "self-valuation"
    QUALITY_OF_LIFE = "quality-of-life", OutcomeGroup.WELL_BEING, Better.MORE
    STRESS = "stress", OutcomeGroup.WELL_BEING, Better.LESS
    DISTRESS = "distress", OutcomeGroup.WELL_BEING, Better.LESS
    ANXIETY = "anxiety", OutcomeGroup.WELL_BEING, Better.LESS
    DEPRESSION = "depression", OutcomeGroup.WELL_BEING, Better.LESS
    SECONDARY_TRAUMATIC_STRESS = (
        "secondary-traumatic-stress",
        OutcomeGroup.WELL_BEING,
        Better.LESS,
        ("safety-mental-health",),
    )
    MORAL_INJURY = "moral-injury", OutcomeGroup.WELL_BEING, Better.LESS, ("values-alignment",)
    HAPPINESS = "happiness", OutcomeGroup.WELL_BEING, Better.MORE
    FLOURISHING = "flourishing", OutcomeGroup.WELL_BEING, Better.MORE
    MEANING = "meaning", OutcomeGroup.WELL_BEING, Better.MORE, ("meaning-growth",)
    SATISFACTION = "satisfaction", OutcomeGroup.WELL_BEING, Better.MORE
    WORK_HOME_CONFLICT = (
        "work-home-conflict",
        OutcomeGroup.WELL_BEING,
        Better.LESS,
        ("work-life-integration",),
        "work-home conflict",
    )
    LONELINESS = "loneliness", OutcomeGroup.WELL_BEING, Better.LESS, ("community-support",)
    SELF_COMPASSION = "self-compassion", OutcomeGroup.WELL_BEING, Better.MORE, (), "self-compassion"
    COMPASSION = "compassion", OutcomeGroup.WELL_BEING, Better.MORE
    IMPOSTOR_FEELINGS = "impostor-feelings", OutcomeGroup.WELL_BEING, Better.LESS
    SLEEP = "sleep", OutcomeGroup.WELL_BEING, Better.MORE
    SUICIDAL_IDEATION = "suicidal-ideation", OutcomeGroup.WELL_BEING, Better.LESS

    TASK_LOAD = "task-load", OutcomeGroup.PROCESS, Better.LESS, ("workload",)
    JOB_STRAIN = "job-strain", OutcomeGroup.PROCESS, Better.LESS, ("workload", "autonomy-control")
    AFTER_HOURS_TIME = (
        "after-hours-time",
        OutcomeGroup.PROCESS,
        Better.LESS,
        ("ehr-technology",),
        "time at work after hours",
    )
    MESSAGE_VOLUME = "message-volume", OutcomeGroup.PROCESS, Better.LESS, ("workload",)
    TREATMENT_SEEKING = (
        "treatment-seeking",
        OutcomeGroup.PROCESS,
        Better.MORE,
        ("safety-mental-health",),
        "seeking treatment",
    )
    EHR_TIME = "ehr-time", OutcomeGroup.PROCESS, Better.LESS, ("ehr-technology",), "EHR time"
    ORDER_ENTRY_TIME = "order-entry-time", OutcomeGroup.PROCESS, Better.LESS, ("workflow-efficiency",)
    DOCUMENTATION_TIME = (
        "documentation-time",
        OutcomeGroup.PROCESS,
        Better.LESS,
        ("ehr-technology", "administrative-burden"),
    )
    INBOX_VOLUME = "inbox-volume", OutcomeGroup.PROCESS, Better.LESS, ("ehr-technology",)
    FIDELITY = "fidelity", OutcomeGroup.PROCESS, Better.MORE
    HELP_SEEKING = "help-seeking", OutcomeGroup.PROCESS, Better.MORE, ("safety-mental-health",), "help-seeking"
    KNOWLEDGE = "knowledge", OutcomeGroup.PROCESS, Better.MORE
    STIGMA = "stigma", OutcomeGroup.PROCESS, Better.LESS, ("safety-mental-health",)
    PHYSICAL_ACTIVITY = "physical-activity", OutcomeGroup.PROCESS, Better.MORE

    ABSENCE = "absence", OutcomeGroup.ORGANIZATIONAL, Better.LESS
    VIOLENCE = "violence", OutcomeGroup.ORGANIZATIONAL, Better.LESS, ("safety-mental-health",)
    TURNOVER = "turnover", OutcomeGroup.ORGANIZATIONAL, Better.LESS, ("staffing-teamwork",)
    INTENTION_TO_LEAVE = "intention-to-leave", OutcomeGroup.ORGANIZATIONAL, Better.LESS, ("staffing-teamwork",)
    COST = "cost", OutcomeGroup.ORGANIZATIONAL, Better.LESS
    PRODUCTIVITY = "productivity", OutcomeGroup.ORGANIZATIONAL, Better.MORE
    SAFETY_CULTURE = "safety-culture", OutcomeGroup.ORGANIZATIONAL, Better.MORE, ("safety-mental-health",)
    QUALITY = "quality", OutcomeGroup.ORGANIZATIONAL, Better.MORE
    PATIENT_SATISFACTION = "patient-satisfaction", OutcomeGroup.ORGANIZATIONAL, Better.MORE

    ADVERSE_EVENT = "adverse-event", OutcomeGroup.HARMS, Better.LESS, (), "adverse events"
    WORSENING = "worsening", OutcomeGroup.HARMS, Better.LESS
    DISTRESS_FROM_PROGRAM = "distress-from-program", OutcomeGroup.HARMS, Better.LESS, (), "distress from the program"
    TIME_LOST = "time-lost", OutcomeGroup.HARMS, Better.LESS, (), "lost time"
    PRIVACY = "privacy", OutcomeGroup.HARMS, Better.LESS, (), "breaches of privacy"

    PSYCHOMETRIC = "psychometric", OutcomeGroup.OTHER
    CONTEXT = "context", OutcomeGroup.OTHER

    def __new__(
        cls,
        value: str,
        group: OutcomeGroup = OutcomeGroup.OTHER,
        better: Better | None = None,
        drivers: tuple[str, ...] = (),
        label: str = "",
    ) -> Self:
        member = str.__new__(cls, value)
        member._value_, member.label, member.meaning = value, label or value.replace("-", " "), ""
        member.group, member.better, member.drivers = group, better, drivers
        return member
