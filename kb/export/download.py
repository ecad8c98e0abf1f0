"""Download: what is said of a file, or a family of files, wherever files are listed."""

from __future__ import annotations

from typing import NamedTuple


class Download(NamedTuple):
    """A file, or a family of files, to be downloaded."""

    path: str
    """Its path below the site's root; of a family with a placeholder."""
    type: str
    holds: str
    """What it holds, in a sentence."""
    parts: tuple[str, ...] = ()
    """The parts of the JSON Schema of which the file fits one, or each of its lines; none where it has no schema."""

    @property
    def linked(self) -> bool:
        """Whether the path is one file that a link can lead to."""
        return "{" not in self.path
