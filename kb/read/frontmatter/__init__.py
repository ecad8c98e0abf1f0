"""Front matter: text to values with line numbers, and values to models with every error at its line."""

from kb.read.frontmatter.parsing import PLACEHOLDER, FrontMatter, Loc, count_placeholders, parse, texts
from kb.read.frontmatter.validation import Needs, build, field_names, lacks, salvage

__all__ = [
    "PLACEHOLDER",
    "FrontMatter",
    "Loc",
    "Needs",
    "build",
    "count_placeholders",
    "field_names",
    "lacks",
    "parse",
    "salvage",
    "texts",
]
