"""All that is known of an entry or a work, field by field: what the API, JSON, CSV, JSON-LD and JSON Schema show.

What the content says comes from the model. A view adds to a record what is computed of it: each public property is a
field, with its type and its docstring (or that of the model's field of the same name). Other records are named: entries
by slug, works by key, findings as study/finding, terms as framework/term, pages by path.
"""

from __future__ import annotations

from dataclasses import dataclass, is_dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, ClassVar, NamedTuple, TypeVar, get_type_hints

from kb.grading import Grade, instrument_grade, intervention_grade, needed, statements, study_grade
from kb.model import (
    Adjustment,
    Allocation,
    Appraisal,
    Arm,
    ArmRole,
    Assessment,
    BodyAssessment,
    Certainty,
    ComparatorClass,
    Comparison,
    Contribution,
    Cost,
    Discrepancy,
    DomainJudgement,
    Driver,
    DriverClaim,
    EffectDirection,
    EffectMeasure,
    EffectSize,
    Entry,
    EntryStatus,
    Extent,
    Finding,
    FollowUpBand,
    Framework,
    Instrument,
    Intervention,
    Listing,
    Magnitude,
    Notice,
    Page,
    Question,
    Reference,
    RiskOfBias,
    Screening,
    Study,
    StudyArm,
    Synthesis,
    Term,
    TermMapping,
    Verdict,
    VerdictMark,
)
from kb.model.fields import Record, meaning
from kb.model.study import NOT_READ
from kb.read.citations import cited_keys
from kb.read.retractions import marked_works
from kb.view.audience import people_of, places_of
from kb.view.catalog import Catalog
from kb.view.price import price


class View:
    """A record as seen in a catalog, with the fields of the record and those computed here.

    ``of`` is what holds the record, where it is a part.
    """

    called: ClassVar[str] = ""
    """What ids and schemas call it, where not by the name of the record."""
    left_out: ClassVar[frozenset[str]] = frozenset()
    """Fields of the record that are shown in another form."""

    def __init__(self, catalog: Catalog, record: Any, of: Any = None) -> None:
        self.catalog, self.record, self.of = catalog, record, of

    def identity(self) -> str:
        """What others name it by."""
        slug: str = self.record.slug
        return slug

    def __getattr__(self, name: str) -> Any:
        return getattr(self.record, name)


class Field(NamedTuple):
    """What is known of a field before any value is."""

    type: Any
    meaning: str
    computed: bool
    """A computed field is always shown, as null where it has no value; a written one is left out then."""


@cache
def fields_of(kind: type) -> dict[str, Field]:
    """The fields of a view, a record, or any class of annotated attributes by their names."""
    if issubclass(kind, View):
        record = record_of(kind)
        written = fields_of(record) if issubclass(record, Record) else {}
        bases = reversed(kind.__mro__)
        computed = {n: part for base in bases for n, part in vars(base).items() if isinstance(part, property)}
        return {name: field for name, field in written.items() if name not in kind.left_out} | {
            name: Field(get_type_hints(part.fget)["return"], part.__doc__ or meaning(record, name), computed=True)
            for name, part in computed.items()
            if not name.startswith("_")
        }
    if issubclass(kind, Record):
        return {
            name: Field(
                Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation,
                meaning(kind, name),
                computed=False,
            )
            for name, info in kind.model_fields.items()
        }
    return {name: Field(type, meaning(kind, name), computed=True) for name, type in get_type_hints(kind).items()}


def record_of(view: type[View]) -> type:
    """The record that a view shows; of what grading computes, all fields are those of the view."""
    record: type = get_type_hints(view)["record"]
    return record


def name_of(kind: type) -> str:
    """What ids and schemas call a view or a record."""
    return (kind.called or record_of(kind).__name__) if issubclass(kind, View) else kind.__name__


def has_fields(kind: type) -> bool:
    """Whether a kind of value is shown field by field."""
    return issubclass(kind, View | Record) or is_dataclass(kind)


def as_data(value: Any) -> Any:
    """A view, a record or any part of one as plain values, spelled as front matter spells them."""
    if isinstance(value, tuple | list):
        return [as_data(item) for item in value]
    if isinstance(value, Certainty):
        return value.word
    kind: type = type(value)
    if has_fields(kind):
        fields = [(name, getattr(value, name), field) for name, field in fields_of(kind).items()]
        return {name: as_data(part) for name, part, field in fields if part is not None or field.computed}
    return value


