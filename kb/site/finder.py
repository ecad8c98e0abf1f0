"""The search in the browser: an index of the site's own, of the words of `kb.search`, and what its script is told."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from typing import Any, NamedTuple

from kb.grading import VERDICT_RANK, statements
from kb.model import Driver, Entry, EntryStatus, Instrument, Intervention, KnowledgeBase, Outcome, Study, StudyDesign
from kb.search.browser import index_file, spelling_file
from kb.search.documents import Document, documents
from kb.search.lexicon import key_of
from kb.view.parts import outcome_label
from kb.view.relations import addressed

NAMES = ("kind", "verdict", "certainty", "outcome", "driver", "design")
"""The kinds of facets, in the order in which they are shown."""
_KINDS = ("intervention", "study", "instrument", "driver", "question", "framework", "page")
_PLAN = "measure/"
"""The page that is searched besides those of entries: how to plan a survey."""
FOLDER = "search"
"""Where the files are in the site, beside the page."""


class Facet(NamedTuple):
    """One value that an entry has. Facets sort into the order in which they are shown."""

    name: int
    """Its kind, as its place in NAMES."""
    rank: int
    """Its place among the values of that name; those of one rank are sorted by their labels."""
    label: str
    """The value in words, e.g. Low certainty."""


def search_files(site: Mapping[str, bytes], knowledge: KnowledgeBase) -> dict[str, bytes]:
    """The search's files, by path below the site's root: the index, and the words to spell by."""
    found = documents(knowledge.public())
    entries = {(entry.kind, entry.slug): entry for entry in knowledge.entries()}
    shown: list[dict[str, Any]] = []
    of_each: list[set[Facet]] = []
    for document in found:
        entry = entries[document.kind, document.slug]
        about: dict[str, Any] = {"path": entry.path, "title": document.title, "summary": document.summary}
        if isinstance(entry, Intervention):
            assessment = knowledge.assessments[entry.slug]
            about |= {"verdict": statements.verdict(assessment), "look": f"badge {assessment.verdict}"}
        shown.append(about)
        of_each.append(facets(knowledge, entry))
    if plan := site.get(f"{_PLAN}index.html"):
        document = _page(_PLAN, plan)
        found.append(document)
        shown.append({"path": _PLAN, "title": document.title, "summary": document.summary})
        of_each.append({Facet(NAMES.index("kind"), _KINDS.index("page"), "Page")})
    every = sorted({facet for each in of_each for facet in each})
    numbers = {facet: number for number, facet in enumerate(every)}
    for about, each in zip(shown, of_each, strict=True):
        about["facets"] = sorted(numbers[facet] for facet in each)
    index = index_file(found, knowledge.synonyms)
    index |= {"shown": shown, "facets": [(NAMES[facet.name], facet.label) for facet in every]}
    index["values"] = _values(knowledge, every)
    return {
        f"{FOLDER}/index.json": _json(index),
        f"{FOLDER}/spelling.json": _json(spelling_file(found)),
    }


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _values(knowledge: KnowledgeBase, every: Sequence[Facet]) -> dict[str, dict[str, int]]:
    """The numbers of the facets that may be typed after kind:, driver:, verdict: and certainty:, as they are typed."""
    slugs = {driver.title: slug for slug, driver in knowledge.drivers.items()}
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for number, facet in enumerate(every):
        name = NAMES[facet.name]
        label = facet.label.removesuffix(" certainty") if name == "certainty" else facet.label
        for typed in (label, slugs.get(label, label) if name == "driver" else label):
            found[name][key_of(typed)] = number
    return {name: found[name] for name in ("kind", "driver", "verdict", "certainty")}


class _Words(HTMLParser):
    """The text of a page's title, headings and paragraphs."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[tuple[str, str]] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("h1", "h2", "h3", "p", "li"):
            name = "lead" if ("class", "lead") in attrs else tag
            self._inside = tag
            self.blocks.append((name, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == self._inside:
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside:
            name, text = self.blocks[-1]
            self.blocks[-1] = name, text + data


def _page(path: str, page: bytes) -> Document:
    """A page that is no entry, by the words between its <main> and </main>."""
    words = _Words()
    words.feed(page.decode().partition("<main")[2].partition("</main>")[0])
    texts = [(name, " ".join(text.split())) for name, text in words.blocks]
    first = dict(reversed(texts))
    body = "\n".join(text for name, text in texts if name not in ("h1", "lead") and text)
    return Document("page", path.strip("/"), first.get("h1", ""), first.get("lead", ""), body)


def facets(knowledge: KnowledgeBase, entry: Entry) -> set[Facet]:
    """All facets of an entry."""
    drivers: tuple[str, ...] = ()
    outcomes: set[Outcome] = set()
    values = [("kind", _KINDS.index(entry.kind), entry.kind.capitalize())]
    if isinstance(entry, Intervention):
        assessment = knowledge.assessments[entry.slug]
        level = assessment.certainty
        values.append(("verdict", VERDICT_RANK[assessment.verdict], assessment.label))
        values.append(("certainty", -(level or 0), statements.certainty(level).capitalize()))
        drivers, outcomes = addressed(entry), {body.outcome for body in assessment.bodies}
    elif isinstance(entry, Study):
        values.append(("design", list(StudyDesign).index(entry.design), entry.design.label))
        drivers, outcomes = entry.drivers, {finding.outcome for finding in entry.findings}
    elif isinstance(entry, Instrument):
        drivers, outcomes = entry.drivers, set(entry.constructs)
    elif isinstance(entry, Driver):
        drivers = (entry.slug,)
    order = list(Outcome)
    values += [("outcome", order.index(outcome), outcome_label(outcome)) for outcome in outcomes]
    for slug in drivers:
        driver = knowledge.drivers.get(slug)
        if driver and driver.status is EntryStatus.PUBLISHED:
            values.append(("driver", 0, driver.title))
    return {Facet(NAMES.index(name), rank, label) for name, rank, label in values}
