"""The rules, one family a module; importing a family adds its rules to ``RULES``."""

from kb.check.rule import RULES
from kb.check.rules import bodies, findings, lifecycle, references, text

__all__ = ["RULES", "bodies", "findings", "lifecycle", "references", "text"]
