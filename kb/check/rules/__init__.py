"""The rules, one family a module; importing a family adds its rules to ``kb.check.rule.RULES``."""

from kb.check.rules import (
    bodies,
    crosswalk,
    duplicates,
    findings,
    forensics,
    lifecycle,
    links,
    markup,
    references,
    text,
)

__all__ = [
    "bodies",
    "crosswalk",
    "duplicates",
    "findings",
    "forensics",
    "lifecycle",
    "links",
    "markup",
    "references",
    "text",
]
