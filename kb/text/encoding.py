"""What the bytes of a file are, where they are not UTF-8 text."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple


class NotText(NamedTuple):
    """Why a file cannot be read as UTF-8."""

    line: int
    """The first line that cannot be read, counted from 1."""
    what: str
    """What was found, e.g. "this one is UTF-16"."""
    hint: str
    """How to fix it."""


_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32", "utf-32"),
    (codecs.BOM_UTF32_BE, "UTF-32", "utf-32"),
    (codecs.BOM_UTF16_LE, "UTF-16", "utf-16"),
    (codecs.BOM_UTF16_BE, "UTF-16", "utf-16"),
)
_FORMATS = (
    (re.compile(rb"PK\x03\x04"), "a Word document or another ZIP file"),
    (re.compile(rb"\xd0\xcf\x11\xe0"), "an old Word document"),
    (re.compile(rb"\{\\rtf"), "rich text (RTF)"),
    (re.compile(rb"%PDF-"), "a PDF"),
    (re.compile(rb"\x89PNG|\xff\xd8\xff|GIF8"), "an image"),
    (re.compile(rb"bplist"), "a file of a Mac program"),
    (re.compile(rb"\s*<(?:!doctype|html|\?xml)", re.I), "a web page or XML"),
)
_SAVE = "in your editor choose Save As (in VS Code: Save with Encoding), and there the encoding UTF-8"
_REOPEN = "in VS Code choose Reopen with Encoding and {}, look at the words, then Save with Encoding and UTF-8"
_PLAIN = "copy its words into a file of plain text, e.g. one that kb new writes"
_OLDER = (("cp1252", "Windows-1252", "older Windows programs"), ("mac-roman", "Mac Roman", "old Mac programs"))
# What stands in English texts on our subject beside ASCII.
_USUAL = frozenset(
    "\u2013\u2014\u2018\u2019\u201c\u201d\u2022\u2026\u00a0±²³½×÷°·µ§®™≤≥éèêëáàâäãåóòôöõøúùûüíìîïñçßÉÖÜÄÅØ"
)


def not_text(data: bytes) -> NotText | None:
    """Why bytes are not UTF-8 text; None if they are."""
    for form, what in _FORMATS:
        if form.match(data):
            return NotText(1, f"this is {what}", _PLAIN)
    for mark, name, codec in _MARKS:
        if data.startswith(mark) and not (name == "UTF-16" and len(data) % 2):
            return NotText(1, f"this one is {name}", _SAVE if _reads(data, codec) else _PLAIN)
    zeros = data[:4000].count(0)
    if zeros and 3 * zeros > len(data[:4000]):
        return NotText(1, "this one is UTF-16 or UTF-32", _SAVE)
    try:
        data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = data[error.start : error.start + 1]
        found = f"found the byte 0x{byte.hex()}"
        if b"\0" in data:
            return NotText(line, f"{found}, and this is no text at all", _PLAIN)
        codec, name, programs = max(_OLDER, key=lambda older: _usual(data, older[0]))
        sign = byte.decode(codec, "ignore")
        if not _usual(data, codec) or not sign.isprintable():
            return NotText(line, found, _SAVE)
        return NotText(line, f"{found}: that is {sign} in {name}, as {programs} write it", _REOPEN.format(name))
    return None


def _reads(data: bytes, codec: str) -> bool:
    try:
        data.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _usual(data: bytes, codec: str) -> int:
    """How many more usual signs than others the bytes beyond ASCII are in an encoding; none where it is less than 1."""
    signs = re.sub(rb"[\0-\x7f]+", b"", data).decode(codec, "replace")
    return max(sum(1 if sign in _USUAL else -1 for sign in signs), 0)
