"""Limits: how large the parts of a file may be, so that reading it is quick and takes little memory whatever it holds.

Each is about ten times what the largest entry or record holds that is known to us. All are counts: they mean the same
on every machine. What is larger is a problem at its line (KB111), reported before anything is made of it.
"""

from __future__ import annotations

FILE_BYTES = 1_000_000
"""Of a content file. The bibliography of 193 works has 96 KB, the largest entry 71 KB."""

FRONT_LINES = 20_000
"""Lines of front matter; the study with most findings has 1,960. Faults are looked for line by line."""
LINE = 10_000
"""Characters of a line of front matter; the longest has 702."""
VALUES = 25_000
"""Values, lists and groups in front matter; that study has 2,322. Each costs a kilobyte while it is read."""
FIELDS = 100
"""Fields of one group; a finding, the largest, can have 21."""
ITEMS = 1_000
"""Items of one list; the longest has 86 findings."""
TEXT = 10_000
"""Characters of one text or name; the longest has 690."""
DEPTH = 12
"""Levels of front matter; the deepest has 5."""

BODY = 100_000
"""Characters of a text below the front matter; the longest has 7,345."""
PARAGRAPH = 15_000
"""Characters of a text between two blank lines; the longest has 1,483. Python-Markdown reads one again and again."""
OPEN_BRACKETS = 20
"""Brackets of a paragraph that are open at once; 2 is usual. Python-Markdown looks for the end of each."""
ANGLES = 1_000
"""Signs < in a text, each of which may start HTML; a text full of P values has 50."""
CELLS = 5_000
"""Cells of a table, its longest row times its rows; 150 is usual. Each row is filled up to the length of the first."""
LEVELS = 10
"""Lists and quotations in one another; 2 is usual. Python-Markdown enters each by calling itself."""
HEADINGS = 500
"""Headings of a text; the page with most has 40."""
CITED = 2_000
"""Citations and links in a text, counted by their signs [ and @; the text with most has 40."""

RECORDS = 2_000
"""Records of a bibliography, with its strings and comments; references.bib has 193."""
RECORD_FIELDS = 200
"""Fields of a record; 12 is usual, of a record that a program exported 40."""
BIB_FIELDS = 40_000
"""Fields of a bibliography; references.bib has 1,900, and those that programs export have twice as many a record."""
PARTS = 100
"""Parts of a value that are joined by #; 2 is usual."""
VALUE = 50_000
"""Characters of a value in a record, with its strings replaced by their text; an abstract of 2,000 is usual."""
EXPANDED = 2 * FILE_BYTES
"""Characters of all values of a bibliography, with their strings replaced by their text."""
BRACES = 20
"""Braces in one another in a bibliography; 4 is usual. pybtex reads each level by calling itself."""
LATEX = 40_000
"""Signs \\, $ and braces in the values of a bibliography, which are LaTeX; 2,000 works with accents have 10,000."""
KEY = 200
"""Characters of the key of a record; 80 are allowed, and one that is a little longer is reported by its name."""
QUOTES = 1_000
"""Quotes of a bibliography without a brace between them; with braces around records 24. pybtex looks for the next."""
AUTHORS = 10_000
"""Authors and editors of a bibliography; references.bib has 960."""
TRIED = 1_000_000
"""Characters of a file times the fixes that ``kb check --fix`` tries one by one, each of which reads the file anew."""
NAME = 1_000
"""Characters of the name of a person or group in a record; 60 is long."""
WORKS = 2_000
"""Works that are added at once."""
FAULTS = 100
"""Faults of form that are reported for one bibliography or file of works; the rest is read when these are fixed."""
LIKENESS = 60
"""Letters of the words in which two titles differ that are compared letter by letter; slips are in few words."""
PAIRS = 20_000
"""Pairs of titles that are compared when works are added; 100 works and references.bib give 5,000."""

SPELLING = 5_000_000
"""Letters of a word times letters of the names it is compared with, in the search for the nearest spelling.

One rule looks as long as this lasts: for 80 unknown keys of 200, or 1,000 unknown fields. Further problems are
reported without the nearest spelling.
"""
SHOWN = 20
"""Names that a hint lists."""
