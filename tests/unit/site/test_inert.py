"""Nothing that content holds acts where it is shown: payloads in every text field come out of each file as data.

The fields are found by walking the models (tests/hostile.py). The same site is built twice, once with payloads and once
with harmless words in their place: no page may differ in its elements.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser
from itertools import accumulate
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from icalendar import Calendar

from kb.check import read
from kb.export import FORMATS
from kb.folders import publish
from kb.model import Entry, EntryStatus, Intervention, KnowledgeBase
from kb.read.bibliography import bibtex
from kb.site import HOLDS, build_site
from kb.text.html import ATTRIBUTES, ELEMENTS
from kb.view.render import Renderer, at_depth

pytestmark = pytest.mark.slow

BASE = Path(__file__).parents[2] / "bad" / "_base"
ATOM = "{http://www.w3.org/2005/Atom}"
ADDRESSES = frozenset({"href", "src", "action", "formaction", "poster", "data", "srcset", "xlink:href", "cite"})
KEPT = frozenset({"class", "id", "type", "rel", "role", "scope", "name", "http-equiv", "tabindex"})
"""Attributes that hold no words."""


@dataclass(frozen=True)
class Built:
    """A knowledge base and what was made of it."""

    knowledge: KnowledgeBase
    site: Path
    exports: Path

    def pages(self) -> dict[str, str]:
        """Every page by its path, without the text of its entry, which is looked at by itself."""
        found = {}
        renderer = Renderer(self.knowledge.references)
        bodies = {f"{entry.path}index.html": renderer.render(entry) for entry in published(self.knowledge)}
        for path in sorted(self.site.rglob("*.html")):
            name, text = path.relative_to(self.site).as_posix(), path.read_text(encoding="utf-8")
            if name in bodies:
                # An intervention's page lays out its text section by section.
                apart = name.startswith(f"{Intervention.folder}/")
                body = bodies[name]
                for part in (body.opening, *(section.html for section in body.sections)) if apart else (body.html,):
                    shown = at_depth(part, name.count("/"))
                    assert shown in text
                    assert apart or text.count(shown) == 1
                    text = text.replace(shown, "", 1)
                for section in body.sections if apart else ():
                    text = text.replace(f' id="{section.anchor}"', "")
            found[name] = text
        return found


@dataclass
class Document(HTMLParser):
    """The elements of a page as a parser reads them."""

    text: str
    elements: list[tuple[str, tuple[tuple[str, str | None], ...]]] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(attrs)))

    def handle_data(self, data: str) -> None:
        if self.elements and self.elements[-1][0] == "script" and self.lasttag == "script" and data.strip():
            self.scripts.append(data)

    def skeleton(self) -> list[tuple[str, tuple[tuple[str, str | None], ...]]]:
        """Elements with the names of their attributes, and the values of those that hold no words."""
        return [
            (tag, tuple((name, value if name in KEPT else None) for name, value in attrs))
            for tag, attrs in self.elements
        ]


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    return read(BASE, date(2026, 11, 22))


def _built(knowledge: KnowledgeBase, folder: Path) -> Built:
    site, exports = folder / "site", folder / "exports"
    publish(build_site(knowledge, BASE), site, HOLDS)
    for files in FORMATS.values():
        publish(files(knowledge), exports, "exports", add=True)
    return Built(knowledge, site, exports)


@pytest.fixture(scope="module")
def acting(hostile: ModuleType, base: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory) -> Built:
    return _built(hostile.Hostile().knowledge(base), tmp_path_factory.mktemp("acting"))


@pytest.fixture(scope="module")
def quiet(hostile: ModuleType, base: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory) -> Built:
    return _built(hostile.Hostile(harmless=True).knowledge(base), tmp_path_factory.mktemp("quiet"))


def published(knowledge: KnowledgeBase) -> list[Entry]:
    return [entry for entry in knowledge.entries() if entry.status is EntryStatus.PUBLISHED]


def texts(value: Any) -> Iterator[str]:
    """Every text in plain values."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from texts(part)


