"""The rules, one family a module; importing a family adds its rules to ``RULES``."""

from kb.check.rule import RULES
from kb.check.rules import bodies, directions, findings, lifecycle, references, strength, tables, text

__all__ = ["RULES", "bodies", "directions", "findings", "lifecycle", "references", "strength", "tables", "text"]
