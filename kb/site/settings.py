"""The settings of Pelican for this site."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from kb.folders import carried

SITENAME = "Clinician Burnout Evidence Base"
HOLDS = "a site"
"""What the output folder holds."""


def pelican_settings(content: Path, output: Path, today: date | None, site_url: str = "") -> dict[str, Any]:
    """The settings to build the site of a content folder; ``today`` is the day of the build, None for the present.

    ``site_url`` is the address at which the site will stand. Links are relative all the same; it is for what needs
    whole addresses. All pages come from the plugin; what Pelican does by itself is switched off: its readers, feeds,
    tags and archives.
    """
    return {
        "SITENAME": SITENAME,
        # With relative links the site works below any path, and opened as files.
        "SITEURL": site_url.rstrip("/"),
        "RELATIVE_URLS": True,
        "PATH": str(content),
        "OUTPUT_PATH": str(output),
        # The plugin writes the files, and removes none but its own.
        "DELETE_OUTPUT_DIRECTORY": False,
        "THEME_STATIC_PATHS": [],
        "TODAY": today,
        "TIMEZONE": "UTC",
        "DEFAULT_LANG": "en",
        "LOCALE": ["C"],
        "PLUGINS": ["kb.site.plugin"],
        "THEME": str(carried("theme")),
        "ARTICLE_PATHS": [],
        "PAGE_PATHS": [],
        "STATIC_PATHS": [],
        "DIRECT_TEMPLATES": [],
        "TAG_SAVE_AS": "",
        "CATEGORY_SAVE_AS": "",
        "AUTHOR_SAVE_AS": "",
        "FEED_ALL_ATOM": None,
        "CATEGORY_FEED_ATOM": None,
        "TRANSLATION_FEED_ATOM": None,
        "AUTHOR_FEED_ATOM": None,
        "AUTHOR_FEED_RSS": None,
    }
