"""Upkeep: a site that is built once and then kept in step with its content, each time only as far as need be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kb.folders import carried, remove, signature, write
from kb.model import KnowledgeBase
from kb.site import build_site
from kb.site.finder import index_site
from kb.site.history import read_history
from kb.site.press import Press

Progress = Callable[[int, int], None]


class Upkeep:
    """The site of one content folder in one output folder. Not for use by two threads at once."""

    def __init__(self, content: Path, output: Path, site_url: str = "") -> None:
        self._content, self._output, self._site_url = content, output, site_url
        self._press: Press | None = None
        self._theme: frozenset[tuple[str, int, int]] = frozenset()
        self._unsearched: KnowledgeBase | None = None

    def publish(self, knowledge: KnowledgeBase, progress: Progress | None = None) -> None:
        """Bring the site in step with a knowledge base; the search follows with `index`.

        The first time, and after a change of the theme, all of it is built and takes the place of the last; then
        every file is made anew that depends on what changed, and each takes the place of its last version. All are
        made before any is written, so that an error leaves the site as it is.
        """
        theme = signature(carried("theme"))
        if self._press is None or theme != self._theme:
            self._press = build_site(knowledge, self._content, self._output, progress, self._site_url)
            self._theme, self._unsearched = theme, None
            return
        press, self._press = self._press, None  # should writing fail, the next time builds all
        before = press.paths
        try:
            files = dict(press.print(knowledge, read_history(self._content)))
        except BaseException:
            self._press = press
            raise
        for path, data in files.items():
            _write(self._output / path, data)
        for path in before - press.paths:
            remove(self._output / path, self._output)
        self._press, self._unsearched = press, knowledge

    def index(self) -> bool:
        """Bring the search in the browser in step with the pages; False where it was already."""
        if self._unsearched is None:
            return False
        knowledge, self._unsearched = self._unsearched, None
        index_site(self._output, knowledge)
        return True


def _write(path: Path, data: bytes) -> None:
    """Write a file unless it holds those bytes already."""
    if not path.is_file() or path.read_bytes() != data:
        write(path, data)


__all__ = ["Upkeep"]
