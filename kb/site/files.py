"""All files beside the pages: data, feeds, the calendar, citations, and what programs look for at a site's root."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

from rcssmin import cssmin

from kb.export import as_bibtex, as_calendar, as_feed, as_json, as_ris
from kb.export.charts import COLORS, DARK
from kb.export.data import BULK, DESCRIPTIONS, ENTRIES
from kb.export.download import Download
from kb.export.identity import LOCAL, NAME, ROOT, citation_of
from kb.folders import data_file
from kb.model import Driver, Entry, EntryStatus, KnowledgeBase
from kb.site.context import VERSION, Context
from kb.view.catalog import Catalog
from kb.view.moves import Event

Files = Iterator[tuple[str, bytes]]
"""Paths below the site's root, each with what the file holds."""


DATA = (
    *ENTRIES,
    Download("{page}/cite.bib", "application/x-bibtex", "How to cite a page, as BibTeX; next to the page."),
    Download("{page}/cite.ris", "application/x-research-info-systems", "The same as RIS."),
    Download("{page}/{chart}.svg", "image/svg+xml", "A chart of a page with its source and address; next to the page."),
    Download("{page}/{chart}.csv", "text/csv", "The numbers of the same chart."),
    Download(
        "embed/{page}/index.html",
        "text/html",
        "The card of an entry for a frame on another site; index.svg is a picture.",
    ),
    Download("embed/{page}/{chart}.html", "text/html", "A chart for a frame on another site."),
    Download("embed/{page}/{chart}.json", "application/json", "How to embed a card or a chart, as oEmbed."),
)
SURVEY_CALENDAR = "feeds/survey.ics"
"""Where the calendar of a survey is."""
API_ROOT = "data/api/"
"""Where the schema and the guide of the API are."""
API = (
    Download(f"{API_ROOT}README.md", "text/markdown", "The guide: queries, filters, paging, errors, limits, caching."),
    Download(f"{API_ROOT}schema.graphql", "text/plain", "The schema: every type, field and argument with its meaning."),
    Download(f"{API_ROOT}CHANGELOG.md", "text/markdown", "What changed in the schema."),
    Download(f"{API_ROOT}cache-keys.json", "application/json", "Which types have ids, for the caches of clients."),
    Download(f"{API_ROOT}queries/{{name}}.graphql", "text/plain", "The worked queries, which the guide lists."),
    Download(f"{API_ROOT}queries/{{name}}.json", "application/json", "The variables of a worked query."),
)
FEEDS = (
    Download("feeds/all.atom", "application/atom+xml", "What moved in the evidence, as an Atom feed."),
    Download("feeds/drivers/{slug}.atom", "application/atom+xml", "The same for one driver."),
    Download("feeds/reviews-due.ics", "text/calendar", "The day on which each entry is due for review, as iCalendar."),
    Download(SURVEY_CALENDAR, "text/calendar", "The steps of a yearly burnout survey, as iCalendar."),
)


def entry_files(entry: Entry, catalog: Catalog, site_url: str, happened: Iterable[Event]) -> Files:
    """The data of an entry and how to cite its page, with VERSION in place of its version."""
    yield f"{ROOT}{entry.folder}/{entry.slug}.json", as_json.as_entry(catalog, entry, happened, VERSION)
    if entry.status is EntryStatus.PUBLISHED:
        address = f"{site_url}/{entry.path}" if site_url else ""
        work = citation_of(entry, catalog.knowledge.today, f"Page version {VERSION}", address)
        yield f"{entry.path}cite.bib", f"{as_bibtex.as_record(work)}\n".encode()
        yield f"{entry.path}cite.ris", as_ris.as_record(work).encode()


def driver_feed(driver: Driver, catalog: Catalog, site_url: str) -> Files:
    """The feed of what moved on a driver."""
    path, root = f"feeds/drivers/{driver.slug}.atom", f"{site_url}/" if site_url else "../../"
    yield path, as_feed.as_atom(catalog, driver, path, root)


def feed_files(catalog: Catalog, site_url: str) -> Files:
    """The feed and the calendars. ``site_url`` has no last slash; if empty, links are relative."""
    knowledge, root = catalog.knowledge, f"{site_url}/" if site_url else ""
    yield "feeds/all.atom", as_feed.as_atom(catalog, path="feeds/all.atom", root=root or "../")
    yield "feeds/reviews-due.ics", as_calendar.as_ics(knowledge, root)
    yield SURVEY_CALENDAR, as_calendar.survey_as_ics(knowledge.today)


