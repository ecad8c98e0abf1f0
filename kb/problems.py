"""Problem: a curator's fault as a value, with its place and its remedy, and the register of all problem codes."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from kb.limits import SHOWN, SPELLING


class Severity(StrEnum):
    """An error stops the build; a warning is only reported."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Code:
    """What a problem code stands for: KB1xx form, KB2xx references between entries, KB3xx evidence, KB4xx text.

    Codes are permanent: a retired one is never given a new meaning.
    """

    meaning: str
    severity: Severity = Severity.ERROR


CODES: dict[str, Code] = {
    # Form
    "KB101": Code("A content file is UTF-8 text of at most 1 MB, named after its slug, in the folder of its kind."),
    "KB102": Code("Front matter is YAML between two lines of ---."),
    "KB103": Code("A field holds a value of its type."),
    "KB104": Code("Only known fields are used."),
    "KB105": Code("Required fields are present."),
    "KB106": Code("Front matter uses no tags, anchors or aliases, and nests at most 12 levels."),
    "KB107": Code("A field stands once."),
    "KB108": Code("references.bib is well-formed BibTeX."),
    "KB109": Code("A record of references.bib has a legal key, a title, a way to the work, and how it was verified."),
    "KB110": Code("A text holds only characters that a reader sees, and letters of one alphabet in a word."),
    "KB111": Code("No part of a file is larger than can be checked: lists, texts, records, levels."),
    # References between entries
    "KB201": Code("A slug that an entry names exists."),
    "KB202": Code("A work that an entry cites stands in references.bib."),
    "KB203": Code("A finding that an entry names exists."),
    "KB204": Code("A framework term that an entry names exists."),
    "KB205": Code("A scale belongs to the instrument named beside it."),
    "KB206": Code("An id, key or slug is used once."),
    "KB207": Code("A DOI stands in one record only."),
    "KB208": Code("A withdrawn entry is not relied on."),
    "KB209": Code("A claim in a framework's term names a driver to which the term maps, and every such driver."),
    "KB210": Code("A page that was published stays: an entry is withdrawn and not deleted."),
    "KB211": Code("A former slug leads to one entry, and no other takes it."),
    "KB212": Code("No two entries are of the same thing, and no two records are of the same work.", Severity.WARNING),
    "KB214": Code("No body of evidence rests on a finding of a retracted study."),
    "KB215": Code("An entry that rests on a retracted or corrected work is looked at again.", Severity.WARNING),
    "KB216": Code("A work that a published entry rests on was looked up.", Severity.WARNING),
    # Evidence and numbers
    "KB301": Code("A point estimate lies inside its confidence interval."),
    "KB302": Code("A confidence interval is symmetric about its estimate, that of a ratio on the scale of logarithms."),
    "KB303": Code("A P value fits its confidence interval."),
    "KB304": Code("A percentage fits its events of total."),
    "KB305": Code("A body of evidence is downgraded at least as far as the data force."),
    "KB306": Code(
        "A body of evidence mixes no randomized with other findings, and no outcomes, instruments or scales."
    ),
    "KB307": Code("No trial is counted twice in a body."),
    "KB308": Code(
        "Steps stay within their domain's limits, and up is only for bodies that start low with no step down."
    ),
    "KB309": Code("A study that tests an effect has findings, or says why not."),
    "KB310": Code("A direction is recorded by hand only where it cannot be computed."),
    "KB311": Code("One body at most is the headline."),
    "KB312": Code("A judgement that needs the full text is made on the full text only."),
    "KB313": Code("An interval stands beside its estimate, and events beside their total."),
    "KB314": Code("The arms of a finding add up to the whole, and the whole is within the sample."),
    "KB315": Code("An estimate is what the arms give that it compares."),
    "KB316": Code("A change is the value after less the value before, and a relative change its share of that."),
    "KB317": Code("A score, its change and its standard deviation are possible on their scale."),
    "KB318": Code("A mean of whole answers is one that so many people can give.", Severity.WARNING),
    "KB319": Code("A figure lies where its measure can: a correlation from -1 to 1, a count at or above 0."),
    "KB320": Code("A unit is that of the measure and of the scale."),
    "KB321": Code("A scale goes from low to high, with its cutoffs and items within."),
    "KB322": Code("A scale on which a body of evidence rests says which side is good."),
    # Text
    "KB401": Code("The body has the sections of its kind, in their order."),
    "KB402": Code("A summary is one plain sentence of at most 200 characters."),
    "KB403": Code("Links and citations in the text are well-formed and safe."),
    "KB404": Code("An entry is reviewed before its review date passes.", Severity.WARNING),
    "KB405": Code("What has been lies not in the future: reviews, notices, works and their data.", Severity.WARNING),
    "KB406": Code("The data of a study were collected in 1900 or later, before it appeared."),
    "KB407": Code("A text holds nothing that its page leaves out: images, other HTML, other levels of headings."),
}


