"""A release: the published content of one day, which is kept, cited and never changed."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

RELEASE_NAME = re.compile(r"(\d{4})\.(0[1-9]|1[0-2])(?:\.([2-9]|[1-9]\d+))?")
"""Year and month, e.g. 2026.12; further releases of a month are 2026.12.2, 2026.12.3 and so on."""


@dataclass(frozen=True)
class Release:
    """A line of the list of releases."""

    name: str
    """Year and month, e.g. 2026.12; see RELEASE_NAME."""
    date: datetime.date
    """The day for which it is built, whatever the clock says."""
    content: str
    """The SHA-256 of its content, in hexadecimal: content with this digest is this release."""
    doi: str | None = None
    """Its DOI; None where it has none."""