def api_files(site_url: str) -> Files:
    """What developers need beside the API itself, with the site's address in the examples."""
    folder = data_file("schema.graphql").parent
    named = [folder / file.path.removeprefix(API_ROOT) for file in API if file.linked]
    for path in (*named, *sorted((folder / "queries").iterdir())):
        text = path.read_text(encoding="utf-8")
        yield f"{API_ROOT}{path.relative_to(folder).as_posix()}", text.replace(LOCAL, site_url or LOCAL).encode()


_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_UNLISTED = frozenset({"moved", "search", "withdrawn"})
"""Templates whose pages a search engine should not show."""


def discovery_files(knowledge: KnowledgeBase, pages: Iterable[Context], site_url: str) -> Iterator[tuple[str, bytes]]:
    """The files by path. A sitemap holds whole addresses, so a site without one has none, and robots.txt says so."""
    shown = [page for page in pages if page.template not in _UNLISTED]
    if site_url:
        reviewed = {entry.path: entry.reviewed for entry in knowledge.entries()}
        yield "sitemap.xml", _sitemap(shown, reviewed, site_url)
        note = f"Sitemap: {site_url}/sitemap.xml"
    else:
        note = "# No sitemap: this copy was built without the site's address (kb build --site-url)."
    yield "robots.txt", f"User-agent: *\nAllow: /\n\n{note}\n".encode()
    yield "llms.txt", _llms(knowledge, shown, f"{site_url}/" if site_url else "").encode()


def _sitemap(pages: Iterable[Context], reviewed: Mapping[str, date], site_url: str) -> bytes:
    ElementTree.register_namespace("", _SITEMAP)
    root = ElementTree.Element(f"{{{_SITEMAP}}}urlset")
    for page in sorted(pages, key=lambda page: page.path):
        item = ElementTree.SubElement(root, f"{{{_SITEMAP}}}url")
        ElementTree.SubElement(item, f"{{{_SITEMAP}}}loc").text = f"{site_url}/{page.path}"
        if page.path in reviewed:
            ElementTree.SubElement(item, f"{{{_SITEMAP}}}lastmod").text = reviewed[page.path].isoformat()
    ElementTree.indent(root)
    xml: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return xml + b"\n"


def _llms(knowledge: KnowledgeBase, pages: Iterable[Context], root: str) -> str:
    """The site for readers that are language models, by the proposal at llmstxt.org: title, summary, annotated links.

    Lists and pages of prose are linked; the entries are found from there and from the index of the data.
    """
    entries = {entry.path for entry in knowledge.entries()}
    prose = {page.path for page in knowledge.pages.values() if page.status is EntryStatus.PUBLISHED}
    about = [page for page in pages if page.path in prose]
    lists = [page for page in pages if page.path not in entries]
    lines = [
        f"# {NAME}",
        "",
        "> Interventions, instruments and studies on clinician burnout, tied to what drives it. Every figure names its "
        "place in a source; every verdict comes with its certainty, computed by public rules.",
        "",
        f"Content version {knowledge.version} of {knowledge.today}. License: CC BY 4.0. Quote a verdict only together "
        "with its certainty, and a figure only with its scale and which way is better.",
    ]
    for heading, found in (("Lists", lists), ("How it is made", about)):
        lines += ["", f"## {heading}", ""]
        lines += [f"- [{page.title}]({root}{page.path}index.html): {page.description}" for page in found]
    lines += ["", "## Data", ""]
    files = (*DATA, *DESCRIPTIONS, *BULK, *API, *FEEDS)
    lines += [f"- [{file.path}]({root}{file.path}): {file.holds}" for file in files if file.linked]
    return "\n".join(lines) + "\n"


def theme_files(theme: Path) -> dict[str, bytes]:
    """The files by path below the site's root, all in its folder theme/."""
    colors = "".join(f"--{name}:{light};--{name}:light-dark({light},{DARK[name]});" for name, light in COLORS.items())
    embed = cssmin(f":root{{{colors}}}" + (theme / "embed.css").read_text(encoding="utf-8"))
    static = theme / "static"
    files = {
        f"theme/{path.relative_to(static).as_posix()}": path.read_bytes()
        for path in sorted(static.rglob("*"))
        if path.is_file()
    }
    return {**files, "theme/style.css": stylesheet(theme).encode(), "theme/embed.css": embed.encode()}


def stylesheet(theme: Path) -> str:
    """The style sheets of ``theme/styles`` in the order of their names, as one minified text."""
    styles = sorted((theme / "styles").glob("*.css"))
    return str(cssmin("\n".join(style.read_text(encoding="utf-8") for style in styles)))
