"""Slugs, findings and scales that entries name must exist and be fit to rely on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence

from kb.frontmatter import Loc
from kb.load import Content
from kb.model import KINDS, Entry, EvidenceBody, Finding, Instrument, Status
from kb.problems import Problem, did_you_mean

Named = tuple[Loc, str, str]
"""A field, the folder it points into, and the slug it names."""

_KINDS = {kind.folder: kind.kind for kind in KINDS}


def _named(content: Content) -> Iterator[tuple[Entry, Named]]:
    """Every slug that any entry names."""
    knowledge = content.knowledge
    for study in knowledge.studies.values():
        for field, folder in (
            ("instruments", "instruments"),
            ("interventions", "interventions"),
            ("drivers", "drivers"),
        ):
            for index, slug in enumerate(getattr(study, field)):
                yield study, ((field, index), folder, slug)
        for index, finding in enumerate(study.findings):
            if finding.instrument:
                yield study, (("findings", index, "instrument"), "instruments", finding.instrument)
    for intervention in knowledge.interventions.values():
        for field, folder in (
            ("part_of", "interventions"),
            ("related", "interventions"),
            ("instruments", "instruments"),
        ):
            for index, slug in enumerate(getattr(intervention, field)):
                yield intervention, ((field, index), folder, slug)
        for index, claim in enumerate(intervention.drivers):
            yield intervention, (("drivers", index, "driver"), "drivers", claim.driver)
        for index, body in enumerate(intervention.evidence):
            if body.instrument:
                yield intervention, (("evidence", index, "instrument"), "instruments", body.instrument)
            for number, slug in enumerate(body.studies):
                yield intervention, (("evidence", index, "studies", number), "studies", slug)
            for number, path in enumerate(body.findings):
                yield intervention, (("evidence", index, "findings", number), "studies", path.partition("/")[0])
    for instrument in knowledge.instruments.values():
        for index, slug in enumerate(instrument.drivers):
            yield instrument, (("drivers", index), "drivers", slug)
    for framework in knowledge.frameworks.values():
        for index, term in enumerate(framework.terms):
            for number, mapping in enumerate(term.mappings):
                yield framework, (("terms", index, "mappings", number, "driver"), "drivers", mapping.driver)
    for entry in knowledge.entries():
        if entry.withdrawn and entry.withdrawn.replaced_by:
            yield entry, (("withdrawn", "replaced_by"), entry.folder, entry.withdrawn.replaced_by)


def slugs_exist(content: Content) -> Iterator[Problem]:
    """A slug that an entry names exists and is not its own (KB201), and no draft is named by a published entry."""
    for entry, (loc, folder, slug) in _named(content):
        known = content.slugs[folder]
        if (folder, slug) == (entry.folder, entry.slug):
            message = f"an entry must not name itself under {loc[0]}"
            yield content.problem(entry, loc, "KB201", message, "name another entry, or leave it out")
            continue
        if slug not in known:
            hint = did_you_mean(slug, known, f"add content/{folder}/{slug}.md, or name one that stands there")
            yield content.problem(entry, loc, "KB201", f"there is no {_KINDS[folder]} {slug!r}", hint)
            continue
        named = getattr(content.knowledge, folder).get(slug)
        if named and named.status is Status.DRAFT and entry.status is Status.PUBLISHED:
            message = f"a published entry must not name a draft, {slug} is one"
            yield content.problem(entry, loc, "KB201", message, f"publish {slug} too, or leave it out")


def nothing_rests_on_the_withdrawn(content: Content) -> Iterator[Problem]:
    """A withdrawn entry is not relied on (KB208): no evidence, claim or measurement of a published entry names it."""
    for entry, (loc, folder, slug) in _named(content):
        named = getattr(content.knowledge, folder).get(slug)
        if named and named.status is Status.WITHDRAWN and entry.status is Status.PUBLISHED and loc[0] != "withdrawn":
            replacement = named.withdrawn and named.withdrawn.replaced_by
            hint = f"name {replacement} instead" if replacement else "remove it, and grade again what rests on it"
            yield content.problem(entry, loc, "KB208", f"{slug} is withdrawn and must not be relied on", hint)


def findings_exist(content: Content) -> Iterator[Problem]:
    """A finding that a body of evidence names exists in its study (KB203); so do those that a discrepancy names."""
    knowledge = content.knowledge
    for intervention in knowledge.interventions.values():
        for index, body in enumerate(intervention.evidence):
            for number, path in enumerate(body.findings):
                slug, _, finding_id = path.partition("/")
                study = knowledge.studies.get(slug)
                ids = [finding.id for finding in study.findings] if study else []
                # An id that stands twice (KB206) has most likely taken the place of the one that is named here.
                if study and finding_id not in ids and len(ids) == len(set(ids)):
                    hint = did_you_mean(finding_id, ids, f"{slug} has: {', '.join(ids) or 'none'}")
                    loc = ("evidence", index, "findings", number)
                    yield content.problem(intervention, loc, "KB203", f"{slug} has no finding {finding_id!r}", hint)
    for study in knowledge.studies.values():
        ids = [finding.id for finding in study.findings]
        if len(ids) != len(set(ids)):
            continue
        for index, discrepancy in enumerate(study.discrepancies):
            for number, finding_id in enumerate(discrepancy.findings):
                if finding_id not in ids:
                    loc = ("discrepancies", index, "findings", number)
                    hint = did_you_mean(finding_id, ids, f"it has: {', '.join(ids) or 'none'}")
                    yield content.problem(study, loc, "KB203", f"the study has no finding {finding_id!r}", hint)


def scales_belong(content: Content) -> Iterator[Problem]:
    """A scale belongs to the instrument named beside it (KB205)."""
    knowledge = content.knowledge
    parts: list[tuple[Entry, str, Sequence[Finding | EvidenceBody]]] = [
        *((study, "findings", study.findings) for study in knowledge.studies.values()),
        *((item, "evidence", item.evidence) for item in knowledge.interventions.values()),
    ]
    for owner, part, holders in parts:
        for index, holder in enumerate(holders):
            if not holder.scale:
                continue
            loc: Loc = (part, index, "scale")
            if not holder.instrument:
                message = f"the scale {holder.scale} must stand beside its instrument"
                yield content.problem(owner, loc, "KB205", message, "add instrument:, or remove scale:")
                continue
            instrument = knowledge.instruments.get(holder.instrument)
            scales = [scale.slug for scale in instrument.scales] if instrument else []
            if instrument and holder.scale not in scales:
                hint = did_you_mean(holder.scale, scales, f"it has: {', '.join(scales) or 'none'}")
                yield content.problem(owner, loc, "KB205", f"{holder.instrument} has no scale {holder.scale!r}", hint)


def ids_are_unique(content: Content) -> Iterator[Problem]:
    """An id is used once within its entry (KB206): findings, bodies of evidence, scales, terms; so is a claim."""
    knowledge = content.knowledge
    parts: list[tuple[Entry, str, str, list[str]]] = [
        *((study, "findings", "id", [f.id for f in study.findings]) for study in knowledge.studies.values()),
        *((item, "evidence", "id", [b.id for b in item.evidence]) for item in knowledge.interventions.values()),
        *((item, "scales", "slug", _scale_slugs(item)) for item in knowledge.instruments.values()),
        *((item, "terms", "slug", [t.slug for t in item.terms]) for item in knowledge.frameworks.values()),
    ]
    for entry, field, name, ids in parts:
        for index in _repeated(ids):
            message = f"the {name} {ids[index]!r} must stand once in {field}"
            yield content.problem(entry, (field, index, name), "KB206", message, "rename one of the two")
    for intervention in knowledge.interventions.values():
        for index in _repeated(intervention.drivers):
            message = f"the claim about {intervention.drivers[index].driver} must stand once"
            yield content.problem(intervention, ("drivers", index), "KB206", message, "remove one of the two")


def _scale_slugs(instrument: Instrument) -> list[str]:
    return [scale.slug for scale in instrument.scales]


def _repeated(ids: Iterable[Hashable]) -> Iterator[int]:
    seen: Counter[Hashable] = Counter()
    for index, name in enumerate(ids):
        if seen[name]:
            yield index
        seen[name] += 1


RULES = (slugs_exist, nothing_rests_on_the_withdrawn, findings_exist, scales_belong, ids_are_unique)
