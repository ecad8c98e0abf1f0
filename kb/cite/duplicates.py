"""The works of references.bib, indexed by DOI, PMID and title, to find out whether another work is among them."""

from __future__ import annotations

from collections import defaultdict
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

    def __str__(self) -> str:
        return f"{self.same}, {self.detail}"


@dataclass
class WorkIndex:
    """Works by what identifies them. It finds at least what ``kb check`` reports as one work recorded twice."""

    by_doi: dict[str, str] = field(default_factory=dict)
    by_pmid: dict[str, str] = field(default_factory=dict)
    by_year: dict[int | None, list[tuple[str, Work, Name]]] = field(default_factory=lambda: defaultdict(list))
    pairs: int = PAIRS
    """How many more pairs of titles are compared; after that only identical titles are found."""

    def add(self, key: str, work: Work) -> None:
        if doi := work.fields.get("doi"):
            self.by_doi.setdefault(doi.lower(), key)
        if pmid := _pmid(work):
            self.by_pmid.setdefault(pmid, key)
        self.by_year[_year(work)].append((key, work, name(work.fields.get("title", ""), _first_author(work))))

    def find(self, work: Work, titles: bool = True) -> Match | None:
        """The record of the same work, if there is one; ``titles`` says whether titles are compared too."""
        doi, pmid = work.fields.get("doi", "").lower(), _pmid(work) or ""
        if key := self.by_doi.get(doi):
            return Match(key, Same.DOI, doi)
        if key := self.by_pmid.get(pmid):
            return Match(key, Same.PMID, pmid)
        year, ours = _year(work), name(work.fields.get("title", ""), _first_author(work))
        if not titles or not ours[0]:
            return None
        years = {year - 1, year, year + 1, None} if year else self.by_year.keys()
        for when in sorted(years, key=lambda when: (when != year, when or 0)):
            for key, other, theirs in self.by_year.get(when, ()):
                if self.pairs <= 0 and ours != theirs:
                    continue
                self.pairs -= 1
                same = None
                if same_work(ours, theirs):
                    same = Same.TITLE if ours == theirs else Same.SIMILAR_TITLE
                elif _without_subtitle(work, other):
                    same = Same.SHORTER_TITLE
                if same:
                    return Match(key, same, f"{when or 'no year'}: {other.fields['title']!r}")
        return None


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
    return same and len(dois) < 2 and _first_author(one) == _first_author(two)


def _year(work: Work) -> int | None:
    year = normalize.year(work.fields.get("year") or work.fields.get("date", ""))
    return int(year) if year else None


def _first_author(work: Work) -> str:
    return work.authors[0].family.casefold() if work.authors else ""