def test_every_field_that_takes_text_holds_payloads(hostile: ModuleType, base: KnowledgeBase) -> None:
    """A field that is added to a model is tried too; one that takes no payload refuses it."""
    tried = hostile.Hostile()
    tried.knowledge(base)
    assert hostile.text_fields() <= tried.filled
    assert {("Intervention", "title"), ("Finding", "contrast"), ("Resource", "url"), ("references.bib", "doi")} <= (
        tried.filled
    )


def test_no_page_has_an_element_that_its_template_does_not_make(acting: Built, quiet: Built) -> None:
    pages, harmless = acting.pages(), quiet.pages()
    assert pages.keys() == harmless.keys()
    assert len(pages) > 20
    for name, text in pages.items():
        assert Counter(Document(text).skeleton()) == Counter(Document(harmless[name]).skeleton()), name


def test_every_address_of_a_page_leads_to_the_web_or_within_the_site(acting: Built) -> None:
    for path in acting.site.rglob("*.html"):
        for tag, attrs in Document(path.read_text(encoding="utf-8")).elements:
            for name, value in attrs:
                assert not name.startswith("on"), path
                assert name not in ("style", "srcdoc"), path
                if name in ADDRESSES:
                    parts = urlsplit(value or "")
                    assert parts.scheme in ("", "http", "https", "mailto"), (path, value)
                    assert tag == "a" or not parts.netloc, (path, value)


def test_the_text_of_an_entry_holds_only_what_texts_may_hold(acting: Built) -> None:
    """Its ids are those of its headings and citations, none of which its page gives itself."""
    renderer, others = Renderer(acting.knowledge.references), acting.pages()
    for entry in published(acting.knowledge):
        document = Document(renderer.render(entry).html)
        assert {tag for tag, _ in document.elements} <= ELEMENTS
        ids = [value for _, attrs in document.elements for name, value in attrs if name == "id"]
        given = Document(others[f"{entry.path}index.html"]).elements
        assert len(ids) == len({*ids})
        assert not {*ids} & {value for _, attrs in given for name, value in attrs if name == "id"}
        for tag, attrs in document.elements:
            for name, value in attrs:
                ours = {"class": value in ("citation", "place"), "id": True, "rel": value == "noopener"}
                assert name in ATTRIBUTES.get(tag, ()) or ours.get(name), (entry.path, tag, name, value)


def test_json_ld_holds_every_text_as_data(acting: Built) -> None:
    for entry in published(acting.knowledge):
        page = (acting.site / entry.path / "index.html").read_text(encoding="utf-8")
        (script,) = Document(page).scripts
        record = json.loads(script)
        assert record["name"] == entry.title
        assert record["description"] == entry.summary
    whole = json.loads((acting.exports / "burnout-kb.jsonld").read_text(encoding="utf-8"))
    assert {entry.title for entry in published(acting.knowledge)} <= {record["name"] for record in whole["@graph"]}


def test_json_holds_every_text_as_written(acting: Built) -> None:
    whole = json.loads((acting.exports / "burnout-kb.json").read_text(encoding="utf-8"))
    held = set(texts(whole))
    for entry in published(acting.knowledge):
        data = json.loads((acting.site / "data/v1" / entry.folder / f"{entry.slug}.json").read_text(encoding="utf-8"))
        written = {*texts(entry.model_dump(exclude_none=True, exclude_defaults=True))}
        assert written <= {*texts(data)}
        assert written <= held
    assert {work.title for work in acting.knowledge.references.values()} <= held


def test_feeds_hold_every_title_as_data(acting: Built) -> None:
    feeds = [*acting.site.rglob("*.atom"), acting.exports / "feed.atom"]
    assert len(feeds) > 2
    told = {move.reason for move in acting.knowledge.moves}
    titles = [entry.title for entry in acting.knowledge.entries()]
    moved = 0
    for path in feeds:
        feed = ElementTree.fromstring(path.read_bytes())
        tags = {element.tag.removeprefix(ATOM) for element in feed.iter()}
        assert tags <= {"feed", "title", "id", "updated", "link", "entry", "summary", "content", "author", "name"}
        for item in feed.findall(f"{ATOM}entry"):
            if ":moved:" in str(item.findtext(f"{ATOM}id")):
                assert any(str(item.findtext(f"{ATOM}title")).startswith(title) for title in titles)
                assert (item.findtext(f"{ATOM}summary") or item.findtext(f"{ATOM}content")) in told
                moved += 1
    assert moved