def entry_data(catalog: Catalog, entry: Entry) -> dict[str, Any]:
    """An entry as plain values; of a withdrawn one only which it is and why it was withdrawn."""
    view = entry_view(catalog, entry)
    if entry.status is EntryStatus.WITHDRAWN:
        return {name: as_data(getattr(view, name)) for name in OF_WITHDRAWN}
    data: dict[str, Any] = as_data(view)
    return data


OF_WITHDRAWN = ("kind", "slug", "path", "title", "status", "withdrawn")
"""The fields of a withdrawn entry."""


def entry_view(catalog: Catalog, entry: Entry) -> EntryView:
    """The view of an entry, by its kind."""
    return VIEWS.get(type(entry), EntryView)(catalog, entry)


def _related(relation: str, meaning: str) -> property:
    """A field with the slugs of the entries that a relation of the catalog has for a record."""

    def slugs(view: View) -> list[str]:
        return [entry.slug for entry in getattr(view.catalog.relations, relation).get(view.identity(), ())]

    return property(slugs, doc=meaning)


def _listed(kind: type[Entry], name: str) -> property:
    """A field of the record of the same name, without the entries that lists do not show."""

    def slugs(view: View) -> list[str]:
        return view.catalog.listed(kind, getattr(view.record, name))

    return property(slugs)


def _end(name: str, meaning: str) -> property:
    """A field with one end of the interval of a computed estimate."""

    def end(view: View) -> float | None:
        value: float | None = figure(getattr(view.record, name))
        return value

    return property(end, doc=meaning)


class EntryView(View):
    record: Entry

    @property
    def slug(self) -> str:
        """Its name in addresses and filters, unique in its kind."""
        return self.record.slug

    @property
    def kind(self) -> str:
        """What kind of entry it is."""
        return self.record.kind

    @property
    def path(self) -> str:
        """Its page, relative to the site's root."""
        return self.record.path

    @property
    def due(self) -> date:
        """When it is due for review again."""
        return self.record.due

    @property
    def stale(self) -> bool:
        """True once the entry is past its review date."""
        return self.record.stale(self.catalog.knowledge.today)

    @property
    def html(self) -> str:
        """The body as sanitized HTML, with its bibliography; links within the site begin with /."""
        rendered = self.catalog.render(self.record)
        return rendered.html + rendered.bibliography_html

    @property
    def citations(self) -> list[str]:
        """Works cited by the entry, in the order of its bibliography."""
        return [key for key in cited_keys(self.record) if key in self.catalog.knowledge.references]

    @property
    def marked_works(self) -> list[str]:
        """Retracted or corrected works that it rests on: it cites them, or names their study as evidence."""
        return [work.key for work in marked_works(self.record, self.catalog.knowledge)]


@dataclass(frozen=True)
class Unused:
    """A result that counts but is in no estimate."""

    finding: str
    """The result."""
    reason: str
    """Why it is in no estimate."""


def syntheses(body: BodyAssessment) -> tuple[Synthesis, ...]:
    """All estimates of a body, first the one that is judged, where there is one."""
    return (*((body.synthesis,) if body.synthesis else ()), *body.others)


T = TypeVar("T", float, float | None)


def figure(number: T) -> T:
    """A computed number with ten digits: more than any source gives, and alike on all machines."""
    return number if number is None else float(f"{number:.10g}")


class ContributionView(View):
    record: Contribution

    @property
    def finding(self) -> str:
        """The finding that counts of its study."""
        return self.record.results[0].path

    @property
    def findings(self) -> list[str]:
        """That finding, and those of other arms of the same intervention that were combined with it."""
        return [result.path for result in self.record.results]

    @property
    def study(self) -> str:
        """The study."""
        return self.record.study.slug

    @property
    def estimate(self) -> float:
        """Its effect, in the unit of the pooled estimate."""
        return figure(self.record.estimate)

    ci_low = _end("low", "Lower end of its 95% interval.")

    ci_high = _end("high", "Upper end of its 95% interval.")

    @property
    def weight(self) -> float:
        return figure(self.record.weight)

    @property
    def way(self) -> str:
        return self.record.way

    @property
    def people(self) -> int | None:
        """Participants analyzed, else assigned."""
        return self.record.people

    @property
    def risk_of_bias(self) -> RiskOfBias | None:
        """The worst overall judgement among the appraisals of its study; null where it is not appraised."""
        return self.record.results[0].risk

    @property
    def disputed(self) -> bool:
        """Whether a discrepancy says that a figure of it cannot be right."""
        return self.record.disputed


