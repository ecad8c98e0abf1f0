"""The static site, made with Pelican from the model."""

from __future__ import annotations

import locale
from collections.abc import Callable
from pathlib import Path

from kb.folders import data_file
from kb.model import KnowledgeBase
from kb.site.context import HOLDS


def build_site(
    knowledge: KnowledgeBase,
    content: Path,
    progress: Callable[[int, int], None] | None = None,
    site_url: str = "",
) -> dict[str, bytes]:
    """All files of the site, by path below its root; nothing is written.

    ``content`` is the folder that was read; ``progress`` is called after each page with the number done and that of
    all; ``site_url`` is the address of the site, for sitemap, feeds and citations. Two builds of the same content and
    day give the same bytes.
    """
    # Imported late: a command that builds nothing need not wait for Pelican.
    from pelican.settings import read_settings

    from kb.site.plugin import EntriesGenerator

    given = {"PATH": str(content.resolve()), "SITEURL": site_url.rstrip("/"), "KNOWLEDGE": knowledge}
    before = locale.setlocale(locale.LC_ALL)
    try:
        # This sets the locale of the whole process, on which the encoding of files depends that others open later.
        settings = read_settings(str(data_file("pelicanconf.py")), override=given)
        paths = settings["PATH"], settings["THEME"], settings["OUTPUT_PATH"]
        return EntriesGenerator(settings, settings, *paths).files(progress)
    finally:
        locale.setlocale(locale.LC_ALL, before)


__all__ = ["HOLDS", "build_site"]
