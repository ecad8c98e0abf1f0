"""Global ids: opaque, stable, and the way back from an id to its object."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode

from kb.api.context import ApiContext
from kb.api.errors import fault
from kb.api.parts import InterventionBody, StudyFinding, evidence_of
from kb.model import FINDABLE, Entry, Intervention, Study

KINDS = {kind.__name__: kind for kind in FINDABLE}
_HINT = "use an id that the API gave, as it is; to look up a slug, ask for e.g. study(slug: …)"


def encode(kind: str, slug: str) -> str:
    """The global id of ``slug`` among the objects of one kind."""
    return urlsafe_b64encode(f"{kind}:{slug}".encode()).decode()


def decode(identity: str) -> tuple[str, str]:
    """Kind and slug of a global id. Raises BAD_ID where it is none."""
    try:
        text = urlsafe_b64decode(identity.encode("ascii")).decode()
    except (ValueError, binascii.Error):
        raise fault("BAD_ID", "this is not an id of this API", _HINT) from None
    kind, colon, slug = text.partition(":")
    if not colon or encode(kind, slug) != identity:  # the decoder passes over what is no letter of its alphabet
        raise fault("BAD_ID", "this is not an id of this API", _HINT)
    return kind, slug


def entry_id(entry: Entry) -> str:
    return encode(type(entry).__name__, entry.slug)


def finding_id(finding: StudyFinding) -> str:
    return encode("Finding", f"{finding.study.slug}/{finding.part.id}")


def body_id(body: InterventionBody) -> str:
    return encode("EvidenceBody", f"{body.intervention.slug}/{body.part.id}")


def find(identity: str, context: ApiContext) -> Entry | StudyFinding | InterventionBody | None:
    """The object with a global id, or None where there is none (any more).

    Ids hold slugs, so those of an entry that was renamed are also found by its former ones.
    """
    kind, path = decode(identity)
    if kind in KINDS:
        return context.entry(KINDS[kind], path)
    slug, _, part = path.partition("/")
    if kind == "Finding" and isinstance(study := context.entry(Study, slug), Study):
        found = context.knowledge.evidence(f"{study.slug}/{part}")
        return StudyFinding(*found) if found else None
    if kind == "EvidenceBody" and isinstance(entry := context.entry(Intervention, slug), Intervention):
        bodies = evidence_of(entry, context.knowledge.assessments[entry.slug])
        return next((body for body in bodies if body.part.id == part), None)
    return None
