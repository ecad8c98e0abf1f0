"""Works cited stand in the bibliography, and each stands there once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kb.check.rule import rule
from kb.model import Reference
from kb.problems import Problem, Speller
from kb.read import citations
from kb.read.bibliography.likeness import words
from kb.read.content import REFERENCES, Content


@rule(Content)
def cited_works_exist(content: Content) -> Iterator[Problem]:
    """A work that an entry cites, in its fields or its text, stands in references.bib (KB202)."""
    known = content.reference_lines
    if known is None:
        return
    speller = Speller()
    for entry in content.knowledge.entries():
        for loc, key in citations.keys_in_fields(entry):
            if key not in known:
                yield content.problem(entry, loc, "KB202", _missing(key), _hint(key, known, speller))
        for group in citations.find(entry.body):
            for citation in group.citations:
                if citation.key not in known:
                    yield content.body_problem(
                        entry, group.line, "KB202", _missing(citation.key), _hint(citation.key, known, speller)
                    )


def _missing(key: str) -> str:
    return f"there is no work {key!r} in {REFERENCES}"


def _hint(key: str, known: Iterable[str], speller: Speller) -> str:
    return speller.did_you_mean(key, known, f"add a record with this key to content/{REFERENCES}")


@rule(Content)
def dois_are_unique(content: Content) -> Iterator[Problem]:
    """A DOI stands in one record only (KB207); letter case does not count. Told at the later of the two."""
    seen: dict[str, Reference] = {}
    for reference in content.knowledge.references.values():
        if not reference.doi:
            continue
        other = seen.setdefault(reference.doi.lower(), reference)
        if other is not reference:
            first, later = sorted((other, reference), key=lambda record: content.record_line(record.key))
            message = (
                f"the DOI {later.doi} of {later.key}, line {content.record_line(later.key)}, "
                f"is also in {first.key}, line {content.record_line(first.key)}"
            )
            same = words(first.title) == words(later.title)
            hint = (
                f"keep one record, and cite it as {first.key}"
                if same
                else "one of the two DOIs is wrong, or both are the same work: then keep one record"
            )
            yield content.record_problem(later.key, "KB207", message, hint)


@rule(Content)
def listed_studies_exist(content: Content) -> Iterator[Problem]:
    """A printed list that a record names is that of a study (KB201), and each place in it is one work (KB206)."""
    seen: dict[tuple[str, int], str] = {}
    speller = Speller()
    for reference in content.knowledge.references.values():
        for listing in reference.listed:
            if listing.study not in content.slugs["studies"]:
                message = f"there is no study {listing.study!r}, named in listed of {reference.key}"
                hint = speller.did_you_mean(listing.study, content.slugs["studies"])
                yield content.record_problem(reference.key, "KB201", message, hint)
            place = (listing.study, listing.number)
            if place in seen:
                message = (
                    f"reference {listing.number} of {listing.study} is listed as {seen[place]} and as {reference.key}"
                )
                yield content.record_problem(reference.key, "KB206", message, "look it up in the printed list")
            seen.setdefault(place, reference.key)
