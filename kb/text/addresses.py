"""Web addresses that may mislead their readers."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from kb.text.characters import described, hidden, like, lookalikes, script

_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)*\.?|[0-9a-f:.]+")
# Letters with accents as in müller.de; only those of the second line look like other letters.
_ACCENTED = re.compile("[\u00df-\u00f6\u00f8-\u017e]")
_LOOK_ALIKE = frozenset("ıĸŀŉ")
PATTERN = re.compile(r"https?:[^\s<>\"')\]]*", re.I)
"""Where a web address starts in a text, and how far it goes."""


def fault(address: str) -> str | None:
    """What misleads in an http or https address, as a sentence about it; None if nothing does."""
    suspect = next(hidden(address), None) or next(hidden(unquote(address)), None)
    if suspect:
        return f"it contains {suspect.what}"
    if "\\" in address:
        return "it contains a backslash"
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "its host cannot be read"
    if "@" in parts.netloc:
        return f"the part before @ is ignored, so it leads to {host}"
    if not _HOST.fullmatch(host) or port == 0:
        return "it has no host" if not host else f"its host {host!r} cannot be read"
    for label in host.rstrip(".").split("."):
        if fault := _fault_of_label(label):
            return f"in its host name, {fault}"
    suspect = next(lookalikes(unquote(address)), None)
    return f"it contains {suspect.what}" if suspect else None


def host_of(address: str) -> str:
    """The host of an address without www; empty if it has none that can be read."""
    try:
        return (urlsplit(address if "//" in address else f"//{address}").hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _fault_of_label(label: str) -> str:
    """What misleads in one part of a host name: letters of two alphabets, or only ones that look like Latin letters."""
    if label.startswith("xn--"):
        try:
            label = label[4:].encode().decode("punycode")
        except UnicodeError:
            return f"{label} is not a name"
    others = [sign for sign in label if not sign.isascii() and (not _ACCENTED.match(sign) or sign in _LOOK_ALIKE)]
    if not others:
        return ""
    scripts = {script(sign) for sign in label if sign.isalpha()}
    if len(scripts) > 1 or scripts == {"LATIN"} or all(like(sign) for sign in others):
        return like("".join(others)) or f"{described(others[0])} is from another alphabet than the letters beside it"
    return ""
