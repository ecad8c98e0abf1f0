"""The Pelican plugin: reads and checks the content, then makes every page of the model through the theme."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pelican import signals
from pelican.generators import Generator

from kb.check import read
from kb.folders import FolderError, publish
from kb.problems import ContentError
from kb.site.builder import make_files
from kb.site.finder import search_files
from kb.site.history import read_history
from kb.site.settings import HOLDS
from kb.site.styles import theme_files
from kb.site.templates import environment


class Pages(Generator):  # type: ignore[misc]
    """Makes the whole site, then hands it on: to the setting ``PUBLISH``, else to the output folder."""

    env: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.env = environment(self.env.loader)

    def generate_output(self, _writer: Any) -> None:
        """Make all files. An error in a template is raised, so that no half of a site passes for a whole."""
        settings = self.settings
        knowledge, content = settings["KNOWLEDGE"], Path(settings["PATH"])
        made = make_files(
            knowledge, read_history(content), self._template, settings["SITEURL"], settings.get("PROGRESS")
        )
        files = {**theme_files(Path(self.theme)), **dict(made)}
        files |= search_files(files, knowledge)
        if hand_on := settings.get("PUBLISH"):
            hand_on(files)
            return
        try:
            publish(files, Path(self.output_path), HOLDS, [content])
        except FolderError as error:
            raise SystemExit(f"error: {error}") from None

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


def register() -> None:
    """Called by Pelican when it loads the plugin."""
    signals.get_generators.connect(read_content)


__all__ = ["Pages", "read_content", "register"]