class SynthesisView(View):
    record: Synthesis
    of: BodyAssessment

    @property
    def intervention(self) -> str:
        """The intervention."""
        return self.of.intervention

    @property
    def key(self) -> str:
        """The key of the body of evidence that it is an estimate of."""
        return str(self.of.key)

    @property
    def number(self) -> int:
        """Its place among the estimates of its body, from 1; the one that is judged is the first."""
        return next(place for place, made in enumerate(syntheses(self.of), 1) if made is self.record)

    @property
    def judged(self) -> bool:
        """Whether certainty and statement of its body speak of it."""
        return self.record is self.of.synthesis

    @property
    def studies(self) -> int:
        return self.record.studies

    @property
    def participants(self) -> int | None:
        """People in these studies; null where a study does not report it."""
        return self.record.people

    @property
    def measure(self) -> EffectMeasure:
        """What kind of number the estimate is."""
        return self.record.measure

    @property
    def unit(self) -> str | None:
        """Unit of the estimate, e.g. points or standard deviations."""
        return self.record.unit

    @property
    def higher_is_worse(self) -> bool:
        """Whether a higher estimate is worse; of a ratio, whether more of the event is."""
        return self.record.better < 0

    @property
    def estimate(self) -> float:
        """The pooled estimate, or that of the one study; ratios as ratios."""
        return figure(self.record.estimate)

    ci_low = _end("low", "Lower end of its 95% interval.")

    ci_high = _end("high", "Upper end of its 95% interval.")

    @property
    def interval(self) -> str | None:
        """hartung-knapp or normal: which interval it is; null for one study."""
        return self.record.interval

    @property
    def prediction_low(self) -> float | None:
        """Where the effect of a further study is expected, lower end; from three studies on."""
        return figure(self.record.prediction[0]) if self.record.prediction else None

    @property
    def prediction_high(self) -> float | None:
        """Where the effect of a further study is expected, upper end."""
        return figure(self.record.prediction[1]) if self.record.prediction else None

    @property
    def i_squared(self) -> float | None:
        """Share of the variation that is between studies, in percent; null for one study."""
        return figure(self.record.i_squared)

    @property
    def tau(self) -> float | None:
        """Standard deviation of the true effects between studies; of a ratio, of its logarithm."""
        return figure(self.record.tau)

    @property
    def size(self) -> EffectSize | None:
        """How much the effect matters; null where there is no threshold by which to say it."""
        return self.record.size

    @property
    def direction(self) -> EffectDirection:
        """Which side it favors."""
        return self.record.direction

    @property
    def threshold(self) -> float | None:
        """The size below which an effect is called small, in the unit of the estimate; of a ratio, on the good side."""
        limits = self.record.threshold
        if limits is None:
            return None
        return figure(limits.low if self.record.measure.ratio and self.record.better < 0 else limits.high)

    @property
    def threshold_low(self) -> float | None:
        """The threshold on the side of less, below no effect."""
        return figure(self.record.threshold.low) if self.record.threshold else None

    @property
    def threshold_high(self) -> float | None:
        """The threshold on the side of more, above no effect."""
        return figure(self.record.threshold.high) if self.record.threshold else None

    @property
    def threshold_reason(self) -> str | None:
        """Where the threshold comes from, in words."""
        return self.record.threshold.reason if self.record.threshold else None

    @property
    def threshold_source(self) -> str | None:
        """The work that gives the threshold; null for a default of our own."""
        return self.record.threshold.source if self.record.threshold else None

    @property
    def threshold_place(self) -> str | None:
        """Where in that work."""
        return self.record.threshold.place if self.record.threshold else None

    @property
    def per_hundred(self) -> float | None:
        """How many more of 100 people are better off (0 means no difference); null where the size is unclear."""
        return figure(self.record.per_hundred[0]) if self.record.per_hundred else None

    @property
    def per_hundred_low(self) -> float | None:
        """Lower end of the interval of per_hundred."""
        return figure(self.record.per_hundred[1]) if self.record.per_hundred else None

    @property
    def per_hundred_high(self) -> float | None:
        """Upper end of the interval of per_hundred."""
        return figure(self.record.per_hundred[2]) if self.record.per_hundred else None

    @property
    def of_hundred(self) -> str | None:
        """What an important or small effect means for 100 people, in a sentence."""
        return statements.of_hundred(self.record)

    @property
    def contributions(self) -> list[ContributionView]:
        """Each study's part in it."""
        return [ContributionView(self.catalog, part) for part in self.record.contributions]


