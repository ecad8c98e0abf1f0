"""The Pelican plugin: reads and checks the content, then writes every page of the model through the theme."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pelican import signals
from pelican.generators import Generator

from kb.problems import ContentError
from kb.rules import read
from kb.site.finder import index_site
from kb.site.history import read_history
from kb.site.press import Press
from kb.site.styles import stylesheet
from kb.site.templates import Templates


class Pages(Generator):  # type: ignore[misc]
    """Writes what the press prints."""

    env: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.env = Templates(self.env.loader)

    def generate_output(self, _writer: Any) -> None:
        """Write all files. An error in a template is raised, so that no half of a site passes for a whole."""
        output, settings = Path(self.output_path), self.settings
        press = Press(self._template, settings["SITEURL"])
        history = read_history(Path(settings["PATH"]))
        folders = set()
        for path, data in press.print(settings["KNOWLEDGE"], history, settings.get("PROGRESS")):
            file = f"{self.output_path}/{path}"
            folder = file.rpartition("/")[0]
            if folder not in folders:
                os.makedirs(folder, exist_ok=True)  # noqa: PTH103
                folders.add(folder)
            # A Path would make a small file twice as dear.
            with open(file, "wb", buffering=0) as handle:  # noqa: PTH123
                handle.write(data)
        sheet = output / "theme" / "style.css"
        sheet.parent.mkdir(parents=True, exist_ok=True)
        sheet.write_text(stylesheet(Path(self.theme)), encoding="utf-8")
        settings["PRESS"] = press

    def _template(self, name: str, variables: Mapping[str, Any]) -> str:
        html: str = self.get_template(name).render(variables, SITENAME=self.settings["SITENAME"])
        return html


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
    return Pages


def add_search(pelican: Any) -> None:
    """Index the pages for the search, when all of them are written."""
    index_site(Path(pelican.output_path), pelican.settings["KNOWLEDGE"])


def register() -> None:
    """Called by Pelican when it loads the plugin."""
    signals.get_generators.connect(read_content)
    signals.finalized.connect(add_search)


__all__ = ["Pages", "read_content", "register"]
