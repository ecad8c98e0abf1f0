"""All that is known of an entry or a work, field by field: what the API, JSON, CSV, JSON-LD and JSON Schema show.

What the content says comes from the model. A view adds to a record what is computed of it: each public property is a
field, with its type and its docstring (or that of the model's field of the same name). Other records are named: entries
by slug, works by key, findings as study/finding, terms as framework/term, pages by path.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, ClassVar, NamedTuple, get_type_hints

from kb.grading import Grade, instrument_grade, intervention_grade, statement, study_grade
from kb.model import (
    Arm,
    Assessment,
    BodyAssessment,
    Certainty,
    Claim,
    Direction,
    Domain,
    Driver,
    Entry,
    EvidenceBody,
    Extent,
    Finding,
    Framework,
    Instrument,
    Intervention,
    Magnitude,
    Mapping,
    Notice,
    Reference,
    Status,
    Study,
    Term,
    Verdict,
)
from kb.model.fields import Record, meaning
from kb.read.citations import cited_keys
from kb.read.retractions import marked_works
from kb.view.catalog import Catalog


class View:
    """A record as seen in a catalog, with the fields of the record and those computed here.

    ``of`` is what holds the record, where it is a part.
    """

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
        written = {n: field for n, field in fields_of(record_of(kind)).items() if n not in kind.left_out}
        bases = reversed(kind.__mro__)
        computed = {n: part for base in bases for n, part in vars(base).items() if isinstance(part, property)}
        return written | {
            name: Field(get_type_hints(part.fget)["return"], part.__doc__ or written[name].meaning, computed=True)
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


def record_of(view: type[View]) -> type[Record]:
    """The record that a view shows."""
    record: type[Record] = get_type_hints(view)["record"]
    return record


def as_data(value: Any) -> Any:
    """A view, a record or any part of one as plain values, spelled as front matter spells them."""
    if isinstance(value, tuple | list):
        return [as_data(item) for item in value]
    if isinstance(value, Certainty):
        return value.word
    if isinstance(value, View | Record | Grade | Adjustment):
        kind: type = type(value)
        fields = [(name, getattr(value, name), field) for name, field in fields_of(kind).items()]
        return {name: as_data(part) for name, part, field in fields if part is not None or field.computed}
    return value


def entry_data(catalog: Catalog, entry: Entry) -> dict[str, Any]:
    """An entry as plain values; of a withdrawn one only which it is and why it was withdrawn."""
    view = entry_view(catalog, entry)
    if entry.status is Status.WITHDRAWN:
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
class Adjustment:
    """One step down (negative) or up (positive) from the start level."""

    domain: Domain
    """The GRADE domain, e.g. risk_of_bias."""
    steps: int
    """How many levels; negative is down."""
    reason: str
    """Why, in a sentence."""


class BodyView(View):
    record: EvidenceBody
    of: tuple[Intervention, BodyAssessment]

    def identity(self) -> str:
        return f"{self.of[0].slug}/{self.record.id}"

    @property
    def _assessment(self) -> BodyAssessment:
        return self.of[1]

    @property
    def certainty(self) -> Certainty | None:
        """How sure the evidence makes us; null where it is not graded."""
        return self._assessment.certainty

    @property
    def not_graded_reason(self) -> str | None:
        """Why it is not graded, where certainty is null."""
        return self._assessment.not_graded_reason or self.record.not_graded_reason

    @property
    def start(self) -> Certainty | None:
        """Where grading starts: high for randomized findings, else low; null where it is not graded."""
        return self._assessment.start

    @property
    def adjustments(self) -> list[Adjustment]:
        """The steps from the start level to the certainty, each with its reason."""
        return [Adjustment(*step) for step in self._assessment.adjustments]

    @property
    def direction(self) -> Direction:
        """Which side the body speaks for; no clear difference where its findings disagree."""
        return self._assessment.direction

    @property
    def statement(self) -> str:
        """What may be said of the effect, in a sentence as sure as the certainty lets it be."""
        return statement(self._assessment)

    @property
    def sample_size(self) -> int | None:
        """Participants analysed in all its findings together; null unless all report it."""
        return self._assessment.sample_size

    @property
    def headline(self) -> bool:
        """Whether it is the body that the entry's grade speaks of."""
        return self._assessment is self.catalog.knowledge.assessments[self.of[0].slug].headline


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
        """The plain verdict; show its certainty beside it."""
        return self._assessment.verdict

    @property
    def certainty(self) -> Certainty | None:
        """Certainty of the headline body of evidence (burnout where there is one); null where it is not graded."""
        return self._assessment.certainty

    @property
    def study_count(self) -> int:
        """Studies behind its bodies of evidence, and studies that name it."""
        return self._assessment.study_count

    @property
    def cost(self) -> Magnitude:
        return self.record.cost.level

    @property
    def cost_detail(self) -> Extent:
        """What it costs, with the figures and their source."""
        return self.record.cost

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
    def driver_claims(self) -> list[Claim]:
        """The drivers it addresses, each claim with its source."""
        return [claim for claim in self.record.drivers if claim.driver in self.catalog.knowledge.drivers]

    @property
    def evidence(self) -> list[BodyView]:
        bodies = self._assessment.bodies
        return [BodyView(self.catalog, assessed.body, (self.record, assessed)) for assessed in bodies]

    studies = _related(
        "studies_of_intervention",
        "Studies behind its bodies of evidence or that test or describe it, in alphabetical order.",
    )

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
    left_out = frozenset({"ci"})

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
    left_out = frozenset({"id", "ci"})

    def identity(self) -> str:
        return f"{self.of.slug}/{self.record.id}"

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
    def arms(self) -> list[ArmView]:
        return [ArmView(self.catalog, arm) for arm in self.record.arms]

    @property
    def direction(self) -> Direction:
        """Which side it speaks for, by its interval or P value and by which way is good on its scale."""
        return self.catalog.direction(self.record)