class BodyView(View):
    record: BodyAssessment
    called = "EvidenceBody"

    def identity(self) -> str:
        return f"{self.record.intervention}/{self.record.key}"

    @property
    def key(self) -> str:
        """outcome/comparator class/band/kind, and the review's slug where it is one."""
        return str(self.record.key)

    @property
    def intervention(self) -> str:
        """The intervention."""
        return self.record.intervention

    @property
    def outcome(self) -> str:
        """What was measured, a word of the outcome vocabulary."""
        return self.record.outcome.value

    @property
    def comparator_class(self) -> ComparatorClass | None:
        """What it was compared with; null where there is no comparison group."""
        return self.record.key.comparator

    @property
    def comparator(self) -> str | None:
        """What it was compared with, in the words of the studies that count."""
        groups = (
            FindingView(self.catalog, result.finding, result.study).compared_with(result.arm)
            for result in self.record.counted
        )
        return "; ".join(dict.fromkeys(filter(None, groups))) or None

    @property
    def follow_up_band(self) -> FollowUpBand | None:
        """How long after the end of the intervention; null where the source does not say it."""
        band = self.record.key.band
        return None if band is FollowUpBand.UNSTATED else band

    @property
    def follow_up(self) -> str | None:
        """When it was measured, in the words of the studies that count."""
        return "; ".join(dict.fromkeys(r.finding.timepoint for r in self.record.counted if r.finding.timepoint)) or None

    @property
    def comparison(self) -> Comparison | None:
        """randomized, controlled or uncontrolled; of a review the least controlled kind in it."""
        return self.record.key.kind

    @property
    def synthesis(self) -> SynthesisView | None:
        """One estimate over its studies, which is judged; null where none can be made."""
        return SynthesisView(self.catalog, self.record.synthesis, self.record) if self.record.synthesis else None

    @property
    def other_syntheses(self) -> list[SynthesisView]:
        """Estimates over results that cannot be averaged with those that are judged."""
        return [SynthesisView(self.catalog, made, self.record) for made in self.record.others]

    @property
    def unused(self) -> list[Unused]:
        """Results that count but are in no estimate, each with the reason."""
        return [Unused(result.path, reason) for result, reason in self.record.left_out]

    @property
    def not_pooled(self) -> str | None:
        """Why its results are not averaged, where the curator says so."""
        return self.record.not_pooled

    @property
    def favoring(self) -> int:
        """How many studies have an estimate on the side of the intervention."""
        return self.record.directions[0]

    @property
    def opposing(self) -> int:
        """How many studies have an estimate on the side of the comparator."""
        return self.record.directions[1]

    @property
    def provisional(self) -> bool:
        return self.record.provisional

    @property
    def certainty(self) -> Certainty | None:
        """How sure the evidence makes us; null where it is not graded."""
        return self.record.certainty

    @property
    def not_graded_reason(self) -> str | None:
        """Why it is not graded, where certainty is null."""
        return self.record.not_graded_reason

    @property
    def start(self) -> Certainty | None:
        """Where grading starts: high for randomized findings, else low; null where it is not graded."""
        return self.record.start

    @property
    def adjustments(self) -> list[Adjustment]:
        """The steps from the start level to the certainty, each with its reason."""
        return list(self.record.adjustments)

    @property
    def asked(self) -> list[Adjustment]:
        """The steps that the data ask for, before a curator sets one aside or adds to it."""
        return list(self.record.forced)

    @property
    def direction(self) -> EffectDirection:
        """Which side its estimate favors; no clear difference where the interval leaves that open."""
        return self.record.direction

    @property
    def size(self) -> EffectSize | None:
        """How much the effect matters; null where there is no threshold, or nothing usable."""
        return self.record.size

    @property
    def statement(self) -> str:
        """What may be said of the effect, in a sentence as sure as the certainty lets it be."""
        return statements.statement(self.record)

    @property
    def sample_size(self) -> int | None:
        """People analyzed in the findings that count, each study once; null unless all report it."""
        return self.record.people

    @property
    def study_count(self) -> int:
        """Studies with a result that is used; of a review those that it pooled."""
        return self.record.studies

    @property
    def findings(self) -> list[str]:
        """Every finding that fits, those that count first."""
        return [result.path for result in self.record.results]

    @property
    def counted(self) -> list[str]:
        """The findings that count: one for each study, or one for each of its arms that are combined."""
        return [result.path for result in self.record.counted]

    @property
    def instrument(self) -> str | None:
        """The instrument of the estimate, where all its studies used one."""
        return self.record.synthesis.instrument if self.record.synthesis else None

    @property
    def scale(self) -> str | None:
        """The scale of the estimate, where all its studies share one."""
        return self.record.synthesis.scale if self.record.synthesis else None

    @property
    def headline(self) -> bool:
        """Whether it is the body that the entry's grade speaks of."""
        return self.record is self.catalog.knowledge.assessments[self.record.intervention].headline

    @property
    def studies(self) -> list[str]:
        """Sources that report a gain on its outcome without a figure."""
        reported = self.catalog.knowledge.assessments[self.record.intervention].reported
        return [gain.study for gain in reported if gain.outcome is self.record.outcome]


