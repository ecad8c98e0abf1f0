"""The search in the browser: an index of the finished pages that needs no server, made by Pagefind, with facets."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from kb.folders import replacing
from kb.model import KINDS, KnowledgeBase, Page, Status
from kb.site.facets import NAMES, facets

FOLDER = "pagefind"
"""Where the index lies in the site."""
_NOT_SEARCHED = ("nav", "table", "svg", ".kind", ".citation", ".meanings", ".review")
"""Parts of pages whose words would only be in the way, or make no sentence in an excerpt."""
_UNUSED = ("pagefind-*ui.*", "pagefind-highlight.js", "wasm.unknown.pagefind")
"""What Pagefind adds for sites without an interface of their own, and for other languages."""


def index_site(site: Path, knowledge: KnowledgeBase) -> None:
    """Index what pages mark with data-pagefind-body; the new index takes the place of the last in one step.

    The same pages give the same bytes. That is why facets are not left to Pagefind, whose filters are written in
    another order each time. Raises RuntimeError where Pagefind fails; the last index then stays.
    """
    # Addresses keep their index.html, as those of all links do.
    command = [sys.executable, "-m", "pagefind", "--site", str(site)]
    options = ["--exclude-selectors", ",".join(_NOT_SEARCHED), "--keep-index-url", "--silent"]
    # The lists are the longest pages, and none of their words are searched: Pagefind need not read them.
    options += ["--glob", _searched(knowledge)]
    with replacing(site / FOLDER) as folder:
        whole = [*command, *options, "--output-path", str(folder)]
        done = subprocess.run(whole, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            raise RuntimeError(f"Pagefind could not index the pages: {done.stderr.strip() or done.stdout.strip()}")
        for pattern in _UNUSED:
            for path in folder.glob(pattern):
                path.unlink()
        (folder / "facets.json").write_text(_facets(folder, knowledge), encoding="utf-8")


def _searched(knowledge: KnowledgeBase) -> str:
    """A pattern for the pages of entries: those of a kind in its folder, those of prose and the first at the root."""
    folders = [f"{kind.folder}/*/" for kind in KINDS if kind is not Page]
    paths = [*folders, *(page.path for page in knowledge.pages.values()), ""]
    return f"{{{','.join(f'{path}index.html' for path in paths)}}}"


def _facets(folder: Path, knowledge: KnowledgeBase) -> str:
    """All facets as name and label, and the numbers of those that each page has, by Pagefind's name for the page."""
    of_page = {
        f"/{entry.path}index.html": facets(knowledge, entry)
        for entry in knowledge.entries()
        if entry.status is Status.PUBLISHED
    }
    every = sorted(frozenset().union(*of_page.values()))
    numbers = {facet: number for number, facet in enumerate(every)}
    pages = {name: sorted(numbers[facet] for facet in of_page.get(url, ())) for name, url in _pages(folder)}
    return json.dumps({"facets": [(NAMES[facet.name], facet.label) for facet in every], "pages": pages})


def _pages(folder: Path) -> Iterator[tuple[str, str]]:
    """Pagefind's names for the pages with their addresses, from its files about them: a signature, then JSON."""
    for path in sorted((folder / "fragment").iterdir()):
        page = json.loads(gzip.decompress(path.read_bytes()).removeprefix(b"pagefind_dcd"))
        yield path.stem, page["url"]
