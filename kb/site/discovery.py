"""What programs look for at the root of a site: sitemap.xml, robots.txt and llms.txt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from xml.etree import ElementTree

from kb.export.identity import NAME
from kb.model import KnowledgeBase, Status
from kb.site.contexts.downloads import BULK, DATA, FEEDS
from kb.site.contexts.frame import Context

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
    prose = {page.path for page in knowledge.pages.values() if page.status is Status.PUBLISHED}
    about = [page for page in pages if page.path in prose]
    lists = [page for page in pages if page.path not in entries]
    lines = [
        f"# {NAME}",
        "",
        "> Interventions, instruments and studies on clinician burnout, tied to what drives it. Every figure names its "
        "place in a source; every verdict stands with its certainty, computed by public rules.",
        "",
        f"Content version {knowledge.version} of {knowledge.today}. License: CC BY 4.0. Quote a verdict only together "
        "with its certainty, and a figure only with its scale and which way is better.",
    ]
    for heading, found in (("Lists", lists), ("How it is made", about)):
        lines += ["", f"## {heading}", ""]
        lines += [f"- [{page.title}]({root}{page.path}index.html): {page.description}" for page in found]
    lines += ["", "## Data", ""]
    files = (*DATA, *BULK, *FEEDS)
    lines += [f"- [{file.path}]({root}{file.path}): {file.holds}" for file in files if file.linked]
    return "\n".join(lines) + "\n"