class InterventionView(EntryView):
    record: Intervention

    @property
    def _assessment(self) -> Assessment:
        return self.catalog.knowledge.assessments[self.record.slug]

    @property
    def grade(self) -> Grade:
        """GRADE certainty of the headline body, with its path from the start level."""
        return intervention_grade(self._assessment)

    @property
    def verdict(self) -> Verdict:
        """The plain verdict; show its outcome and certainty beside it."""
        return self._assessment.verdict

    @property
    def verdict_label(self) -> str:
        """The verdict in words, e.g. small effect, or trials known, none entered yet."""
        return self._assessment.label

    @property
    def verdict_outcome(self) -> str | None:
        """The outcome that the verdict speaks of; null where nothing was tested."""
        return self._assessment.outcome.value if self._assessment.outcome else None

    @property
    def certainty(self) -> Certainty | None:
        """Certainty of the headline body of evidence, which is found by rule; null where it is not graded."""
        return self._assessment.certainty

    @property
    def provisional(self) -> bool:
        """Whether the certainty is capped because the studies are not appraised."""
        return self._assessment.provisional

    @property
    def marks(self) -> list[VerdictMark]:
        """What must be seen beside the verdict."""
        return list(self._assessment.marks)

    @property
    def statement(self) -> str:
        """What may be said of it; "it" is the intervention. Say no more than this."""
        return statements.summary(self._assessment)

    @property
    def needed(self) -> str:
        """What would make it evidence-based, in a sentence."""
        return needed(self._assessment)

    @property
    def waiting_studies(self) -> int:
        """Controlled studies in the screening register that wait to be entered."""
        return self._assessment.waiting

    @property
    def study_count(self) -> int:
        """Studies with a finding in one of its bodies of evidence."""
        return self._assessment.study_count

    @property
    def cost(self) -> Magnitude:
        return self.record.cost.level

    @property
    def cost_detail(self) -> Cost:
        """What it costs, with the figures and their source."""
        return self.record.cost

    @property
    def people(self) -> list[str]:
        """For whom, as kinds of people that filters take, e.g. physicians; not-reported where no source says it."""
        return list(people_of(self.record.populations))

    @property
    def places(self) -> list[str]:
        """Where, as kinds of places that filters take, e.g. hospital; not-reported where no source says it."""
        return list(places_of(self.record.settings))

    @property
    def price_band(self) -> str:
        """That price as filters take it, e.g. 50-to-250; ask-the-vendor or not-reported where no figure is known."""
        return price(self.record).word

    @property
    def price(self) -> str:
        """What it costs, in words: a band of US dollars a person and year; without a figure, what is known."""
        return price(self.record).label

    @property
    def price_low(self) -> int | None:
        """Lower end of that band, in US dollars a person and year; null where no figure is known."""
        return price(self.record).low

    @property
    def price_high(self) -> int | None:
        """Upper end of that band; null where it has none."""
        return price(self.record).high

    @property
    def effort(self) -> Magnitude:
        return self.record.effort.level

    @property
    def effort_detail(self) -> Extent:
        """What work it takes, with the figures and their source."""
        return self.record.effort

    @property
    def drivers(self) -> list[str]:
        """The drivers it addresses, by any claim."""
        return self.catalog.listed(Driver, (claim.driver for claim in self.record.drivers))

    @property
    def driver_claims(self) -> list[DriverClaim]:
        """The drivers it addresses, each claim with its source."""
        return [claim for claim in self.record.drivers if claim.driver in self.catalog.knowledge.drivers]

    @property
    def evidence(self) -> list[BodyView]:
        """Its bodies of evidence: first the one that the verdict speaks of, then by outcome."""
        return [BodyView(self.catalog, body) for body in self._assessment.bodies]

    studies = _related("studies_of_intervention", "Studies with a finding on it, in alphabetical order.")

    instruments = _listed(Instrument, "instruments")

    part_of = _listed(Intervention, "part_of")

    parts = _related("parts_of_intervention", "Interventions that are a part of it.")

    related = _listed(Intervention, "related")


