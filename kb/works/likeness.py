"""Whether two records are of the same work."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from kb.bibliography.bibtex import Work
from kb.works import forms

NEAR = 0.9
"""How like two titles must be, as the share of letters in common, to be those of one work."""
_SHORT = 25
"""Letters of a title below which the first authors must be the same too."""


@dataclass
class Shelf:
    """The works that stand, to be asked whether a new one is among them."""

    by_doi: dict[str, str] = field(default_factory=dict)
    by_pmid: dict[str, str] = field(default_factory=dict)
    by_year: dict[int | None, list[tuple[str, Work, str]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, key: str, work: Work) -> None:
        if doi := work.fields.get("doi"):
            self.by_doi.setdefault(doi.lower(), key)
        if pmid := pmid_of(work):
            self.by_pmid.setdefault(pmid, key)
        self.by_year[_year(work)].append((key, work, plain_title(work)))

    def same(self, work: Work, titles: bool = True) -> tuple[str, str] | None:
        """The key of the standing record of a work, and why it is the same; ``titles`` says whether they count."""
        doi, pmid = work.fields.get("doi", "").lower(), pmid_of(work)
        if key := self.by_doi.get(doi):
            return key, f"the same DOI, {doi}"
        if key := self.by_pmid.get(pmid or ""):
            return key, f"the same PMID, {pmid}"
        year, title = _year(work), plain_title(work)
        if not titles or not title:
            return None
        years = {year - 1, year, year + 1, None} if year else self.by_year.keys()
        for when in sorted(years, key=lambda when: (when != year, when or 0)):
            for key, other, other_title in self.by_year.get(when, ()):
                if _near(title, other_title) and (len(title) >= _SHORT or _first(work) == _first(other)):
                    same = "the same title" if title == other_title else "nearly the same title"
                    return key, f"{same}, {when or 'no year'}: {other.fields['title']!r}"
                if _shortened(work, other):
                    return key, f"the same title but for its subtitle, {when or 'no year'}: {other.fields['title']!r}"
        return None


def pmid_of(work: Work) -> str | None:
    """A work's number in PubMed, from its field or from the page that leads to it or confirmed it."""
    fields = work.fields
    address = f"{fields.get('url', '')} {fields.get('verified', '')}"
    return fields.get("pmid") or (forms.pmid(address) if "nlm.nih.gov" in address else None)


def plain_title(work: Work) -> str:
    """A title as lower-case letters and digits alone, joined by spaces."""
    folded = unicodedata.normalize("NFKD", work.fields.get("title", "").casefold())
    return " ".join(re.findall(r"\w+", "".join(sign for sign in folded if not unicodedata.combining(sign))))


def _near(one: str, two: str) -> bool:
    """Whether two plain titles are alike but for slips: Part 1 and Part 2 are not."""
    if one == two:
        return True
    if re.findall(r"\d+", one) != re.findall(r"\d+", two):
        return False
    matcher = SequenceMatcher(None, one, two, autojunk=False)
    return matcher.real_quick_ratio() >= NEAR and matcher.quick_ratio() >= NEAR and matcher.ratio() >= NEAR


def _shortened(one: Work, two: Work) -> bool:
    """Whether one title is the other without its subtitle, of the same first author and not of another DOI."""
    first, second = plain_title(one), plain_title(two)
    dois = {work.fields["doi"].lower() for work in (one, two) if work.fields.get("doi")}
    same = (first == _main(two) and len(first) >= _SHORT) or (second == _main(one) and len(second) >= _SHORT)
    return same and len(dois) < 2 and _first(one) == _first(two)


def _main(work: Work) -> str:
    """A plain title without what stands after its colon."""
    title = work.fields.get("title", "")
    return plain_title(Work("", "", {"title": title.partition(":")[0]}))


def _year(work: Work) -> int | None:
    year = forms.year(work.fields.get("year") or work.fields.get("date", ""))
    return int(year) if year else None


def _first(work: Work) -> str:
    return work.authors[0].family.casefold() if work.authors else ""