@dataclass(frozen=True, order=True)
class Problem:
    """A fault in the content: where it is, what must hold and was found, and how to mend it.

    ``path`` is relative to the content folder's parent; ``line`` counts from 1.
    """

    path: str
    line: int
    code: str
    message: str
    hint: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        # Both quote what was found; no terminal and no page that shows them may be steered by it.
        object.__setattr__(self, "message", _shown(self.message))
        object.__setattr__(self, "hint", _shown(self.hint))

    @property
    def severity(self) -> Severity:
        return CODES[self.code].severity

    def __str__(self) -> str:
        warning = "warning: " if self.severity is Severity.WARNING else ""
        text = f"{self.path}:{self.line}: {self.code} {warning}{self.message}"
        return f"{text}\n    hint: {self.hint}" if self.hint else text


def _shown(text: str) -> str:
    """A text with a code in place of each character that is not seen, but for line ends."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() or sign == "\n" else ascii(sign)[1:-1] for sign in text)


class ContentError(Exception):
    """Raised where valid content is needed and the content has errors; carries all the problems."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def has_errors(problems: Iterable[Problem]) -> bool:
    return any(problem.severity is Severity.ERROR for problem in problems)


class Speller:
    """Finds the nearest known spelling of unknown words, until as much was compared as ``limits.SPELLING`` allows.

    One is made for each rule and run: then thousands of unknown words take no longer than hundreds.
    """

    def __init__(self) -> None:
        self._left = SPELLING

    def nearest(self, word: str, known: Iterable[str], cutoff: float | None = None) -> str | None:
        """The known spelling closest to ``word``; None where nothing is near, or the limit is reached.

        ``cutoff`` is how alike the two must be, from 0 to 1.
        """
        if self._left <= 0:
            return None
        names = [name for name in known if len(name) <= _LONGEST]
        self._left -= len(word) * sum(map(len, names))
        if self._left <= 0 or len(word) > _LONGEST:
            return None
        if cutoff is None:
            cutoff = 0.6 if len(word) < 10 else 0.72  # long words share letters by chance
        matches = difflib.get_close_matches(word, names, n=1, cutoff=cutoff)
        return matches[0] if matches else None

    def did_you_mean(self, word: str, known: Iterable[str], otherwise: str = "") -> str:
        """A hint that names the nearest known spelling; ``otherwise`` where none is found."""
        match = self.nearest(word, known)
        return f"did you mean {match!r}?" if match else otherwise


_LONGEST = 200
"""Letters of a word that is compared: no slip of the pen is longer."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known spelling closest to one word, or None where nothing is near."""
    return Speller().nearest(word, known)


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """A hint that names the nearest known spelling of one word; ``otherwise`` where nothing is near."""
    return Speller().did_you_mean(word, known, otherwise)


def some_of(names: Sequence[str]) -> str:
    """Names in a hint: all of a few, else the first and how many more there are."""
    shown = ", ".join(names[:SHOWN]) or "none"
    return f"{shown} and {len(names) - SHOWN:,} more" if len(names) > SHOWN else shown


def display_path(path: Path, root: Path) -> str:
    """``path`` as problems print it: relative to the folder that holds the content folder."""
    try:
        return path.relative_to(root.parent).as_posix()
    except ValueError:
        return path.as_posix()