class InstrumentView(EntryView):
    record: Instrument

    @property
    def grade(self) -> Grade:
        """Its COSMIN category, or not assessed."""
        return instrument_grade(self.record)

    drivers = _listed(Driver, "drivers")

    @property
    def administration_minutes(self) -> Decimal | None:
        """Minutes to fill in."""
        return self.record.minutes.value if self.record.minutes else None

    @property
    def psychometrics(self) -> list[str]:
        """Results about the instrument itself, from the studies that report them."""
        found = self.catalog.relations.psychometrics_of_instrument.get(self.record.slug, ())
        return [f"{study.slug}/{finding.id}" for study, finding in found]

    studies = _related("studies_of_instrument", "Studies that used it, in alphabetical order.")

    interventions = _related(
        "interventions_of_instrument", "Interventions to evaluate with it, strongest evidence first."
    )


class ArmView(View):
    record: Arm
    of: Study
    left_out = frozenset({"ci"})

    @property
    def _arm(self) -> StudyArm | None:
        return self.of.arm(self.record.arm)

    @property
    def label(self) -> str:
        """Its name: that of the arm of the study, or of the group."""
        return self._arm.label if self._arm else self.record.name

    @property
    def role(self) -> ArmRole | None:
        """intervention or control; null for a group that is no arm of the study."""
        return self._arm.role if self._arm else None

    @property
    def comparator_class(self) -> ComparatorClass | None:
        """Only for a control: inactive or active."""
        return self._arm.comparator_class if self._arm else None

    @property
    def intervention(self) -> str | None:
        """Only for an intervention: its entry."""
        return self._arm.intervention if self._arm else None

    @property
    def ci_low(self) -> Decimal | None:
        """Lower end of the confidence interval of the change, in the finding's unit."""
        return self.record.ci[0] if self.record.ci else None

    @property
    def ci_high(self) -> Decimal | None:
        """Upper end of the confidence interval of the change, in the finding's unit."""
        return self.record.ci[1] if self.record.ci else None


class FindingView(View):
    record: Finding
    of: Study
    left_out = frozenset({"id", "ci", "se"})

    def identity(self) -> str:
        return f"{self.of.slug}/{self.record.id}"

    def compared_with(self, arm: str | None) -> str | None:
        """The label of the other of two arms."""
        labels = [ArmView(self.catalog, each, self.of).label for each in self.record.arms if each.arm != arm]
        return labels[0] if len(labels) == 1 == len(self.record.arms) - 1 else None

    @property
    def slug(self) -> str:
        """Unique within the study."""
        return self.record.id

    @property
    def study(self) -> str:
        """The study that reports it."""
        return self.of.slug

    @property
    def ci_low(self) -> Decimal | None:
        """Lower end of the confidence interval, in the unit of the estimate."""
        return self.record.ci[0] if self.record.ci else None

    @property
    def ci_high(self) -> Decimal | None:
        """Upper end of the confidence interval, in the unit of the estimate."""
        return self.record.ci[1] if self.record.ci else None

    @property
    def ci_level(self) -> Decimal | None:
        """Level of the interval, in percent; null where there is no interval."""
        return self.record.ci_level if self.record.ci else None

    @property
    def standard_error(self) -> Decimal | None:
        """Standard error of the estimate as reported; of its logarithm for a ratio."""
        return self.record.se

    @property
    def weeks_after_end(self) -> Decimal | None:
        """Weeks after the end of the intervention; from its start where it goes on."""
        given = self.record.weeks_after_end
        return self.record.weeks_after_start if given is None else given

    @property
    def arms(self) -> list[ArmView]:
        return [ArmView(self.catalog, arm, self.of) for arm in self.record.arms]

    @property
    def direction(self) -> EffectDirection:
        """Which side it favors, by the figures that are not disputed and by which way is good."""
        return self.catalog.direction(self.of, self.record)


