"""The files of the theme that pages load: what lies in its folder static, and the one stylesheet."""

from __future__ import annotations

from pathlib import Path

from rcssmin import cssmin


def theme_files(theme: Path) -> dict[str, bytes]:
    """The files by path below the site's root, all in its folder theme/."""
    static = theme / "static"
    files = {
        f"theme/{path.relative_to(static).as_posix()}": path.read_bytes()
        for path in sorted(static.rglob("*"))
        if path.is_file()
    }
    return {**files, "theme/style.css": stylesheet(theme).encode()}


def stylesheet(theme: Path) -> str:
    """The sheets of ``theme/styles`` in the order of their names, as one minified text."""
    sheets = sorted((theme / "styles").glob("*.css"))
    return str(cssmin("\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets)))
