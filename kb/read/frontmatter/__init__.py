"""Front matter: text to values with line numbers, and values to models with every error at its line."""

from kb.read.frontmatter.parsing import (
    PLACEHOLDER,
    FrontMatter,
    Loc,
    count_placeholders,
    parse,
    straight_quotes,
    texts,
)
from kb.read.frontmatter.syntax import with_usual_blanks
from kb.read.frontmatter.validation import Needs, build, field_names, lacks, right_way, salvage

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
    "right_way",
    "salvage",
    "straight_quotes",
    "texts",
    "with_usual_blanks",
]
