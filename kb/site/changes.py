"""The pages that tell what moved in the evidence, week by week: of all, and of each driver."""

from __future__ import annotations

from kb.model import Driver
from kb.site.context import Context
from kb.view import moves
from kb.view.catalog import Catalog
from kb.view.parts import Link


def changes_page(catalog: Catalog, driver: Driver | None = None) -> Context:
    """What moved, or what moved on one driver, the last week first."""
    found = moves.events(catalog)
    told = moves.of_driver(catalog, found, driver) if driver else found
    feed = f"feeds/drivers/{driver.slug}.atom" if driver else "feeds/all.atom"
    return Context(
        template="changes",
        title=f"What moved: {driver.title}" if driver else "What moved",
        description=(
            f"What moved in the evidence that bears on {driver.title.lower()}, week by week."
            if driver
            else "What moved in the evidence, week by week: verdicts, certainty, corrections, and what was added."
        ),
        path=moves.page_of(driver),
        section="changes",
        driver=driver,
        weeks=moves.weeks(told),
        newest=moves.newest(told),
        begins=min((event.date for event in told if event.kind is moves.ChangeKind.RATED), default=None),
        feed=feed,
        drivers=[Link(other.title, f"/{moves.page_of(other)}") for other in catalog.relations.drivers],
    )
