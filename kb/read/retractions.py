"""Marks: the retractions and corrections of works, and the entries that rest on them."""

from __future__ import annotations

from kb.model import Entry, Intervention, KnowledgeBase, Reference
from kb.read.citations import cited_keys


def marked_works(entry: Entry, knowledge: KnowledgeBase) -> tuple[Reference, ...]:
    """The retracted or corrected works that an entry rests on, by key.

    To rest on a work is to cite it, in a field or in the text, or to name its study in a body of evidence.
    """
    studies = (knowledge.studies.get(slug) for slug in named_studies(entry))
    keys = {*cited_keys(entry), *(study.reference for study in studies if study)}
    works = [knowledge.references[key] for key in keys if key in knowledge.references]
    return tuple(sorted((work for work in works if work.retracted or work.corrected), key=lambda work: work.key))


def named_studies(entry: Entry) -> tuple[str, ...]:
    """The slugs of the studies that an entry's bodies of evidence name."""
    if not isinstance(entry, Intervention):
        return ()
    found = [path.partition("/")[0] for body in entry.evidence for path in body.findings]
    return tuple(dict.fromkeys([*found, *(slug for body in entry.evidence for slug in body.studies)]))