class DomainView(View):
    record: DomainJudgement
    of: Appraisal

    @property
    def judgement(self) -> RiskOfBias:
        """The judgement, brought to one scale; no information where the tool's words do not fit."""
        return RiskOfBias.NO_INFORMATION if self.of.of_review else self.record.judgement.risk

    @property
    def judgement_as_written(self) -> str:
        """The judgement in the tool's word."""
        return self.record.judgement.label


class AppraisalView(View):
    record: Appraisal

    @property
    def overall(self) -> RiskOfBias | None:
        """The overall judgement, brought to one scale; null where the tool's words do not fit."""
        return self.record.risk

    @property
    def overall_as_written(self) -> str:
        """The overall judgement in the tool's word."""
        return self.record.overall.label

    @property
    def domains(self) -> list[DomainView]:
        return [DomainView(self.catalog, domain, self.record) for domain in self.record.domains]


class DiscrepancyView(View):
    record: Discrepancy
    of: Study

    @property
    def findings(self) -> list[str]:
        """The study's findings that it concerns; their number checks are settled by it."""
        return [f"{self.of.slug}/{finding}" for finding in self.record.findings]

    @property
    def interventions(self) -> list[str]:
        """The interventions whose verdict speaks of evidence in which one of these findings counts."""
        touched = (entry.slug for path in self.findings for entry in self.catalog.verdicts.get(path, ()))
        return list(dict.fromkeys(touched))


class StudyView(EntryView):
    record: Study

    @property
    def grade(self) -> Grade:
        """Its OCEBM 2011 level, for studies that test an intervention."""
        return study_grade(self.record)

    @property
    def findings(self) -> list[FindingView]:
        return [FindingView(self.catalog, finding, self.record) for finding in self.record.findings]

    @property
    def discrepancies(self) -> list[DiscrepancyView]:
        return [DiscrepancyView(self.catalog, item, self.record) for item in self.record.discrepancies]

    @property
    def allocation(self) -> str | None:
        """How people came into the arms, in words; null where there is nothing to say."""
        return in_words(self.record.allocation) if self.record.allocation else None

    @property
    def allocation_detail(self) -> Allocation | None:
        """How people came into the arms, with the figures."""
        return self.record.allocation

    @property
    def appraisals(self) -> list[AppraisalView]:
        return [AppraisalView(self.catalog, appraisal) for appraisal in self.record.appraisals]

    @property
    def funding(self) -> str | None:
        """Who paid; null where that was not read."""
        return None if self.record.funding == NOT_READ else self.record.funding

    @property
    def conflicts(self) -> str | None:
        """Declared conflicts of interest; null where they were not read."""
        return None if self.record.conflicts == NOT_READ else self.record.conflicts

    drivers = _listed(Driver, "drivers")

    interventions = _related(
        "interventions_of_study", "Interventions that it tests, describes or supports, strongest evidence first."
    )

    instruments = _related("instruments_of_study", "Instruments used in it, in alphabetical order.")


def in_words(given: Allocation) -> str:
    """How people came into the arms, e.g. By cluster (12), parallel groups, clusters accounted for."""
    clusters = f" ({given.clusters})" if given.clusters else ""
    clustering = given.clustering.label.lower() if given.clustering else ""
    return ", ".join(filter(None, (f"By {given.unit}{clusters}", given.design.label.lower(), clustering)))


