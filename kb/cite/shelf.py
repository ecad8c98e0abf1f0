"""The shelf: the works that stand in references.bib, to be asked whether a new one is among them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from kb.cite import forms
from kb.limits import PAIRS
from kb.model import Work
from kb.read.bibliography.likeness import Name, is_short, name, same_work, words


@dataclass
class Shelf:
    """Works by what they are known by. Whatever kb check takes for one work recorded twice is found here too."""

    by_doi: dict[str, str] = field(default_factory=dict)
    by_pmid: dict[str, str] = field(default_factory=dict)
    by_year: dict[int | None, list[tuple[str, Work, Name]]] = field(default_factory=lambda: defaultdict(list))
    pairs: int = PAIRS
    """How many more pairs of titles are compared; then only those are found that are the same."""

    def add(self, key: str, work: Work) -> None:
        if doi := work.fields.get("doi"):
            self.by_doi.setdefault(doi.lower(), key)
        if pmid := _pmid(work):
            self.by_pmid.setdefault(pmid, key)
        self.by_year[_year(work)].append((key, work, _name(work)))

    def same(self, work: Work, titles: bool = True) -> tuple[str, str] | None:
        """The key of the standing record of a work, and why it is the same; ``titles`` says whether they count."""
        doi, pmid = work.fields.get("doi", "").lower(), _pmid(work)
        if key := self.by_doi.get(doi):
            return key, f"the same DOI, {doi}"
        if key := self.by_pmid.get(pmid or ""):
            return key, f"the same PMID, {pmid}"
        year, ours = _year(work), _name(work)
        if not titles or not ours[0]:
            return None
        years = {year - 1, year, year + 1, None} if year else self.by_year.keys()
        for when in sorted(years, key=lambda when: (when != year, when or 0)):
            for key, other, theirs in self.by_year.get(when, ()):
                if self.pairs <= 0 and ours != theirs:
                    continue
                self.pairs -= 1
                if same_work(ours, theirs):
                    same = "the same title" if ours == theirs else "nearly the same title"
                    return key, f"{same}, {when or 'no year'}: {other.fields['title']!r}"
                if _shortened(work, other):
                    return key, f"the same title but for its subtitle, {when or 'no year'}: {other.fields['title']!r}"
        return None


def _pmid(work: Work) -> str | None:
    """A work's number in PubMed, from its field or from the page that leads to it or confirmed it."""
    fields = work.fields
    address = f"{fields.get('url', '')} {fields.get('verified', '')}"
    return fields.get("pmid") or (forms.pmid(address) if "nlm.nih.gov" in address else None)


def _name(work: Work) -> Name:
    return name(work.fields.get("title", ""), _first(work))


def _shortened(one: Work, two: Work) -> bool:
    """Whether one title is the other without its subtitle, of the same first author and not of another DOI."""
    titles = [work.fields.get("title", "") for work in (one, two)]
    (first, first_main), (second, second_main) = ((words(whole), words(whole.partition(":")[0])) for whole in titles)
    dois = {work.fields["doi"].lower() for work in (one, two) if work.fields.get("doi")}
    same = (first == second_main and not is_short(first)) or (second == first_main and not is_short(second))
    return same and len(dois) < 2 and _first(one) == _first(two)


def _year(work: Work) -> int | None:
    year = forms.year(work.fields.get("year") or work.fields.get("date", ""))
    return int(year) if year else None


def _first(work: Work) -> str:
    return work.authors[0].family.casefold() if work.authors else ""
