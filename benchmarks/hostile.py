"""Files that would hold up a check: each kind with as much of it as is asked for.

The tests ask that every kind is checked within bounds, with 1 MB of it too; `bounded_work.py` measures how the CPU that
it takes grows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

_STATE = "status: published\nreviewed: 2026-11-01\n"
_PAGE = f"title: Hostile\nsummary: A page.\n{_STATE}"
_STUDY = (
    f"title: Hostile\nsummary: A study.\n{_STATE}reference: moss-2021\ndesign: rct\nreading_basis: abstract\n"
    "no_findings_reason: None.\n"
)
_FINDING = "outcome: burnout, comparison: descriptive, measure: other, place: Table 1"
_RECORD = "@misc{{{key},\n  title = {{A title}},\n  url = {{https://example.org/}},\n  verified = {{seed}},\n{more}}}\n"


@dataclass(frozen=True)
class Kind:
    """A file of one kind: its path in the content, or of a file for ``kb cite``; and its text with n of something."""

    path: str
    text: Callable[[int], str]
    most: int
    """How many the limits allow, about."""

    @property
    def in_content(self) -> bool:
        """Whether it is a file of the content, and none for ``kb cite``."""
        return "/" in self.path or self.path == "references.bib"

    def of_size(self, size: int) -> str:
        """The text with so many that it has nearly ``size`` bytes."""
        one, two = len(self.text(1000).encode()), len(self.text(2000).encode())
        text = self.text(max(int(900 * size / max(two - one, 1)), 1))
        return text.encode()[:size].decode(errors="ignore")


def _front(fields: Callable[[int], str], most: int, before: str = _STUDY) -> Kind:
    return Kind("studies/hostile-2021.md", lambda n: f"---\n{before}{fields(n)}---\n", most)


def _body(text: Callable[[int], str], most: int) -> Kind:
    return Kind("pages/hostile.md", lambda n: f"---\n{_PAGE}---\n{text(n)}\n", most)


def _record(more: Callable[[int], str], most: int) -> Kind:
    return Kind("references.bib", lambda n: _RECORD.format(key="moss-2021", more=more(n)), most)


def _bib(text: Callable[[int], str], most: int) -> Kind:
    return Kind("references.bib", text, most)


def _cited(name: str, text: Callable[[int], str], most: int) -> Kind:
    return Kind(name, text, most)


def _many(text: str, between: str = "") -> Callable[[int], str]:
    """A text again and again, with § replaced by a number."""
    return lambda n: between.join(text.replace("§", str(number)) for number in range(n))


def _paragraphs(text: str, each: int) -> Callable[[int], str]:
    """A text again and again, so many times a paragraph."""
    return lambda n: "\n\n".join(
        "".join(text.replace("§", str(number)) for number in range(start, min(start + each, n)))
        for start in range(0, n, each)
    )


def _findings(each: str) -> Callable[[int], str]:
    return lambda n: "findings:\n" + _many(f"  - {{id: f-§, {_FINDING}, {each}}}\n")(n)


KINDS: dict[str, Kind] = {
    # Front matter
    "unknown fields": _front(_many("unknown§: x\n"), 90),
    "fields twice": _front(_many("title: x\n"), 90),
    "findings": _front(_findings("n: 1"), 1000),
    "findings with unknown fields": _front(_findings("placee: x, estimat: 1, unitt: 2"), 1000),
    "findings with wrong words": _front(
        _many("  - {id: f-§, outcome: burnoutt§, comparison: randomizd§, measure: meen§, place: 1, n: x}\n"),
        1000,
        f"{_STUDY}findings:\n",
    ),
    "findings with one id": _front(_many(f"  - {{id: a, {_FINDING}}}\n"), 1000, f"{_STUDY}findings:\n"),
    "items of a list": _front(_many("- workload\n"), 1000, f"{_STUDY}drivers:\n"),
    "unknown slugs": _front(_many("- workloadx-§\n"), 1000, f"{_STUDY}drivers:\n"),
    "lists in one another": _front(lambda n: f"country: {'[' * n}{']' * n}\n", 12),
    "groups in one another": _front(lambda n: f"country: {'{a: ' * n}\n", 12),
    "blanks after a P value": _front(lambda n: f"findings:\n  - {{id: a, p: 'p{' ' * n}x'}}\n", 9000),
    "signs after a P value": _front(lambda n: f"findings:\n  - {{id: a, p: 'p{' =' * n}x'}}\n", 4500),
    "no-break spaces": _front(_many("#\u00a0\n"), 19_000),
    "digits": _front(lambda n: f"sample_size: {'9' * n}\n", 9000),
    "an exponent": _front(lambda n: f"sample_size: 1.0e+{'9' * n}\n", 9000),
    "letters of a name": _front(lambda n: f"{'k' * n}: x\n", 9000),
    "letters of a text": _front(lambda n: f"country: {'a. ' * n}\n", 3000),
    "comments": _front(_many("# x\n"), 19_000),
    "lost comments": _front(
        _many("  - {{id: a}}\n    contrast: trial #2\n".replace("{{id: a}}", "id: a")), 900, f"{_STUDY}findings:\n"
    ),
    "quotes that nobody closes": _front(_many('a§: "x\n'), 19_000),
    "brackets that nobody closes": _front(_many("a§: [x\n"), 19_000),
    "blanks in a value": _front(lambda n: ("a: x" + " " * 99 + "y\n") * (n // 100), 9000),
    "lines that are no fields": _front(_many("words of a text\n"), 19_000),
    "tabs": _front(_many("\tcountry§: x\n"), 19_000),
    "tags": _front(_many("a§: !x x\n"), 90),
    # Texts
    **{
        f"{sign!r} in a text": _body(_paragraphs(sign, 1000), most)
        for sign, most in {
            "[": 20,
            "![": 20,
            "[x](": 20,
            "[@": 20,
            "(": 20,
            "]": 30_000,
            "*": 90_000,
            "**a": 30_000,
            "_": 90_000,
            "*_": 45_000,
            "`": 90_000,
            "<": 1000,
            "<a ": 1000,
            "<div>": 1000,
            "<!--": 1000,
            "&#1": 30_000,
            "\\": 90_000,
            "a@b.c ": 2000,
            "|": 90_000,
            "***\n": 500,
            "a\n===\n": 500,
            "```\n": 20_000,
            "href= ": 15_000,
            "TODO ": 18_000,
            "3\n\n": 30_000,
            "it cures ": 10_000,
            "\u00c3\u00a9": 30_000,
            "a  \n": 20_000,
        }.items()
    },
    "lists in lists": _body(lambda n: "\n".join(f"{'    ' * level}- x" for level in range(n)), 10),
    "quotations in quotations": _body(lambda n: f"{'> ' * n}x", 10),
    "lists on one line": _body(lambda n: f"{'1. ' * n}x", 10),
    "runs of ticks": _body(lambda n: " ".join("`" * length for length in range(1, n)), 150),
    "headings": _body(_many("## Heading\n\n"), 500),
    "blanks in a heading": _body(lambda n: f"## a{' ' * n}b", 14_000),
    "unknown citations": _body(_paragraphs("[@unknown-§] ", 100), 2000),
    "links that lead nowhere": _body(_paragraphs("[a](/studies/unknown-§/) ", 100), 2000),
    "definitions of links": _body(_paragraphs("[a§]: /x\n", 100), 2000),
    "cells of a table": _body(lambda n: f"|{'a|' * n}\n|{'-|' * n}\n|{'a|' * n}", 1600),
    "rows of a wide table": _body(lambda n: f"|{'a|' * n}\n|{'-|' * n}\n" + "|\n" * n, 60),
    "rows of a table": _body(lambda n: "|a|b|\n|-|-|\n" + "|a|b|\n" * n, 1600),
    # The bibliography
    "records": _bib(lambda n: "".join(_RECORD.format(key=f"moss-{number}", more="") for number in range(n)), 1900),
    "records with one key": _bib(lambda n: _RECORD.format(key="moss-2021", more="") * n, 1900),
    "records that nobody closes": _bib(_many("@misc{b-§, title = {a\n"), 1900),
    "records without a key": _bib(_many("@misc{title = {a}}\n"), 1900),
    "strings that double": _bib(
        lambda n: '@string{s0 = "x"}\n' + "".join(f"@string{{s{k + 1} = s{k} # s{k}}}\n" for k in range(n)), 15
    ),
    "a long string in many records": _bib(
        lambda n: (
            f"@string{{s = {{{'x' * 9000}}}}}\n"
            + "".join(_RECORD.format(key=f"moss-{k}", more="  note = s,\n") for k in range(n))
        ),
        200,
    ),
    "parts of a value": _record(lambda n: f"  note = {{a}}{' # {a}' * n},\n", 90),
    "braces in one another": _record(lambda n: f"  note = {'{' * n}{'}' * n},\n", 17),
    "braces that nobody closes": _record(lambda n: f"  note = {'{' * n}", 17),
    "authors": _record(lambda n: f"  author = {{{' and '.join(['Ada van Berg'] * n)}}},\n", 2900),
    "letters of an author": _record(lambda n: f"  author = {{a, {'b' * n}/}},\n", 900),
    "authors in braces": _bib(
        lambda n: "".join(
            _RECORD.format(key=f"moss-{k}", more=f"  author = {{{' and '.join(['{A} {B} c'] * 1000)}}},\n")
            for k in range(n)
        ),
        9,
    ),
    "quotes without braces": _bib(_many('@preamble("a" # "b")\n'), 240),
    "accents": _record(lambda n: "  note = {" + '{\\"a}' * n + "},\n", 9000),
    "commands": _record(lambda n: "  note = {" + "\\emph{a}" * n + "},\n", 6000),
    "fields of a record": _record(_many("  nott§ = {a},\n"), 190),
    "fields of a record twice": _record(_many("  note = {a},\n"), 190),
    "undefined strings": _record(_many("  note§ = u§,\n"), 190),
    "comments of a bibliography": _bib(_many("@comment{a}\n"), 1900),
    "comments in comments": _bib(lambda n: "@comment{" * n + "}" * n, 20),
    # Files for kb cite
    "authors in RIS": _cited(
        "x.ris",
        lambda n: "TY  - JOUR\nTI  - A title\nJO  - J\n" + "AU  - Ada, B.\n" * n + "ER  - \n",
        40_000,
    ),
    "works in RIS": _cited("x.ris", _many("TY  - JOUR\nTI  - Words of a title §\nJO  - J\nPY  - 2020\nER  - \n"), 500),
    "brackets after a DOI in RIS": _cited(
        "x.ris", lambda n: f"TY  - JOUR\nTI  - A\nDO  - 10.1000/a{')' * n}\nER  - \n", 900_000
    ),
    "works in NBIB": _cited("x.nbib", _many("PMID- 1§\nTI  - Words of a title §\nJT  - J\nDP  - 2020\n"), 500),
    "lists in JSON": _cited("x.json", lambda n: "[" * n + "]" * n, 400_000),
    "numbers in JSON": _cited("x.json", lambda n: f"[{'1,' * n}1]", 400_000),
    "digits in JSON": _cited("x.json", lambda n: f'[{{"title": "A", "volume": {"9" * n}}}]', 900_000),
    "authors in JSON": _cited(
        "x.json", lambda n: '[{"title": "A", "author": [' + ",".join(['{"family": "a"}'] * n) + "]}]", 40_000
    ),
    "works in JSON": _cited(
        "x.json", lambda n: "[" + ",\n".join(['{"title": "Words of a title", "issued": "2020"}'] * n) + "]", 500
    ),
}
