"""The static site, built with Pelican from the model."""

from __future__ import annotations

import locale
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kb.model import KnowledgeBase
from kb.site.settings import HOLDS, pelican_settings

__all__ = ["HOLDS", "SiteError", "build_site", "pelican_settings"]


class SiteError(Exception):
    """Raised where Pelican could not build the site; the message is what it logged."""


def build_site(
    knowledge: KnowledgeBase,
    content: Path,
    progress: Callable[[int, int], None] | None = None,
    site_url: str = "",
) -> dict[str, bytes]:
    """All files of the site, by path below its root; nothing is written.

    ``content`` is the folder that was read; ``progress`` is called after each page with the number done and that of
    all; ``site_url`` is the address at which the site will stand, for sitemap, feeds and citations. Raises SiteError
    where Pelican logs an error. Two builds of the same content and day give the same bytes.
    """
    # Imported late: it takes a second, and changes the class of loggers.
    from pelican import Pelican, console
    from pelican.settings import read_settings

    files: dict[str, bytes] = {}
    # Pelican wants a folder to write to, and leaves it empty.
    with TemporaryDirectory(prefix="kb-site-") as unused, _errors_logged() as errors, _restored(console):
        settings = pelican_settings(content.resolve(), Path(unused), knowledge.today, site_url)
        given = {"KNOWLEDGE": knowledge, "PROGRESS": progress, "PUBLISH": files.update}
        Pelican(read_settings(override={**settings, **given})).run()
    if errors:
        raise SiteError("\n".join(errors))
    return files


@contextmanager
def _errors_logged() -> Iterator[list[str]]:
    """The messages of level error and above that are logged within the block."""
    messages: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            messages.append(record.getMessage())

    listener = Listener(logging.ERROR)
    root = logging.getLogger()
    root.addHandler(listener)
    try:
        yield messages
    finally:
        root.removeHandler(listener)


@contextmanager
def _restored(console: Any) -> Iterator[None]:
    """Pelican's console kept quiet within the block; the import path and the locale as they were after it."""
    path, quiet, used = list(sys.path), console.quiet, locale.setlocale(locale.LC_ALL)
    console.quiet = True
    try:
        yield
    finally:
        sys.path[:], console.quiet = path, quiet
        locale.setlocale(locale.LC_ALL, used)
