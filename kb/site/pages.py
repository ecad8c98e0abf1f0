"""All pages of the site, each as the context of its template."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from kb.model import Driver, Entry, Framework, Instrument, Intervention, KnowledgeBase, Page, Status, Study
from kb.site.contexts import lists
from kb.site.contexts.compare import compare_page
from kb.site.contexts.downloads import downloads_page
from kb.site.contexts.drivers import driver_page, framework_page
from kb.site.contexts.frame import Context
from kb.site.contexts.home import home_page
from kb.site.contexts.instruments import instrument_page
from kb.site.contexts.interventions import intervention_page
from kb.site.contexts.maps import crosswalk_page, gap_map_page
from kb.site.contexts.plain import moved_page, prose_page, tombstone
from kb.site.contexts.studies import study_page
from kb.view.catalog import Catalog
from kb.view.parts import Link, day, links

PAGE_OF: dict[type[Entry], Callable[[Catalog, Any], Context]] = {
    Intervention: intervention_page,
    Instrument: instrument_page,
    Study: study_page,
    Driver: driver_page,
    Framework: framework_page,
    Page: prose_page,
}
LISTS: tuple[Callable[[Catalog], Context], ...] = (
    home_page,
    compare_page,
    lists.interventions_list,
    lists.drivers_list,
    lists.studies_list,
    lists.instruments_list,
    lists.frameworks_list,
    gap_map_page,
    crosswalk_page,
    lists.references_page,
    lists.discrepancies_page,
    downloads_page,
    lists.search_page,
)
SECTIONS = (Driver, Intervention, Instrument, Study, Framework)


@dataclass(frozen=True)
class Site:
    """What every template is given beside its page, as the variable ``site``."""

    navigation: tuple[Link, ...]
    """The comparison, the map and the lists of all kinds; the note is the folder, to mark the current one."""
    footer: tuple[Link, ...]
    """The pages of prose, the crosswalk, the references, the discrepancies and the downloads."""
    day: str
    """The day for which the site was built."""


def site(knowledge: KnowledgeBase) -> Site:
    """The frame of all pages."""
    prose = sorted(
        (page for page in knowledge.pages.values() if page.status is Status.PUBLISHED), key=lambda page: page.title
    )
    return Site(
        navigation=(
            Link("Compare", "/compare/", "compare"),
            Link("Evidence map", "/gap-map/", "gap-map"),
            *(Link(kind.folder.capitalize(), f"/{kind.folder}/", kind.folder) for kind in SECTIONS),
        ),
        footer=(
            *links(prose),
            Link("Crosswalk", "/crosswalk/"),
            Link("References", "/references/"),
            Link("Discrepancies", "/discrepancies/"),
            Link("Downloads", "/downloads/"),
        ),
        day=day(knowledge.today),
    )


def pages(catalog: Catalog) -> Iterator[tuple[Context, Entry | None]]:
    """Every page with the entry that it is of: lists first, then entries kind by kind, then pages that moved.

    A withdrawn entry has a page that says so.
    """
    for page in LISTS:
        yield page(catalog), None
    entries = list(catalog.knowledge.entries())
    for entry in entries:
        make = tombstone if entry.status is Status.WITHDRAWN else PAGE_OF[type(entry)]
        yield make(catalog, entry), entry
    for entry in entries:
        for path in entry.former_paths:
            yield moved_page(entry, path), None
