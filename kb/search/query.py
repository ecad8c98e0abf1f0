"""The query language: words, "phrases", -word and NOT word, field:value. Anything else is words, and nothing raises.

Any of the words may match, all phrases must. Values of one field are alternatives, fields add up. Stop words never
count, so a phrase may have other stop words than the text.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import NamedTuple

from kb.search import weights
from kb.search.lexicon import Lexicon, key_of
from kb.search.spelling import MAX_CORRECTIONS
from kb.search.synonyms import Spelling, Thesaurus
from kb.search.words import LONGEST, spellings, stem, terms, words

MAX_CHARACTERS = 10_000
MAX_WORDS = 32
"""Different words of a query that count; the rest is ignored, so that no query costs much."""
MAX_QUOTED = 24
"""Words that count in all phrases of a query together, and in all that must not be there."""
MAX_ALTERNATIVES = 12
"""Other spellings that are looked for."""
MAX_VALUES = 20
"""Values of fields that count."""
_ABBREVIATION = 5
"""Letters of a word in capitals that is not corrected: it is an abbreviation."""
FIELDS = ("kind", "driver", "verdict", "certainty", "year", "author")
"""What may stand before a colon."""

_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "−": "-", "–": " ", "—": " "})
_ITEM = re.compile(
    r'(?P<no>(?<!\S)(?:-(?=[\w"])|NOT\s+(?=\S)))?'
    rf'(?:(?<![^\s\-])(?P<field>{"|".join(FIELDS)}):(?:"(?P<quoted>[^"]*)"|(?P<value>[^\s"]+))|"(?P<phrase>[^"]*)"|(?P<words>[^\s"]+))',
    re.IGNORECASE,
)
_TRIM = "()[]{}<>.,;!?'"
_ADDRESS = re.compile(r"(?:https?://)?(?:dx\.)?doi\.org/|^(?:doi|pmid):?", re.IGNORECASE)


Weighed = Mapping[Spelling, float]
"""Spellings of one thing with what a match of each counts: the best of them does."""


class Asked(NamedTuple):
    """Something that was typed: a word, or words that name one thing together, as "nurse manager" does.

    It counts once: as its words, added up, or as one of the other spellings of it, whichever is best.
    """

    words: tuple[Weighed, ...]
    others: Weighed


@dataclass(frozen=True)
class ParsedQuery:
    """The words of a query, any of which may match, its phrases, all of which must, and what narrows it."""

    words: tuple[tuple[str, int], ...] = ()
    """Each with how often it was typed: a repeated word weighs more."""
    phrases: tuple[Spelling, ...] = ()
    alternatives: Mapping[Spelling, Weighed] = field(default_factory=dict)
    """Other spellings of a word, or of words side by side, those of most words first."""
    without: tuple[Spelling, ...] = ()
    """What must not be there."""
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The values that are let pass, by field; those of an author are terms side by side, joined by spaces."""
    without_fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    identifiers: tuple[str, ...] = ()
    blank: bool = True
    """Whether no word was typed, so that all passes; a query of stop words only is not blank, but finds nothing."""

    @property
    def finds(self) -> bool:
        """Whether there is anything to look for."""
        return self.blank or bool(self.words or self.phrases or self.alternatives or self.identifiers)

    @property
    def asked(self) -> tuple[Asked, ...]:
        """What was typed, each word of it once: of two names that share a word, the longer has it."""
        typed: dict[Spelling, Weighed] = {(word,): {(word,): float(times)} for word, times in self.words}
        words = {
            key: {**self.alternatives.get(key, {}), **typed.get(key, {})}
            for key in (*typed, *self.alternatives)
            if len(key) == 1
        }
        names = [
            Asked(tuple(own), others)
            for name, others in self.alternatives.items()
            if len(name) > 1 and (own := [words.pop((word,)) for word in name if (word,) in words])
        ]
        return (*names, *(Asked((spellings,), {}) for spellings in words.values()))

    @property
    def spellings(self) -> tuple[Spelling, ...]:
        """All that matches, for highlights."""
        others = (other for spellings in self.alternatives.values() for other in spellings)
        return (*((word,) for word, _ in self.words), *self.phrases, *others)


def clean(text: str) -> str:
    """A query within its limit, with plain quotes and only valid characters."""
    return text[:MAX_CHARACTERS].encode("utf-8", "replace").decode("utf-8").translate(_QUOTES)


def parse(text: str, lexicon: Lexicon) -> ParsedQuery:
    """Parse any text. Never raises; a quote that is not closed is ignored."""
    free: list[str] = []
    phrases: list[Spelling] = []
    without: list[Spelling] = []
    identifiers: list[str] = []
    narrowed: dict[bool, defaultdict[str, list[str]]] = {False: defaultdict(list), True: defaultdict(list)}
    values = 0
    text = clean(text)
    for item in _items(text):
        negated = bool(item["no"])
        if item["field"]:
            field, typed = item["field"].lower(), item["quoted"] or item["value"] or ""
            value = _value(field, typed, lexicon)
            if value and values < MAX_VALUES:
                narrowed[negated][field].append(value)
                values += 1
            else:
                free.append(item[0])
            continue
        typed = item["phrase"] if item["phrase"] is not None else item["words"]
        identifier = identified(typed, lexicon)
        if identifier:
            identifiers.append(identifier)
        elif negated:
            without.append(tuple(terms(typed)))
        elif item["phrase"] is not None:
            phrases.append(tuple(terms(typed)))
            free.append('"')  # so that no word before it stands beside one after it
        else:
            free.append(typed)
    sequence, joined = _sequence(" ".join(free), lexicon)
    counts = dict(islice(Counter(sequence).items(), MAX_WORDS))
    others: defaultdict[Spelling, tuple[Spelling, ...]] = defaultdict(tuple)
    for more in (
        {(word,): ((word,),) for word in joined if word not in counts},
        _capitals(text, lexicon.thesaurus),
        lexicon.thesaurus.alternatives(sequence[: 2 * MAX_WORDS]),
    ):
        for name, spelled in more.items():
            others[name] += spelled
    asked = any(sign.strip('"') for sign in free) or bool(phrases or identifiers)
    return ParsedQuery(
        words=tuple(counts.items()),
        phrases=tuple(_some(phrases)),
        alternatives=_few(others, lambda spelling: sum(map(lexicon.rarity, spelling))),
        without=tuple(_some(without)),
        fields={field: tuple(found) for field, found in narrowed[False].items()},
        without_fields={field: tuple(found) for field, found in narrowed[True].items()},
        identifiers=tuple(dict.fromkeys(identifiers))[:MAX_VALUES],
        blank=not asked and (bool(values or without) or not text.strip()),
    )


