"""The works of references.bib, indexed by DOI, PMID and title: whether a work or its preprint is among them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from kb.cite import normalize
from kb.limits import PAIRS
from kb.model import Work
from kb.read.bibliography.likeness import Name, is_short, name, same_work, words


class Same(StrEnum):
    """What two records of one work have in common."""

    DOI = "the same DOI"
    PMID = "the same PMID"
    TITLE = "the same title"
    SIMILAR_TITLE = "nearly the same title"
    SHORTER_TITLE = "the same title except for its subtitle"


@dataclass(frozen=True)
class Match:
    """A record of the same work."""

    key: str
    same: Same
    detail: str
    """The DOI or PMID, or the year and title of the record."""

    @property
    def certain(self) -> bool:
        """Whether an identifier is the same; titles may mislead."""
        return self.same in (Same.DOI, Same.PMID)

    @property
    def sure(self) -> bool:
        """Whether a record may be completed from the other: an identifier or the whole title is the same."""
        return self.certain or self.same is Same.TITLE

    def __str__(self) -> str:
        return f"{self.same}, {self.detail}"


_PREPRINT_DOI = re.compile(
    r"10\.(?:1101/(?:\d{4}\.\d\d\.\d\d\.|\d{6})|64898/|2139/ssrn|21203/rs|20944/preprints|31(?:234|219|235)/|48550/arxiv"
    r"|2196/preprints|22541/au|36227/techrxiv|26434/chemrxiv|35542/|51094/jxiv|1590/scielopreprints)"
)
_PREPRINT_SERVER = re.compile(
    r"\b(?:\w+rxiv|ssrn|research square|preprints(?:\.org)?|osf preprints|authorea)\b|\bpreprints?\b", re.I
)


def is_preprint(work: Work) -> bool:
    """Whether a work is a preprint, by its DOI, by where it appeared, or by its title."""
    get = work.fields.get
    where = " ".join(get(name, "") for name in ("journal", "booktitle", "publisher", "howpublished"))
    at_server = bool(_PREPRINT_SERVER.search(where)) or "arxiv.org/" in get("url", "")
    return bool(_PREPRINT_DOI.match(get("doi", "").lower())) or at_server or "(preprint)" in get("title", "").lower()


@dataclass
class WorkIndex:
    """Works by what identifies them. It finds at least what ``kb check`` reports as one work recorded twice."""

    by_doi: dict[str, str] = field(default_factory=dict)
    by_pmid: dict[str, str] = field(default_factory=dict)
    by_noted_doi: dict[str, str] = field(default_factory=dict)
    """Records by the DOIs in their notes, which name other versions."""
    works: dict[str, Work] = field(default_factory=dict)
    by_year: dict[int | None, list[tuple[str, Work, Name, bool]]] = field(default_factory=lambda: defaultdict(list))
    pairs: int = PAIRS
    """How many more pairs of titles are compared; after that only identical titles are found."""

    def add(self, key: str, work: Work) -> None:
        self.works[key] = work
        for noted in re.findall(r"10\.\d{4,9}/[^\s,;()]+", work.fields.get("note", "")):
            self.by_noted_doi.setdefault(noted.lower().rstrip("."), key)
        if doi := work.fields.get("doi"):
            self.by_doi.setdefault(doi.lower(), key)
        if pmid := _pmid(work):
            self.by_pmid.setdefault(pmid, key)
        named = name(_title(work), _first_author(work))
        self.by_year[_year(work)].append((key, work, named, is_preprint(work)))

    def find(self, work: Work, titles: bool = True) -> Match | None:
        """The record of the same work, if there is one; ``titles`` says whether titles are compared too."""
        doi, pmid = work.fields.get("doi", "").lower(), _pmid(work) or ""
        if key := self.by_doi.get(doi):
            return Match(key, Same.DOI, doi)
        if key := self.by_pmid.get(pmid):
            return Match(key, Same.PMID, pmid)
        alike = self._alike(work) if titles else ()
        return next((match for match in alike if not other_version(work, self.works[match.key])), None)

    def versions(self, work: Work) -> list[str]:
        """The keys of the records that are another version of a work or have its title: preprint, article, notice."""
        noted = self.by_noted_doi.get(work.fields.get("doi", "").lower())
        alike = [match.key for match in self._alike(work) if other_version(work, self.works[match.key])]
        return list(dict.fromkeys([*([noted] if noted else []), *alike]))

    def _alike(self, work: Work) -> Iterator[Match]:
        """The records with about the title and year of a work, those of its year first."""
        year, ours = _year(work), name(_title(work), _first_author(work))
        if not ours[0]:
            return
        early = is_preprint(work)
        years = {*range(year - _FAR, year + _FAR + 1), None} if year else self.by_year.keys()
        for when in sorted(years, key=lambda when: (abs(when - year) if when and year else 0, when or 0)):
            near = not when or not year or abs(when - year) < 2
            for key, other, theirs, theirs_early in self.by_year.get(when, ()):
                if not near and not early and not theirs_early:
                    continue
                if self.pairs <= 0 and ours != theirs:
                    continue
                self.pairs -= 1
                same = None
                if same_work(ours, theirs):
                    same = Same.TITLE if ours == theirs else Same.SIMILAR_TITLE
                elif _without_subtitle(work, other):
                    same = Same.SHORTER_TITLE
                if same:
                    yield Match(key, same, f"{when or 'no year'}: {other.fields['title']!r}")


_FAR = 3
"""Years between a preprint and its article."""
_MARK = re.compile(
    r"^\W*(?:retracted(?: article)?|withdrawn|(?:notice of )?retraction(?: note| notice)?(?: to)?)\s*[:\])-]\s*"
    r"|\s*[(\[](?:retracted|withdrawn|retraction|preprint|vol\b)[^)\]]*[)\]]\W*$",
    re.I,
)


def other_version(one: Work, two: Work) -> bool:
    """Whether two works of one title are two all the same: each has a DOI of its own, or only one is a preprint."""
    first, second = (work.fields.get("doi", "").lower() for work in (one, two))
    return bool(first and second and first != second) or is_preprint(one) != is_preprint(two)


def _title(work: Work) -> str:
    """The title without what marks it as retracted or as a preprint."""
    title = work.fields.get("title", "")
    for _ in range(2):
        title = _MARK.sub("", title) or title
    return title


def _pmid(work: Work) -> str | None:
    """A work's number in PubMed, from its field or from the address of its page."""
    fields = work.fields
    address = f"{fields.get('url', '')} {fields.get('verified', '')}"
    return fields.get("pmid") or (normalize.pmid(address) if "nlm.nih.gov" in address else None)


def _without_subtitle(one: Work, two: Work) -> bool:
    """Whether one title is the other without its subtitle, with the same first author and no two different DOIs."""
    titles = [work.fields.get("title", "") for work in (one, two)]
    (first, first_main), (second, second_main) = ((words(whole), words(whole.partition(":")[0])) for whole in titles)
    dois = {work.fields["doi"].lower() for work in (one, two) if work.fields.get("doi")}
    same = (first == second_main and not is_short(first)) or (second == first_main and not is_short(second))
    return same and (len(dois) < 2 or is_preprint(one) != is_preprint(two)) and _first_author(one) == _first_author(two)


def _year(work: Work) -> int | None:
    year = normalize.year(work.fields.get("year") or work.fields.get("date", ""))
    return int(year) if year else None


def _first_author(work: Work) -> str:
    return work.authors[0].family.casefold() if work.authors else ""