class StudyView(EntryView):
    record: Study

    @property
    def grade(self) -> Grade:
        """Its OCEBM 2011 level, for studies that test an intervention."""
        return study_grade(self.record)

    @property
    def findings(self) -> list[FindingView]:
        return [FindingView(self.catalog, finding, self.record) for finding in self.record.findings]

    drivers = _listed(Driver, "drivers")

    interventions = _related(
        "interventions_of_study", "Interventions that it tests, describes or supports, strongest evidence first."
    )

    instruments = _related("instruments_of_study", "Instruments used in it, in alphabetical order.")


class MappingView(View):
    record: Mapping
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
        return self.id

    @property
    def id(self) -> str:
        """framework-slug/term-slug"""
        return f"{self.of.slug}/{self.record.slug}"

    @property
    def framework(self) -> str:
        """The framework that it belongs to."""
        return self.of.slug

    @property
    def mappings(self) -> list[MappingView]:
        known = self.catalog.knowledge.drivers
        mappings = [mapping for mapping in self.record.mappings if mapping.driver in known]
        return [MappingView(self.catalog, mapping, (self.of, self.record)) for mapping in mappings]

    interventions = _related(
        "interventions_of_term", "Interventions with a driver claim made in this term, strongest evidence first."
    )

    studies = _related("studies_of_term", "Studies that a library classifies under this term, in alphabetical order.")


class DriverView(EntryView):
    record: Driver

    interventions = _related(
        "interventions_of_driver", "Interventions with a claim for this driver, strongest evidence first."
    )

    instruments = _related("instruments_of_driver", "Instruments that measure it, in alphabetical order.")

    studies = _related("studies_of_driver", "Studies of it, in alphabetical order.")

    @property
    def crosswalk(self) -> list[MappingView]:
        """Terms of other frameworks that correspond to this driver."""
        found = self.catalog.relations.crosswalk_of_driver.get(self.record.slug, ())
        return [MappingView(self.catalog, mapping, (framework, term)) for framework, term, mapping in found]


class FrameworkView(EntryView):
    record: Framework

    @property
    def terms(self) -> list[TermView]:
        return [TermView(self.catalog, term, self.record) for term in self.record.terms]


class NoticeView(View):
    record: Notice

    @property
    def link(self) -> str | None:
        """Where it can be read; null where no address is known."""
        return self.record.link


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
    def retracted(self) -> NoticeView | None:
        return NoticeView(self.catalog, self.record.retracted) if self.record.retracted else None

    @property
    def corrected(self) -> NoticeView | None:
        return NoticeView(self.catalog, self.record.corrected) if self.record.corrected else None

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
}
"""The view of each kind of entry that has one of its own."""
