"""Problem: a curator's fault as a value, with its place and its remedy, and the register of all problem codes."""

from __future__ import annotations

import difflib
import re
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
    """What a problem code means: KB1xx form, KB2xx references between entries, KB3xx evidence, KB4xx text.

    Codes are permanent: a retired one is never given a new meaning.
    """

    meaning: str
    severity: Severity = Severity.ERROR


FAMILIES = {"1": "Form", "2": "References between entries", "3": "Evidence and numbers", "4": "Text"}
"""The families of codes, by the first digit of the code."""

CODES: dict[str, Code] = {
    # Form
    "KB101": Code("A content file is UTF-8 text of at most 1 MB, named after its slug, in the folder of its kind."),
    "KB102": Code("Front matter, the fields at the top of a file, is YAML between two lines of ---."),
    "KB103": Code("A field holds a value of the right type."),
    "KB104": Code("Only known fields are used."),
    "KB105": Code("Required fields are present."),
    "KB106": Code("Front matter uses no tags, anchors or aliases, and is at most 12 levels deep."),
    "KB107": Code("A field is given only once."),
    "KB108": Code("references.bib is well-formed BibTeX."),
    "KB109": Code(
        "A record of references.bib has a valid key and a title, leads to the work, and says how it was verified."
    ),
    "KB110": Code("A text holds only characters that a reader can see, and each word uses letters of one alphabet."),
    "KB111": Code("No part of a file is too large to check: lists, texts, records, levels."),
    # References between entries
    "KB201": Code("An entry that another entry names exists."),
    "KB202": Code("A work that an entry cites is in references.bib."),
    "KB203": Code("A finding that an entry names exists."),
    "KB204": Code("A framework term that an entry names exists."),
    "KB205": Code("A scale belongs to the instrument that is named with it."),
    "KB206": Code("An id, key or slug is used only once."),
    "KB207": Code("A DOI is in one record only."),
    "KB208": Code("No entry relies on a withdrawn entry."),
    "KB209": Code("A claim in a framework's term names a driver of that term, and all its drivers are claimed."),
    "KB210": Code("A published page is never lost: an entry is withdrawn, not deleted."),
    "KB211": Code("A former slug leads to one entry, and no other entry uses it."),
    "KB212": Code("No two entries are about the same thing, and no two records are the same work.", Severity.WARNING),
    "KB214": Code("No body of evidence uses a finding of a retracted study."),
    "KB215": Code(
        "A notice about a work is in its record, and an entry that relies on such a work is reviewed again.",
        Severity.WARNING,
    ),
    "KB216": Code("Somebody has looked up each work that a published entry relies on.", Severity.WARNING),
    "KB217": Code("A line of the screening register is well-formed, and its work is a record and no entry."),
    "KB218": Code("A line of the record of changes is one that kb changes --record writes."),
    "KB219": Code("A line of synonyms.yml is well-formed, and no spelling stands twice."),
    "KB220": Code("A line of the list of releases is one that kb release --record writes."),
    # Evidence and numbers
    "KB301": Code("An estimate is inside its confidence interval."),
    "KB302": Code("An estimate is in the middle of its confidence interval; for a ratio, on the log scale."),
    "KB303": Code("A P value fits its confidence interval."),
    "KB304": Code("A percentage fits its events and its total."),
    "KB305": Code("A judgment takes a body of evidence down at least as many steps as the data require."),
    "KB307": Code("A body of evidence counts each trial only once: no two entries are of one study."),
    "KB308": Code("Steps stay within their limits; only a body that starts at low and has no step down goes up."),
    "KB309": Code("A study that tests an effect has findings, or says why it has none."),
    "KB310": Code("A direction is entered by hand only where it cannot be computed."),
    "KB312": Code("A judgment that needs the full text is made only where the full text was read."),
    "KB313": Code("An interval comes with its estimate, and events come with their total."),
    "KB314": Code("The arms of a finding add up to its total, and the total is no larger than the sample."),
    "KB315": Code("An estimate fits the arms that it compares."),
    "KB316": Code("A change is the value after minus before; a relative change is its percentage of the value before."),
    "KB317": Code("A score, its change and its standard deviation are possible on their scale."),
    "KB318": Code("A mean is possible for this many people whose answers are whole numbers.", Severity.WARNING),
    "KB319": Code("A figure is possible for its measure: a correlation is from -1 to 1, a count is not negative."),
    "KB320": Code("A unit fits the measure and the scale."),
    "KB321": Code("A scale goes from low to high, and its cutoffs and items are within it."),
    "KB322": Code("A scale that a body of evidence uses says which end is better."),
    "KB323": Code("A finding that tests an intervention names the arms of its study that it compares."),
    "KB324": Code("A judgment is of a body of evidence that exists."),
    "KB325": Code("A claim that something was measured names a finding on an outcome of its driver."),
    "KB326": Code("A pooled estimate names the kinds of study in it, and what its intervention was compared with."),
    "KB327": Code("A work cited as evidence is an entry, or is in the screening register."),
    "KB328": Code("What Does it work says is no stronger than its certainty lets it be.", Severity.WARNING),
    "KB329": Code("A standard error fits its interval, and the standard deviations and the numbers of people."),
    "KB330": Code("A difference is at most three standard deviations.", Severity.WARNING),
    "KB331": Code(
        "What a text says of a figure, that it is lower or higher, is what the finding says.", Severity.WARNING
    ),
    "KB332": Code("A percentage is entered as one: 42 for 42%, not 0.42.", Severity.WARNING),
    # Text
    "KB401": Code("The text has the sections of its kind, in their order."),
    "KB402": Code("A summary is one plain sentence of at most 200 characters."),
    "KB403": Code("Links and citations in the text are well-formed and safe."),
    "KB404": Code("An entry is reviewed before its review date passes.", Severity.WARNING),
    "KB405": Code("Reviews, notices, works and their data are not dated in the future.", Severity.WARNING),
    "KB406": Code("The data of a study were collected in 1900 or later, before the study was published."),
    "KB407": Code("A text holds only what its page can show: no images, no other HTML, no skipped heading levels."),
    "KB408": Code("The text of a study cites its work.", Severity.WARNING),
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
        matches = difflib.get_close_matches(word, names, n=_CANDIDATES, cutoff=cutoff)
        return next((match for match in matches if _of_one_name(word, match)), None)

    def did_you_mean(self, word: str, known: Iterable[str], otherwise: str = "") -> str:
        """A hint that names the nearest known spelling; ``otherwise`` where none is found."""
        match = self.nearest(word, known)
        return f"did you mean {match!r}?" if match else otherwise


_LONGEST = 200
"""Letters of a word that is compared: no slip of the pen is longer."""


_CANDIDATES = 5
_NAME_AND_YEAR = re.compile(r"(.+?)-(?:19|20)\d\d(?:-.*)?")


def _of_one_name(word: str, match: str) -> bool:
    """Whether two keys of works are alike by their names too: a year alone makes no two works the same."""
    one, other = _NAME_AND_YEAR.fullmatch(word), _NAME_AND_YEAR.fullmatch(match)
    return not (one and other) or difflib.SequenceMatcher(None, one[1], other[1]).ratio() >= _LIKE_NAMES


_LIKE_NAMES = 0.75


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
