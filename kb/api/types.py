"""The GraphQL types of entries, their parts, and works. What is not written here follows from the views."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graphene import ID, Argument, Field, Interface, List, NonNull, String

from kb import grading, model
from kb.api import enums, pages
from kb.api.context import ApiContext, global_id
from kb.api.fields import Derived, DerivedInterface, connection_of
from kb.api.filters import (
    InterventionFilter,
    InterventionOrder,
    by_criteria,
    by_tie,
    choose_interventions,
    criteria,
    given,
)
from kb.api.pages import listing, many, page, paged
from kb.model.fields import meaning
from kb.view import fields as view
from kb.view import moves

# graphene has no types, so that every GraphQL type subclasses Any.


class Node(Interface):
    """An object with an opaque, stable id."""

    id = ID(
        required=True,
        description="Opaque and stable; give it to node(id:).",
        resolver=lambda root, _info: global_id(root),
    )


class Entry(DerivedInterface, of=view.EntryView):
    """What every published page shares."""

    id = ID(
        required=True,
        description="Opaque and stable; give it to node(id:).",
        resolver=lambda root, _info: global_id(root),
    )
    kind = Field(enums.EntryKind, required=True, description="What kind of entry it is.")
    status = Field(
        enums.EntryStatus,
        required=True,
        description="Published, or withdrawn and kept as a tombstone.",
        resolver=lambda entry, _info: enums.Statuses(entry.status.value),
    )
    history = Field(
        many(lambda: Change),
        description="What happened to it: verdicts that moved, corrections, readings. The last comes first.",
        resolver=lambda entry, info: info.context.history.get(f"{entry.folder}/{entry.slug}", ()),
    )


class Grade(Derived, of=grading.Grade):
    """
    An evidence grade in the scheme that suits the kind of entry, with the reasons that produced it.
    Codes: GRADE HIGH, MODERATE, LOW, VERY_LOW, NOT_GRADED; OCEBM_2011 1 to 5 or NONE; COSMIN A, B, C, NOT_ASSESSED.
    """

    code = String(
        required=True,
        description="The grade in the scheme's own code.",
        resolver=lambda grade, _info: enums.spelled(grade.code),
    )


class Notice(Derived, of=view.NoticeView):
    """The notice by which a work was retracted or corrected."""


class Reference(Derived, of=view.ReferenceView, interfaces=(Node,)):
    """A work in the bibliography."""

    key = ID(required=True, description=meaning(model.Reference, "key"))


class Scale(Derived, of=model.Scale):
    """A scored scale or subscale."""


class Instrument(Derived, of=view.InstrumentView, interfaces=(Node, Entry)):
    pass


def _scale(root: view.View, info: Any) -> model.Scale | None:
    scale: model.Scale | None = info.context.catalog.scale(root.instrument, root.scale)
    return scale


class Finding(Derived, of=view.FindingView, interfaces=(Node,)):
    """One result as published, never recalculated, unless derived says how."""

    scale = Field(Scale, description=meaning(model.Finding, "scale"), resolver=_scale)


class Discrepancy(Derived, of=view.DiscrepancyView):
    """A place where a source contradicts itself or another source, and what the entry records."""


class DomainJudgement(Derived, of=view.DomainView):
    """One domain of an appraisal."""


class Appraisal(Derived, of=view.AppraisalView):
    """A judgement of a study's risk of bias; by is null where it is our own, else the review that prints it."""


class Study(Derived, of=view.StudyView, interfaces=(Node, Entry)):
    pass


class DriverClaim(Derived, of=model.DriverClaim):
    """One claim that an intervention addresses a driver, with where it comes from."""


class VerdictMark(Derived, of=model.VerdictMark):
    """Something to be seen beside a verdict; kind is one word, text says it."""


class Synthesis(Derived, of=view.SynthesisView):
    """
    The estimate of a body: that of its one study, or a random-effects mean over several (restricted maximum
    likelihood; interval says which of the two intervals it is).
    """


class Contribution(Derived, of=view.ContributionView):
    """One study's part in a synthesis; way says how its standard error was got."""


class EvidenceBody(Derived, of=view.BodyView, interfaces=(Node,)):
    """A body of evidence: one outcome, one class of comparator, one band of follow-up, one kind of comparison."""

    scale = Field(Scale, description=view.fields_of(view.BodyView)["scale"].meaning, resolver=_scale)


class Intervention(Derived, of=view.InterventionView, interfaces=(Node, Entry)):
    pass


class Page(Derived, of=view.PageView, interfaces=(Node, Entry)):
    """A guide page of the site."""


class Question(Derived, of=view.QuestionView, interfaces=(Node, Entry)):
    """A decision that leaders face, answered by the verdicts of the interventions it is about."""


class ScreeningRecord(Derived, of=view.ScreeningView):
    """A work that was considered and is not an entry."""


class Change(Derived, of=moves.ChangeView):
    """One thing that happened to one entry, or to a work that is not an entry."""


class Framework(Derived, of=view.FrameworkView, interfaces=(Node, Entry)):
    """Another way to divide the field, with its crosswalk to the drivers."""

    source = Field(
        Reference,
        description=meaning(model.Framework, "source"),
        resolver=lambda root, info: info.context.named(view.ReferenceView, root.source),
    )


class Term(Derived, of=view.TermView, interfaces=(Node,)):
    broader = Field(
        lambda: Term,
        description=meaning(model.Term, "broader"),
        resolver=lambda term, info: info.context.terms.get(f"{term.of.slug}/{term.broader}"),
    )


class TermMapping(Derived, of=view.TermMappingView):
    """
    The correspondence of a term to a driver, as a SKOS property from the term to the driver:
    exactMatch, closeMatch, broadMatch (the driver is broader), narrowMatch, relatedMatch.
    """


def _interventions(
    driver: view.DriverView | None,
    info: Any,
    filter: Mapping[str, Any] | None = None,
    order_by: Sequence[Mapping[str, Any]] | None = None,
    first: int | None = None,
    after: str | None = None,
) -> pages.Page:
    context: ApiContext = info.context
    slug = driver.record.slug if driver else ""
    relations = context.relations
    asked, order = given(filter, context), criteria(order_by)
    ties = relations.ties_of_driver.get(slug, ()) if driver else ()
    entries = [tie.intervention for tie in ties] if driver else relations.interventions
    views = [view.InterventionView(context.catalog, entry) for entry in entries]
    key = by_tie(ties) if driver and not order else by_criteria(order)
    chosen = sorted(choose_interventions(views, asked, slug), key=key)
    return page(chosen, key, listing(f"interventions {slug}", asked, order), first, after)


def interventions_field(description: str) -> Field:
    """A field with all interventions, or those of the driver that it is a field of."""
    return paged(
        connection_of(view.InterventionView),
        _interventions,
        description,
        filter=Argument(InterventionFilter, description="Which interventions to list; null lists all."),
        order_by=Argument(
            List(NonNull(InterventionOrder)),
            description="What to order by, the most important first; null or empty: strongest first.",
        ),
    )


class Driver(Derived, of=view.DriverView, interfaces=(Node, Entry)):
    interventions = interventions_field(
        "Interventions with a claim for this driver. The filter's terms and claimBasis must hold of that same claim; "
        "drivers in the filter are further drivers. Unless ordered otherwise: by what ties it to the driver (measured, "
        "with a gain first, stated, inferred, discussed), then strongest first. first and after as in "
        "Query.interventions."
    )
