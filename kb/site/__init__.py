"""The static site, built with Pelican from the model."""

from __future__ import annotations

import locale
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kb.collector import put_off
from kb.folders import replacing
from kb.model import KnowledgeBase
from kb.site.press import Press
from kb.site.settings import pelican_settings

__all__ = ["SiteError", "build_site", "pelican_settings"]


class SiteError(Exception):
    """Raised where Pelican could not build the site; the message is what it logged."""


@put_off
def build_site(
    knowledge: KnowledgeBase,
    content: Path,
    output: Path,
    progress: Callable[[int, int], None] | None = None,
    site_url: str = "",
) -> Press:
    """Build the site of a public knowledge base; it takes the place of ``output`` only when it is whole.

    ``content`` is the folder that was read; ``progress`` is called after each page with the number done and that of
    all; ``site_url`` is the address at which the site will stand, for sitemap, feeds and citations. Raises SiteError
    where Pelican logs an error. Two builds of the same content and day give the same bytes. What is returned can
    print again what a change of the content touches (`kb.site.upkeep`).
    """
    with replacing(output.resolve()) as new:
        settings = pelican_settings(content.resolve(), new, knowledge.today, site_url)
        return _run({**settings, "KNOWLEDGE": knowledge, "PROGRESS": progress})


def _run(settings: dict[str, Any]) -> Press:
    """Run Pelican in this process. Raises SiteError for any error that it logs, since it goes on after most."""
    # Imported late: it takes a second, and changes the class of loggers.
    from pelican import Pelican, console
    from pelican.settings import read_settings

    with _errors_logged() as errors, _restored(console):
        pelican = Pelican(read_settings(override=settings))
        pelican.run()
    if errors:
        raise SiteError("\n".join(errors))
    # Taken out, lest a press that nobody needs any more be kept by what it uses itself.
    press: Press = pelican.settings.pop("PRESS")
    return press


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
