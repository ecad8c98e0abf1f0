"""The Pelican plugin: reads and checks the content, then writes every page of the model through the theme."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from pelican import signals
from pelican.generators import Generator

from kb.problems import ContentError
from kb.render import at_depth
from kb.rules import read
from kb.site.contexts.colophon import Colophons
from kb.site.files import files
from kb.site.finder import index_site
from kb.site.history import read_history
from kb.site.pages import Site, pages, site
from kb.site.styles import stylesheet

_FOLDER = re.compile(r'href="(/(?:[^"#?]*/)?)(#[^"]*)?"')


class Pages(Generator):  # type: ignore[misc]
    """Writes one file for each page."""

    def generate_output(self, writer: Any) -> None:
        """Write all pages. An error in a template is raised, so that no half of a site passes for a whole."""
        knowledge = self.settings["KNOWLEDGE"]
        frame, site_url = site(knowledge), self.settings["SITEURL"]
        colophons = Colophons(knowledge, site_url, read_history(Path(self.settings["PATH"])))
        pages, progress = self.settings["PAGES"], self.settings.get("PROGRESS")
        for number, page in enumerate(pages, 1):
            template = _Relative(self.get_template(page.template), page.path.count("/"))
            given = {"page": page, "site": frame, "colophon": colophons.of(page)}
            writer.write_file(f"{page.path}index.html", template, self.context, True, **given)
            if progress:
                progress(number, len(pages))
        for path, data in files(knowledge, pages, site_url):
            file = Path(self.output_path) / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        sheet = Path(self.output_path) / "theme" / "style.css"
        sheet.parent.mkdir(parents=True, exist_ok=True)
        sheet.write_text(stylesheet(Path(self.theme)), encoding="utf-8")


class _Relative:
    """A template whose links lead from the page's own folder, so that they work at any address and in files."""

    def __init__(self, template: Any, depth: int) -> None:
        self._template, self._depth = template, depth

    def render(self, context: dict[str, Any]) -> str:
        # A folder opened as a file would show its listing, so links name the page in it.
        html = _FOLDER.sub(lambda match: f'href="{match[1]}index.html{match[2] or ""}"', self._template.render(context))
        return at_depth(html, self._depth)


def read_content(pelican: Any) -> type[Pages]:
    """Read the content before anything is written, and hand Pelican the generator.

    ``KNOWLEDGE`` in the settings is used where a caller has read it already. Where the content has errors they are
    printed as ``path:line: code message`` and the process ends with status 1: Pelican would bury them in a traceback.
    """
    settings = pelican.settings
    if "KNOWLEDGE" not in settings:
        try:
            settings["KNOWLEDGE"] = read(Path(settings["PATH"]), settings["TODAY"])
        except ContentError as error:
            print(error, file=sys.stderr)
            raise SystemExit(1) from None
    settings["PAGES"] = tuple(pages(settings["KNOWLEDGE"]))
    return Pages


def add_search(pelican: Any) -> None:
    """Index the pages for the search, when all of them are written."""
    index_site(Path(pelican.output_path), pelican.settings["KNOWLEDGE"])


def register() -> None:
    """Called by Pelican when it loads the plugin."""
    signals.get_generators.connect(read_content)
    signals.finalized.connect(add_search)


__all__ = ["Pages", "Site", "read_content", "register"]
