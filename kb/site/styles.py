"""The one stylesheet of the site, joined and minified from the sheets of the theme."""

from __future__ import annotations

from pathlib import Path

from rcssmin import cssmin


def stylesheet(theme: Path) -> str:
    """The sheets of ``theme/styles`` in the order of their names, as one minified text."""
    sheets = sorted((theme / "styles").glob("*.css"))
    return str(cssmin("\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets)))