def _items(text: str) -> Iterator[re.Match[str]]:
    """What stands between spaces and quotes. NOT is an operator in capitals only, and a lone one is a word."""
    for item in _ITEM.finditer(text):
        if item["no"] and not item["no"].startswith("-") and not item["no"].startswith("NOT"):
            yield from _ITEM.finditer(item[0][len(item["no"]) :])
        else:
            yield item


def _value(field: str, typed: str, lexicon: Lexicon) -> str | None:
    """The value that was meant; None if no entry can have it."""
    if field == "author":
        return " ".join(terms(typed)) or None
    key = key_of(typed)
    return lexicon.values[field].get(key) or lexicon.values[field].get(key.removesuffix("s"))


def identified(typed: str, lexicon: Lexicon) -> str | None:
    """The DOI, PMID or registration that a word is, if an entry has it."""
    word = _ADDRESS.sub("", typed.strip(_TRIM)).lower()
    return word if word in lexicon.identifiers else None


def _sequence(text: str, lexicon: Lexicon) -> tuple[list[str], list[str]]:
    """The terms of a text, and those that are written as one word elsewhere: e mail, well being, covid-19.

    A text of stop words only may be such a word, well being, or name one that is an abbreviation: who, it.
    """
    found = [word for word in islice(words(text), 4 * MAX_CHARACTERS) if len(word.text) <= LONGEST]
    sequence = [stem(word.text) for word in found if not (word.stop or word.extra)]
    joined = [stem(word.text) for word in found if word.extra]
    plain = [word for word in found if not word.extra]
    for one, two in islice(pairwise(plain), 4 * MAX_WORDS):
        if text[one.end : two.start].isspace():
            joined.append(stem(one.text + two.text))
    joined = [word for word in joined if lexicon.has(word)]
    if not sequence:
        sequence = joined or [stem(word.text) for word in plain]
    return sequence, joined


def _capitals(text: str, thesaurus: Thesaurus) -> dict[Spelling, tuple[Spelling, ...]]:
    """What the words in capitals stand for."""
    return {
        (stem(word.text),): thesaurus.capitals[word.text]
        for word in islice(words(text), 4 * MAX_WORDS)
        if text[word.start : word.end].isupper() and word.text in thesaurus.capitals
    }


def _few(
    alternatives: Mapping[Spelling, tuple[Spelling, ...]], rarity: Callable[[Spelling], float]
) -> dict[Spelling, Mapping[Spelling, float]]:
    """The first alternatives, up to MAX_ALTERNATIVES, with what each counts."""
    few: dict[Spelling, Mapping[Spelling, float]] = {}
    left = MAX_ALTERNATIVES
    for typed, others in alternatives.items():
        if counted := others[:left]:
            few[typed] = {other: weights.of_synonym(rarity(typed), rarity(other)) for other in counted}
        left -= len(counted)
    return few


def _some(phrases: list[Spelling]) -> Iterator[Spelling]:
    """The different phrases, up to MAX_QUOTED words."""
    left = MAX_QUOTED
    for phrase in dict.fromkeys(phrases):
        if counted := phrase[:left]:
            yield counted
        left -= len(counted)


def correct(text: str, lexicon: Lexicon) -> str | None:
    """The query with misspelt words corrected, the rest as typed; None if there is nothing to correct."""
    text = clean(text)
    parts: list[str] = []
    done = tried = 0
    known: dict[str, str | None] = {}

    def right(word: str) -> bool:
        known = lexicon.thesaurus
        return lexicon.has(stem(word)) or known.knows(word) or word in known.capitals

    for item in _items(text):
        if item["field"] or identified(item["words"] or "", lexicon):
            continue
        start = item.start("phrase") if item["phrase"] is not None else item.start("words")
        for word in spellings(text[start : item.end()]):
            typed = text[start + word.start : start + word.end]
            if word.extra or not typed.isalpha() or (typed.isupper() and len(typed) <= _ABBREVIATION):
                continue
            if word.term not in known and tried < MAX_CORRECTIONS:
                better = lexicon.thesaurus.misspellings.get(word.term) or lexicon.speller.correct(word.term, right)
                known[word.term] = better
                unknown = not (better or word.term in lexicon.speller.counts or right(word.term))
                tried += unknown or bool(better)
            if better := known.get(word.term):
                parts += [text[done : start + word.start], better]
                done = start + word.end
    return "".join((*parts, text[done:])) if parts else None
