"""The search in the browser: an index of the finished pages that needs no server, made by Pagefind, with facets."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from kb.grading import VERDICT_RANK, statements
from kb.model import Design, Driver, Entry, Instrument, Intervention, KnowledgeBase, Outcome, Status, Study
from kb.view.parts import outcome_label
from kb.view.relations import addressed

NAMES = ("kind", "verdict", "certainty", "outcome", "driver", "design")
"""The kinds of facets, in the order in which they are shown."""
_KINDS = ("intervention", "study", "instrument", "driver", "question", "framework", "page")
_PLAN = "measure/"
"""The page that is searched besides those of entries: how to plan a survey."""
FOLDER = "pagefind"
"""Where the index is in the site."""
_NOT_SEARCHED = ("nav", "table", "svg", ".kind", ".citation", ".meanings", ".review")
"""Parts of pages whose words would only be in the way, or make no sentence in an excerpt."""
_UNUSED = ("pagefind-*ui.*", "pagefind-highlight.js", "wasm.unknown.pagefind")
"""What Pagefind adds for sites without an interface of their own, and for other languages."""


class Facet(NamedTuple):
    """One value that an entry has. Facets sort into the order in which they are shown."""

    name: int
    """Its kind, as its place in NAMES."""
    rank: int
    """Its place among the values of that name; those of one rank are sorted by their labels."""
    label: str
    """The value in words, e.g. Low certainty."""


def search_files(site: Mapping[str, bytes], knowledge: KnowledgeBase) -> dict[str, bytes]:
    """The search's files, by path below the site's root, over what the site's pages mark with data-pagefind-body.

    The same pages give the same bytes. That is why facets are not left to Pagefind, whose filters are written in
    another order each time. Raises RuntimeError where Pagefind fails.
    """
    with TemporaryDirectory(prefix="kb-search-") as place:
        pages, found = Path(place) / "pages", Path(place) / "found"
        # The lists are the longest pages, and none of their words are searched: Pagefind need not read them.
        for path in _searched(knowledge):
            (pages / path).parent.mkdir(parents=True, exist_ok=True)
            (pages / path).write_bytes(site[path])
        # Addresses keep their index.html, as those of all links do.
        command = [sys.executable, "-m", "pagefind", "--site", str(pages), "--output-path", str(found)]
        options = ["--exclude-selectors", ",".join(_NOT_SEARCHED), "--keep-index-url", "--silent"]
        done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            raise RuntimeError(f"Pagefind could not index the pages: {done.stderr.strip() or done.stdout.strip()}")
        (found / "facets.json").write_text(_facets(found, knowledge), encoding="utf-8")
        return {
            f"{FOLDER}/{file.relative_to(found).as_posix()}": file.read_bytes()
            for file in sorted(found.rglob("*"))
            if file.is_file() and not any(file.match(pattern) for pattern in _UNUSED)
        }


def _searched(knowledge: KnowledgeBase) -> list[str]:
    """The pages whose words are searched: home, the plan of a survey, and those of published entries."""
    entries = (entry.path for entry in knowledge.entries() if entry.status is Status.PUBLISHED)
    return [f"{path}index.html" for path in ("", _PLAN, *entries)]


def _facets(folder: Path, knowledge: KnowledgeBase) -> str:
    """All facets as name and label, and the numbers of those that each page has, by Pagefind's name for the page."""
    of_page = {
        f"/{entry.path}index.html": facets(knowledge, entry)
        for entry in knowledge.entries()
        if entry.status is Status.PUBLISHED
    }
    of_page[f"/{_PLAN}index.html"] = {Facet(NAMES.index("kind"), _KINDS.index("page"), "Page")}
    every = sorted({facet for found in of_page.values() for facet in found})
    numbers = {facet: number for number, facet in enumerate(every)}
    pages = {name: sorted(numbers[facet] for facet in of_page.get(url, ())) for name, url in _pages(folder)}
    return json.dumps({"facets": [(NAMES[facet.name], facet.label) for facet in every], "pages": pages})


def _pages(folder: Path) -> Iterator[tuple[str, str]]:
    """Pagefind's names for the pages with their addresses, from its files about them: a signature, then JSON."""
    for path in sorted((folder / "fragment").iterdir()):
        page = json.loads(gzip.decompress(path.read_bytes()).removeprefix(b"pagefind_dcd"))
        yield path.stem, page["url"]


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
        values.append(("design", list(Design).index(entry.design), entry.design.label))
        drivers, outcomes = entry.drivers, {finding.outcome for finding in entry.findings}
    elif isinstance(entry, Instrument):
        drivers, outcomes = entry.drivers, set(entry.constructs)
    elif isinstance(entry, Driver):
        drivers = (entry.slug,)
    order = list(Outcome)
    values += [("outcome", order.index(outcome), outcome_label(outcome)) for outcome in outcomes]
    for slug in drivers:
        driver = knowledge.drivers.get(slug)
        if driver and driver.status is Status.PUBLISHED:
            values.append(("driver", 0, driver.title))
    return {Facet(NAMES.index(name), rank, label) for name, rank, label in values}