def test_drawings_hold_every_title_as_data(acting: Built) -> None:
    drawings = [path for path in acting.site.rglob("*.svg") if path.parent.name != "theme"]
    assert drawings
    for path in drawings:
        elements = list(ElementTree.fromstring(path.read_bytes()).iter())
        tags = {element.tag.rpartition("}")[2] for element in elements}
        assert tags <= {"svg", "title", "desc", "style", "g", "rect", "text", "line", "circle", "path"}
        assert not {name for element in elements for name in element.attrib if name.startswith("on") or "href" in name}


def test_the_calendar_holds_every_title_as_data(acting: Built) -> None:
    for path in (*acting.site.rglob("reviews-due.ics"), acting.exports / "reviews-due.ics"):
        calendar = Calendar.from_ical(path.read_bytes())
        events = calendar.walk("VEVENT")
        entries = published(acting.knowledge)
        assert {str(event["SUMMARY"]) for event in events} == {f"Review due: {entry.title}" for entry in entries}
        assert len(events) == len(entries)
        assert {name for event in events for name in event} <= {
            *("UID", "DTSTAMP", "DTSTART", "SUMMARY", "DESCRIPTION", "CATEGORIES", "TRANSP", "URL")
        }


def test_the_concept_scheme_holds_every_text_as_data(acting: Built, quiet: Built) -> None:
    """Without its texts it is the same as that of harmless words."""
    literal = re.compile(r'"(?:[^"\\\n]|\\["\\nrtbfu])*"@en')
    with_payloads, without = ((built.exports / "drivers.ttl").read_text(encoding="utf-8") for built in (acting, quiet))
    assert literal.sub("", with_payloads) == literal.sub("", without)
    held = {json.loads(match[0].removesuffix("@en")) for match in literal.finditer(with_payloads)}
    assert {
        driver.title for driver in acting.knowledge.drivers.values() if driver.status is EntryStatus.PUBLISHED
    } <= held


def test_no_cell_of_a_table_is_a_formula(acting: Built) -> None:
    """Each text is what was written, with an apostrophe before what a spreadsheet would run."""
    entries, moves = acting.knowledge.entries(), acting.knowledge.moves
    written = {*texts([entry.model_dump() for entry in entries]), *(move.reason for move in moves)}
    formulas = tuple(text for text in written if text.startswith("=HYPERLINK"))
    for path in (*acting.site.rglob("*.csv"), *acting.exports.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        assert len(rows) > 1
        for cell in (cell for row in rows[1:] for cell in row):
            assert not re.match(r"[\s\"'`]*[=@+]|-(?![\d.])", cell.removeprefix("'=")), cell
            assert not re.search(r"[;\t\n][=@+-]", cell)
            if cell.startswith("'=HYPERLINK"):
                plain = re.sub(r"(^|[;\t\n])'(?=[=@+-])", r"\1", cell)
                # What is put together, as the title of a chart is, begins with a text.
                assert plain in written or plain.startswith(formulas)


def test_records_of_works_hold_one_work_each(acting: Built) -> None:
    """Nothing in a title ends its field or its record."""
    entries = published(acting.knowledge)
    for entry in entries:
        lines = (acting.site / entry.path / "cite.ris").read_bytes().decode().splitlines()
        assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in lines if line)
        assert [line[:2] for line in lines].count("TY") == [line[:2] for line in lines].count("ER") == 1
        text = (acting.site / entry.path / "cite.bib").read_text(encoding="utf-8")
        depths = [*accumulate({"{": 1, "}": -1}.get(sign, 0) for sign in text.rstrip())]
        assert depths.index(0, text.index("{")) == len(depths) - 1
    records, problems = bibtex.read((acting.exports / "references.bib").read_text(encoding="utf-8"), "references.bib")
    assert not problems
    read_back = {record.work.key: _on_one_line(record.work.fields) for record in records}
    assert read_back == {
        work.key: _on_one_line(work.work.fields) for work in acting.knowledge.references.values() if work.work
    }


def _on_one_line(fields: Mapping[str, str]) -> dict[str, str]:
    return {name: " ".join(value.split()) for name, value in fields.items()}
