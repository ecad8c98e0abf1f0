"""The place in CONTRIBUTING.md that explains a problem code."""

from __future__ import annotations

import re

from kb.problems import CODES

FILE = "CONTRIBUTING.md"


def heading(code: str) -> str:
    """The heading that explains a code, without its signs of Markdown."""
    return f"{code} {CODES[code].meaning.removesuffix('.')}"


def link(code: str) -> str:
    """The address of that heading, relative to the root of the repository, as GitHub makes it."""
    words = re.sub(r"[^\w -]", "", heading(code).lower())
    return f"{FILE}#{words.replace(' ', '-')}"
