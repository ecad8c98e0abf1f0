"""The charts of each page as files beside it, to be taken away."""

from __future__ import annotations

from collections.abc import Iterator

from kb.export import charts
from kb.export.charts import Caption
from kb.grading import statements
from kb.site.context import Context
from kb.site.files import Files
from kb.view.bodies import BodyCard
from kb.view.parts import day

Drawn = tuple[str, tuple[bytes, bytes]]


def chart_files(page: Context, site_url: str) -> Files:
    """Each chart of a page as SVG and CSV. The templates link them by the names of the charts."""
    address = f"{site_url}/{page.path}" if site_url else f"Page: {page.title}"
    for name, data in charts.files(_charts(page, address)):
        yield f"{page.path}{name}", data


def _charts(page: Context, address: str) -> Iterator[Drawn]:
    match page.template:
        case "home" if page.tally.total:
            said = Caption("Interventions against clinician burnout, by verdict", "", address)
            yield "verdicts", charts.of_tally(page.tally, said)
        case "gap_map":
            for item in page.maps:
                yield item.name, charts.of_map(item, Caption(item.title, page.description, address))
        case "intervention":
            yield from _of_intervention(page, address)
        case "study":
            reviewed = f"Results as reported by the study. {_reviewed(page)}"
            for _, plots in page.forest.groups:
                for plot in plots:
                    yield plot.name, charts.of_findings(plot, Caption(page.title, reviewed, address))


def _of_intervention(page: Context, address: str) -> Iterator[Drawn]:
    card: BodyCard | None = page.headline
    if card and card.people:
        title = f"{page.title}: what it means for 100 people"
        yield "people", charts.of_people(card.people, Caption(title, _note(page, card), address))
    for card in page.bodies:
        caption = Caption(f"{page.title}: {card.title[0].lower()}{card.title[1:]}", _note(page, card), address)
        for plot in card.plots:
            yield plot.name, charts.of_body(plot, caption)


def _note(page: Context, card: BodyCard) -> str:
    """What the evidence says, never without how sure it is."""
    certainty = statements.certainty(card.assessed.certainty).capitalize()
    return f"{card.statement} {certainty}. {card.conditions}. {_reviewed(page)}"


def _reviewed(page: Context) -> str:
    return f"Last reviewed {day(page.entry.reviewed)}." if page.entry else ""
