"""What drafts would be graded: how ratings would move if each were published as it is."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from kb.diff.difference import Change, DraftGrade
from kb.diff.ratings import estimate, rating, rating_changes
from kb.grading import assess_all, needed
from kb.model import Draft, EntryStatus, Intervention, KnowledgeBase, Study


def draft_grades(knowledge: KnowledgeBase, only: Collection[str] | None = None) -> Iterator[DraftGrade]:
    """What each draft of a study or an intervention would be graded; ``only`` names some, as folder/slug.

    A study counts by itself. An intervention counts with all drafts of studies, since these must be published with it.
    """
    for draft in knowledge.drafts:
        path = draft.path.partition("/")[2].removesuffix(".md")
        folder, _, slug = path.partition("/")
        if folder not in (Study.folder, Intervention.folder) or (only is not None and path not in only):
            continue
        entry = knowledge.studies.get(slug) if folder == Study.folder else knowledge.interventions.get(slug)
        if entry is None:
            yield DraftGrade(path, f"not yet: {_lacking(draft)}")
        elif isinstance(entry, Study):
            yield _of_study(knowledge, entry, path, draft)
        else:
            yield _of_intervention(knowledge, entry, path, draft)


def _lacking(draft: Draft) -> str:
    return str(draft).partition(" is a draft, ")[2] or "errors"


def _of_study(knowledge: KnowledgeBase, study: Study, path: str, draft: Draft) -> DraftGrade:
    after = _published(knowledge, {study.slug})
    moves = tuple(rating_changes(knowledge, after, {}, frozenset({path})))
    note = f"{_lacking(draft)}: what they change is not known yet" if draft.errors else ""
    tested = {arm.intervention for arm in study.arms if arm.intervention}
    unread = sorted(tested - knowledge.interventions.keys())
    if unread:
        note = "; ".join(filter(None, (f"{', '.join(unread)} cannot be graded before the entry is complete", note)))
    elif not moves:
        note = "; ".join(filter(None, ("no rating would move", note)))
    needs = tuple(Change(move.slug, after=needed(after.assessments[move.slug])) for move in moves)
    return DraftGrade(path, note, moves, needs)


def _of_intervention(knowledge: KnowledgeBase, entry: Intervention, path: str, draft: Draft) -> DraftGrade:
    drafts = {study.slug for study in knowledge.studies.values() if study.status is EntryStatus.DRAFT}
    assessment = _published(knowledge, drafts).assessments[entry.slug]
    bodies = tuple(
        Change(
            str(body.key),
            after=", ".join(filter(None, (body.certainty.label if body.certainty else "not graded", estimate(body)))),
        )
        for body in assessment.bodies
    )
    note = f"{_lacking(draft)}: what they change is not known yet" if draft.errors else ""
    return DraftGrade(
        path, note, rating=rating(assessment), bodies=bodies, needs=(Change(entry.slug, after=needed(assessment)),)
    )


def _published(knowledge: KnowledgeBase, slugs: Collection[str]) -> KnowledgeBase:
    """The same with some studies published, and all interventions assessed by them."""
    studies = {
        slug: study.model_copy(update={"status": EntryStatus.PUBLISHED}) if slug in slugs else study
        for slug, study in knowledge.studies.items()
    }
    graded = assess_all(knowledge.interventions, studies, knowledge.instruments, knowledge.waiting())
    return replace(knowledge, studies=studies, assessments=graded)
