"""references.bib to references, each with its AMA-style citation, and every fault at its line."""

from kb.bibliography.ama import format_reference
from kb.bibliography.records import parse

__all__ = ["format_reference", "parse"]
