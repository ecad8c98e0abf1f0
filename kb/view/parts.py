"""Small parts of which pages, data and charts are put together: links, sources, facts, days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple
from urllib.parse import urlencode

from kb.model import Assessment, BodyKey, Driver, Entry, Instrument, Outcome, OutcomeGroup, Reference, Scale


class Link(NamedTuple):
    """A link to a page of this site or elsewhere."""

    title: str
    """The words of the link."""
    href: str
    """Its address; one of this site starts with a slash."""
    note: str = ""
    """Plain text after the link."""


class Source(NamedTuple):
    """A work with the place in it that is meant."""

    label: str
    """Author and year, e.g. Kiser et al 2024."""
    href: str
    """The work in the page's own bibliography, else on the page of all references."""
    place: str
    """Where in the work."""


class Notice(NamedTuple):
    """The retraction or correction of a work that an entry rests on."""

    text: str
    """What happened to which work, and when."""
    href: str
    """Where the notice can be read; empty where that is not known."""


class Fact(NamedTuple):
    """A label with its text, in a list of facts."""

    label: str
    text: str
    """What is known."""
    source: Source | None = None
    """Where it is taken from."""
    explained: str = ""
    """Where the label is explained; empty where it needs no words."""


def day(value: date) -> str:
    """``November 22, 2026``."""
    return f"{value:%B} {value.day}, {value.year}"


def verdict_word(assessment: Assessment) -> str:
    """A verdict as filters spell it, by its label, e.g. ``early-signs`` or ``trials-known-none-entered-yet``."""
    return assessment.label.lower().replace(",", "").replace(" ", "-")


def overall(assessment: Assessment, driver: Driver) -> str:
    """What a verdict is on, where that is not the driver: ``on burnout overall``."""
    outcome = assessment.outcome
    if outcome is None or driver.slug in outcome.drivers:
        return ""
    groups = {OutcomeGroup.BURNOUT: "on burnout overall", OutcomeGroup.WELL_BEING: "on well-being overall"}
    return groups.get(outcome.group, "not on this driver")


def outcome_label(outcome: Outcome) -> str:
    """An outcome word as a heading, e.g. ``EHR time`` or ``Well-being``."""
    return outcome.label[0].upper() + outcome.label[1:]


def scale_link(instrument: Instrument, scale: Scale | None) -> Link:
    """A scale of an instrument, or the instrument, as a link to it."""
    short = instrument.abbreviation or instrument.title
    same = scale is None or scale.label.casefold() in (instrument.title.casefold(), short.casefold())
    return Link(short if scale is None or same else f"{short}, {scale.label}", href(instrument))


def href(entry: Entry) -> str:
    """The address of an entry's page, from the site's root."""
    return f"/{entry.path}"


def body_anchor(key: BodyKey) -> str:
    """The end of the anchor of a body, e.g. ``exhaustion-inactive-short-randomized``."""
    return str(key).replace("/", "-")


def comparison(**chosen: Sequence[str]) -> str:
    """The address of the comparison with values chosen in its filters, e.g. ``driver=["workload"]``."""
    return _view("compare", chosen)


def planning(**chosen: Sequence[str]) -> str:
    """The address of the plan with values filled in, e.g. ``driver=["workload"]``."""
    return _view("plan", chosen)


def _view(page: str, chosen: Mapping[str, Sequence[str]]) -> str:
    # The file is named, since a folder with a query would not open from files.
    return f"/{page}/index.html?{urlencode(chosen, doseq=True)}"


def links(entries: Iterable[Entry]) -> tuple[Link, ...]:
    """Links to entries, by their titles."""
    return tuple(Link(entry.title, href(entry)) for entry in entries)


def short_name(reference: Reference) -> str:
    """Author and year, as in a conversation: ``Kiser et al 2024``."""
    names = [person.family for person in reference.authors]
    if not names:
        who = reference.container or reference.title
    elif len(names) == 1 and not reference.more_authors:
        who = names[0]
    elif len(names) == 2 and not reference.more_authors:
        who = f"{names[0]} and {names[1]}"
    else:
        who = f"{names[0]} et al"
    return f"{who} {reference.year}" if reference.year else who
