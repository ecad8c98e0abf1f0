"""Slugs, findings and scales that entries name must exist and be fit to rely on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import chain

from kb.check.rule import rule
from kb.model import (
    KINDS,
    Claim,
    Discrepancy,
    Entry,
    EvidenceBody,
    Finding,
    Framework,
    Instrument,
    Intervention,
    Scale,
    Status,
    Study,
    Withdrawal,
)
from kb.problems import Problem, Speller, some_of
from kb.read.content import Content
from kb.read.frontmatter import FrontMatter, Loc

Named = tuple[Loc, str, str]
"""A field, the folder it points into, and the slug it names."""

_KINDS = {kind.folder: kind.kind for kind in KINDS}
_SLUGS: dict[type[Entry], dict[str, str]] = {
    Study: {"instruments": "instruments", "interventions": "interventions", "drivers": "drivers"},
    Intervention: {"part_of": "interventions", "related": "interventions", "instruments": "instruments"},
    Instrument: {"drivers": "drivers"},
}
"""The fields that are lists of slugs, with the folder that they point into."""


def _all_named(content: Content) -> Iterator[tuple[Entry, Named, Entry | None]]:
    """Every slug that any entry names, with the entry that has it."""
    entries: dict[str, Mapping[str, Entry]] = {kind.folder: content.knowledge.of_kind(kind) for kind in KINDS}
    for entry in content.knowledge.entries():
        for place in _named_by(entry):
            yield entry, place, entries[place[1]].get(place[2])


def _named_by(entry: Entry) -> tuple[Named, ...]:
    """Every slug that an entry names."""
    found: list[Named] = []
    for field, folder in _SLUGS.get(type(entry), {}).items():
        found += [((field, index), folder, slug) for index, slug in enumerate(getattr(entry, field, ()))]
    match entry:
        case Study():
            found += [
                (("findings", index, "instrument"), "instruments", finding.instrument)
                for index, finding in enumerate(getattr(entry, "findings", ()))
                if getattr(finding, "instrument", None)
            ]
        case Intervention():
            found += [
                (("drivers", index, "driver"), "drivers", claim.driver)
                for index, claim in enumerate(getattr(entry, "drivers", ()))
                if hasattr(claim, "driver")
            ]
            for index, body in enumerate(getattr(entry, "evidence", ())):
                loc = ("evidence", index)
                if slug := getattr(body, "instrument", None):
                    found.append(((*loc, "instrument"), "instruments", slug))
                studies, findings = getattr(body, "studies", ()), getattr(body, "findings", ())
                found += [((*loc, "studies", number), "studies", slug) for number, slug in enumerate(studies)]
                found += [
                    ((*loc, "findings", number), "studies", path.partition("/")[0])
                    for number, path in enumerate(findings)
                ]
        case Framework():
            found += [
                (("terms", index, "mappings", number, "driver"), "drivers", mapping.driver)
                for index, term in enumerate(getattr(entry, "terms", ()))
                for number, mapping in enumerate(getattr(term, "mappings", ()))
                if hasattr(mapping, "driver")
            ]
    if replacement := getattr(getattr(entry, "withdrawn", None), "replaced_by", None):
        found.append((("withdrawn", "replaced_by"), entry.folder, replacement))
    return tuple(found)


@rule(Content)
def slugs_exist(content: Content) -> Iterator[Problem]:
    """A slug that an entry names exists and is not its own (KB201), and no draft is named by a published entry."""
    former = {(e.folder, slug): e.slug for e in content.knowledge.entries() for slug in getattr(e, "formerly", ())}
    speller = Speller()
    times = Counter((folder, slug) for _, (_, folder, slug), named in _all_named(content) if named is None)
    for entry, (loc, folder, slug), named in _all_named(content):
        if named is entry:
            message = f"an entry must not name itself under {loc[0]}"
            yield content.problem(entry, loc, "KB201", message, "name another entry, or leave it out")
        elif slug not in content.slugs[folder]:
            renamed = former.get((folder, slug))
            if renamed:
                message = f"there is no {_KINDS[folder]} {slug!r} anymore, it is now called {renamed}"
                yield content.problem(entry, loc, "KB201", message, f"write {renamed}")
                continue
            file = f"content/{folder}/{slug}.md"
            hint = speller.did_you_mean(slug, content.slugs[folder], f"add {file}, or name one that exists")
            if times[folder, slug] > 1:  # no slip of the pen
                hint = f"if {file} was deleted, restore it and write status: withdrawn; else {hint}"
            yield content.problem(entry, loc, "KB201", f"there is no {_KINDS[folder]} {slug!r}", hint)
        elif (folder, slug) in content.drafts and entry.status is Status.PUBLISHED:
            message = f"a published entry must not name a draft, {slug} is one"
            yield content.problem(entry, loc, "KB201", message, f"publish {slug} too, or leave it out")


@rule(Content, {Entry: ("withdrawn",), Withdrawal: ("replaced_by",)})
def nothing_rests_on_the_withdrawn(content: Content) -> Iterator[Problem]:
    """A withdrawn entry is not relied on (KB208): no evidence, claim or measurement of a published entry names it."""
    for entry, (loc, _, slug), named in _all_named(content):
        if named and named.withdrawn and entry.status is Status.PUBLISHED:
            replacement = named.withdrawn.replaced_by
            hint = f"name {replacement} instead" if replacement else "remove it, and grade again what rests on it"
            yield content.problem(entry, loc, "KB208", f"{slug} is withdrawn and must not be relied on", hint)


@rule(
    Content,
    {Intervention: ("evidence",), EvidenceBody: ("findings",), Study: ("findings",), Finding: ("id",)},
)
def findings_exist(content: Content) -> Iterator[Problem]:
    """A finding that a body of evidence names exists in its study (KB203)."""
    knowledge = content.knowledge
    speller = Speller()
    known = {path for study in knowledge.studies.values() for path in _finding_paths(study)}
    for intervention in knowledge.interventions.values():
        for index, body in enumerate(intervention.evidence):
            for number, path in enumerate(body.findings):
                if path in known:
                    continue
                slug, _, finding_id = path.partition("/")
                study = knowledge.studies.get(slug)
                ids = [finding.id for finding in study.findings] if study else []
                # An id that stands twice (KB206) has most likely taken the place of the one that is named here.
                if study and finding_id not in ids and len(ids) == len(set(ids)):
                    hint = speller.did_you_mean(finding_id, ids, f"{slug} has: {some_of(ids)}")
                    loc = ("evidence", index, "findings", number)
                    yield content.problem(intervention, loc, "KB203", f"{slug} has no finding {finding_id!r}", hint)


def _finding_paths(study: Study) -> tuple[str, ...]:
    return tuple(f"{study.slug}/{finding.id}" for finding in study.findings)


@rule(Study, {Study: ("findings", "discrepancies"), Finding: ("id",), Discrepancy: ("findings",)})
def discrepancies_name_findings(study: Study, source: FrontMatter) -> Iterator[Problem]:
    """A finding that a discrepancy names exists in its study (KB203)."""
    ids = [finding.id for finding in study.findings]
    if len(ids) != len(set(ids)):
        return
    speller = Speller()
    for index, discrepancy in enumerate(study.discrepancies):
        for number, finding_id in enumerate(discrepancy.findings):
            if finding_id not in ids:
                loc = ("discrepancies", index, "findings", number)
                hint = speller.did_you_mean(finding_id, ids, f"it has: {some_of(ids)}")
                yield source.problem(loc, "KB203", f"the study has no finding {finding_id!r}", hint)


@rule(Content, {Instrument: ("scales",), Scale: ("slug",)})
def scales_belong(content: Content) -> Iterator[Problem]:
    """A scale belongs to the instrument named beside it (KB205)."""
    knowledge = content.knowledge
    speller = Speller()
    owners: Iterable[Study | Intervention] = chain(knowledge.studies.values(), knowledge.interventions.values())
    for owner in owners:
        for loc, scale, slug in _scales(owner):
            if not slug:
                message = f"a scale needs its instrument, found the scale {scale} without one"
                yield content.problem(owner, loc, "KB205", message, "add instrument:, or remove scale:")
                continue
            instrument = knowledge.instruments.get(slug)
            scales = [scale.slug for scale in instrument.scales] if instrument else []
            if instrument and scale not in scales:
                hint = speller.did_you_mean(scale, scales, f"it has: {some_of(scales)}")
                yield content.problem(owner, loc, "KB205", f"{slug} has no scale {scale!r}", hint)


def _scales(owner: Study | Intervention) -> tuple[tuple[Loc, str, str | None], ...]:
    """The scales that findings or bodies of evidence name, each with its place and the instrument beside it."""
    part = "findings" if isinstance(owner, Study) else "evidence"
    holders: Sequence[Finding | EvidenceBody] = getattr(owner, part, ())
    return tuple(
        ((part, index, "scale"), scale, holder.instrument)
        for index, holder in enumerate(holders)
        if (scale := getattr(holder, "scale", None)) and hasattr(holder, "instrument")
    )


@rule(Entry)
def ids_are_unique(entry: Entry, source: FrontMatter) -> Iterator[Problem]:
    """An id is used once within its entry (KB206): findings, bodies of evidence, scales, terms."""
    if type(entry) in _IDS:
        field, name = _IDS[type(entry)]
        ids = [getattr(part, name, None) for part in getattr(entry, field, ())]
        for index in _repeated(ids):
            message = f"duplicate {name} {ids[index]!r} in {field}"
            yield source.problem((field, index, name), "KB206", message, "rename one of the two")


@rule(Intervention, {Intervention: ("drivers",), Claim: tuple(Claim.model_fields)})
def claims_are_unique(intervention: Intervention, source: FrontMatter) -> Iterator[Problem]:
    """A claim is made once (KB206)."""
    claims = intervention.drivers
    for index in _repeated(claims):
        message = f"duplicate claim about {claims[index].driver}"
        yield source.problem(("drivers", index), "KB206", message, "remove one of the two")


_IDS: dict[type[Entry], tuple[str, str]] = {
    Study: ("findings", "id"),
    Intervention: ("evidence", "id"),
    Instrument: ("scales", "slug"),
    Framework: ("terms", "slug"),
}


_LISTS: dict[type[Entry], tuple[str, ...]] = {
    Study: ("instruments", "interventions", "drivers", "classifications"),
    Intervention: ("part_of", "related", "instruments", "settings", "populations"),
    Instrument: ("constructs", "drivers"),
}


@rule(Entry)
def lists_name_once(entry: Entry, source: FrontMatter) -> Iterator[Problem]:
    """A list of slugs or words names each once (KB206)."""
    lists: list[tuple[Loc, Sequence[str]]] = [
        ((field,), getattr(entry, field, ())) for field in (*_LISTS.get(type(entry), ()), "formerly")
    ]
    part, field = ("evidence", "studies") if isinstance(entry, Intervention) else ("discrepancies", "findings")
    for index, holder in enumerate(getattr(entry, part, ())):
        lists.append(((part, index, field), getattr(holder, field, ())))
    for loc, names in lists:
        for index in _repeated(names):
            message = f"duplicate {names[index]} in {loc[-1]}"
            yield source.problem((*loc, index), "KB206", message, "remove one of the two")


def _repeated(ids: Iterable[Hashable]) -> Iterator[int]:
    seen: set[Hashable] = set()
    for index, name in enumerate(ids):
        if name is not None and name in seen:
            yield index
        seen.add(name)
