"""What a better source adds to a record of references.bib, and where the two differ."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from kb.cite.duplicates import is_preprint
from kb.model import Person, Work
from kb.read.bibliography.ama import initials, page_range

_ADDED = (
    *("title", "journal", "booktitle", "edition", "publisher", "address", "year", "volume", "number", "pages"),
    *("doi", "pmid", "retracted", "corrected", "concern"),
)
"""The fields that a record can lack; how it was verified, its notes and its lists are the curator's own."""
_NOTICES = ("retracted", "corrected", "concern")


@dataclass(frozen=True)
class Completion:
    """A record as another source completes it."""

    work: Work
    """The completed record; it is the record itself where nothing is missing."""
    gained: tuple[str, ...]
    """The fields that are new or fuller."""
    differs: tuple[tuple[str, str, str], ...]
    """The fields that stay as they are although the source says otherwise: name, what is kept, what the source says."""


def completed(record: Work, source: Work) -> Completion:
    """A record with what it lacks and the source of the same work has; what says something else is not replaced.

    A source with another title and another first author gives nothing, as one of the two has a wrong DOI.
    """
    if _another(record, source):
        names = [str((work.authors or work.editors)[0]) for work in (record, source)]
        titles = [work.fields["title"] for work in (record, source)]
        return Completion(record, (), (("title", *titles), ("first author", *names)))  # type: ignore[arg-type]
    old, new = dict(record.fields), dict(source.fields)
    if "issue" in old and "number" in new:
        new["issue"] = new.pop("number")
    if "date" in old and "year" in new and old["date"][:4] == new["year"]:
        del new["year"]
    differs: list[tuple[str, str, str]] = []
    kept = dict(old)
    for name in dict.fromkeys((*_ADDED, "issue")):
        value, was = new.get(name, ""), old.get(name, "")
        if not value or _plain(value) == _plain(was):
            continue
        if not was and not _fits(name, record, source):
            continue
        if not was or _fuller(name, was, value):
            kept[name] = value
        else:
            differs.append((name, was, value))
    if kept.get("volume") and "pubstate" in kept:
        kept.pop("pubstate")
        kept.pop("date", None)
    if kept.get("doi") and "url" in kept and "doi.org/" in kept["url"]:
        kept.pop("url")
    kind = source.type if record.type == "misc" and "journal" in kept and source.type == "article" else record.type
    people = {"authors": record.authors, "editors": record.editors}
    more = record.more_authors
    for role in ("authors", "editors"):
        ours, theirs = getattr(record, role), getattr(source, role)
        if not theirs or _same_people(ours, theirs):
            continue
        if _fuller_people(ours, theirs, role == "authors" and more):
            people[role] = theirs
            more = source.more_authors if role == "authors" else more
        else:
            shown = (", ".join(map(str, side[:4])) + (" ..." if len(side) > 4 else "") for side in (ours, theirs))
            differs.append((role[:-1], *shown))  # type: ignore[arg-type]
    kept = {name: value for name, value in kept.items() if value}
    work = replace(
        record, type=kind, fields=kept, more_authors=more, authors=people["authors"], editors=people["editors"]
    )
    if work == record and dict(work.fields) == dict(record.fields):
        return Completion(record, (), tuple(differs))
    gained = [name for name in kept if kept[name] != record.fields.get(name, "")]
    gained += [role[:-1] for role in people if people[role] != getattr(record, role)]
    return Completion(work, tuple(gained), tuple(differs))


def _another(record: Work, source: Work) -> bool:
    """Whether a source of the same DOI is most likely another work: its title and its first author are others."""
    people = [work.authors or work.editors for work in (record, source)]
    titles = [set(re.findall(r"\w+", work.fields.get("title", "").lower())) for work in (record, source)]
    return (
        all((*people, *titles))
        and _plain(people[0][0].family) != _plain(people[1][0].family)
        and len(titles[0] & titles[1]) * 3 < min(map(len, titles))
    )


def _fits(name: str, record: Work, source: Work) -> bool:
    """Whether a field that the record lacks belongs to its type, and the source is the same version of the work."""
    if name in ("publisher", "address", "edition", "booktitle"):
        return record.type == source.type
    if name == "journal":
        return not record.fields.get("booktitle") and is_preprint(record) == is_preprint(source)
    return True


def _fuller(name: str, was: str, value: str) -> bool:
    """Whether a value says all that another one does, and more."""
    if name in _NOTICES:
        return value > was
    if name == "pages":
        return page_range(value).startswith(f"{page_range(was)}-")
    if name == "title":
        return re.sub(r"\W+", " ", value.lower()).startswith(re.sub(r"\W+", " ", was.lower()).strip() + " ")
    return False


def _plain(value: str) -> str:
    return re.sub(r"[\W_]+", "", page_range(value).casefold())


def _names(people: tuple[Person, ...]) -> list[tuple[str, str]]:
    return [(_plain(person.family), initials(person.given)) for person in people]


def _same_people(ours: tuple[Person, ...], theirs: tuple[Person, ...]) -> bool:
    given = [[_plain(person.given) for person in side] for side in (ours, theirs)]
    return [name for name, _ in _names(ours)] == [name for name, _ in _names(theirs)] and given[0] == given[1]


def _fuller_people(ours: tuple[Person, ...], theirs: tuple[Person, ...], more: bool) -> bool:
    """Whether the other list has all names of ours, with more of them or with fuller given names."""
    if not ours:
        return True
    if len(theirs) < len(ours) or (len(theirs) > len(ours) and not more):
        return False
    for (family, short), (other, long) in zip(_names(ours), _names(theirs), strict=False):
        if family != other or not (long.startswith(short) or short.startswith(long)):
            return False
    letters = [sum(len(person.given) for person in side[: len(ours)]) for side in (ours, theirs)]
    return len(theirs) > len(ours) or letters[1] > letters[0]
