"""The Pelican plugin: a generator that makes every page of the checked content through the theme.

Pelican loads it by the setting PLUGINS and calls `register`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pelican import signals
from pelican.generators import Generator

from kb.check import read
from kb.folders import FolderError, publish
from kb.problems import ContentError
from kb.site.context import HOLDS
from kb.site.files import theme_files
from kb.site.finder import search_files
from kb.site.pages import make_files


class EntriesGenerator(Generator):  # type: ignore[misc]
    """Makes the whole site from the setting ``KNOWLEDGE``."""

    def files(self, progress: Callable[[int, int], None] | None = None) -> dict[str, bytes]:
        """All files by path below the site's root; ``progress`` as in `kb.site.build_site`.

        An error in a template is raised, so that no half of a site passes for a whole.
        """
        knowledge = self.settings["KNOWLEDGE"]
        made = make_files(knowledge, self._render, self.settings["SITEURL"], progress)
        files = {**theme_files(Path(self.theme)), **dict(made)}
        return files | search_files(files, knowledge)

    def generate_output(self, _writer: Any) -> None:
        """Write all files to the output folder."""
        try:
            publish(self.files(), Path(self.output_path), HOLDS, [Path(self.settings["PATH"])])
        except FolderError as error:
            raise SystemExit(f"error: {error}") from None

    def _render(self, name: str, variables: Mapping[str, Any]) -> str:
        html: str = self.get_template(name).render(variables, SITENAME=self.settings["SITENAME"])
        return html


def get_generators(pelican: Any) -> type[EntriesGenerator]:
    """Read the content before anything is written, and hand Pelican the generator.

    Where the content has errors they are printed as ``path:line: code message`` and the process ends with status 1:
    Pelican would bury them in a traceback.
    """
    try:
        pelican.settings["KNOWLEDGE"] = read(Path(pelican.settings["PATH"]))
    except ContentError as error:
        print(error, file=sys.stderr)
        raise SystemExit(1) from None
    return EntriesGenerator


def register() -> None:
    """Called by Pelican when it loads the plugin."""
    signals.get_generators.connect(get_generators)
