"""references.bib to references, each with its AMA-style citation, and every fault at its line."""

from kb.read.bibliography.ama import format_reference
from kb.read.bibliography.records import parse

__all__ = ["format_reference", "parse"]