class TermMappingView(View):
    record: TermMapping
    of: tuple[Framework, Term]

    @property
    def term(self) -> str:
        """The term."""
        framework, term = self.of
        return f"{framework.slug}/{term.slug}"


class TermView(View):
    record: Term
    of: Framework

    def identity(self) -> str:
        return self.path

    @property
    def path(self) -> str:
        """framework-slug/term-slug"""
        return f"{self.of.slug}/{self.record.slug}"

    @property
    def framework(self) -> str:
        """The framework that it belongs to."""
        return self.of.slug

    @property
    def mappings(self) -> list[TermMappingView]:
        known = self.catalog.knowledge.drivers
        mappings = [mapping for mapping in self.record.mappings if mapping.driver in known]
        return [TermMappingView(self.catalog, mapping, (self.of, self.record)) for mapping in mappings]

    interventions = _related(
        "interventions_of_term", "Interventions with a driver claim made in this term, strongest evidence first."
    )

    studies = _related("studies_of_term", "Studies that a library classifies under this term, in alphabetical order.")


class DriverView(EntryView):
    record: Driver

    @property
    def interventions(self) -> list[str]:
        """Interventions with a claim for this driver: by what ties them to it, then strongest evidence first."""
        return [tie.intervention.slug for tie in self.catalog.relations.ties_of_driver.get(self.record.slug, ())]

    instruments = _related("instruments_of_driver", "Instruments that measure it, in alphabetical order.")

    studies = _related("studies_of_driver", "Studies of it, in alphabetical order.")

    @property
    def crosswalk(self) -> list[TermMappingView]:
        """Terms of other frameworks that correspond to this driver."""
        found = self.catalog.relations.crosswalk_of_driver.get(self.record.slug, ())
        return [TermMappingView(self.catalog, mapping, (framework, term)) for framework, term, mapping in found]


class FrameworkView(EntryView):
    record: Framework

    @property
    def terms(self) -> list[TermView]:
        return [TermView(self.catalog, term, self.record) for term in self.record.terms]


class PageView(EntryView):
    record: Page


class QuestionView(EntryView):
    record: Question

    @property
    def interventions(self) -> list[str]:
        """The interventions to decide on, in the order in which the page shows them."""
        return self.catalog.listed(Intervention, self.record.interventions)


class ScreeningView(View):
    record: Screening
    called = "ScreeningRecord"
    left_out = frozenset({"key", "by"})

    def identity(self) -> str:
        return self.record.key

    @property
    def reference(self) -> str:
        """The work."""
        return self.record.key

    @property
    def screened_by(self) -> str:
        """Who decided, as a role."""
        return self.record.by


class NoticeView(View):
    record: Notice

    @property
    def link(self) -> str | None:
        """Where it can be read; null where no address is known."""
        return self.record.link


class ListingView(View):
    record: Listing
    left_out = frozenset({"study"})

    @property
    def source(self) -> str:
        """The work whose list it is."""
        return self.record.study


class ReferenceView(View):
    record: Reference
    left_out = frozenset({"work"})

    def identity(self) -> str:
        return self.record.key

    @property
    def authors(self) -> list[str]:
        """Its authors, as given name and family name; a group by its name."""
        return [str(person) for person in self.record.authors]

    @property
    def listed(self) -> list[ListingView]:
        return [ListingView(self.catalog, item) for item in self.record.listed]

    @property
    def retracted(self) -> NoticeView | None:
        return NoticeView(self.catalog, self.record.retracted) if self.record.retracted else None

    @property
    def corrected(self) -> NoticeView | None:
        return NoticeView(self.catalog, self.record.corrected) if self.record.corrected else None

    @property
    def concern(self) -> NoticeView | None:
        return NoticeView(self.catalog, self.record.concern) if self.record.concern else None

    @property
    def cited_by(self) -> list[str]:
        """Entries that cite it, kind by kind: interventions strongest first, then instruments, studies and drivers."""
        return [entry.path for entry in self.catalog.relations.cited_by.get(self.record.key, ())]


VIEWS: dict[type[Entry], type[EntryView]] = {
    Intervention: InterventionView,
    Instrument: InstrumentView,
    Study: StudyView,
    Driver: DriverView,
    Framework: FrameworkView,
    Page: PageView,
    Question: QuestionView,
}
"""The view of each kind of entry that has one of its own."""
