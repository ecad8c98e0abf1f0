"""Wording: values as remedies print them, in quotes, cut short, or counted."""

from __future__ import annotations

import re


def before(name: str) -> str:
    """What stands before a value: the name of its field, or a dash."""
    return "- " if name == "-" else f"{name}: "


def without_comment(text: str) -> str:
    """A value up to the comment behind it."""
    return re.split(r"\s#", text, maxsplit=1)[0].rstrip()


def quotes(text: str, sign: str = "'") -> str:
    """A text in quotes, as YAML wants those that it holds."""
    text = text.strip("\u201c\u201d\u2018\u2019") if text[:1] in "\u201c\u2018" else text
    if sign == '"' or ("'" in text and '"' not in text and "\\" not in text):
        return '"' + re.sub(r'(?<!\\)"', r"\"", text) + '"'
    return "'" + re.sub(r"'+", "''", text) + "'"


def short(text: str) -> str:
    """A text, cut where it is long."""
    return text if len(text) <= 60 else f"{text[:57]}..."


def count(spaces: int) -> str:
    """So many spaces, in words."""
    return f"{spaces} space{'' if spaces == 1 else 's'}"
