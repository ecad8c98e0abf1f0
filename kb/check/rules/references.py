"""References between entries: what they name exists, is named once, and may be relied on."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from functools import partial
from itertools import chain

from kb.check.rule import rule
from kb.limits import SHOWN
from kb.model import (
    KINDS,
    ClaimBasis,
    Discrepancy,
    DriverClaim,
    Entry,
    EntryStatus,
    Finding,
    Framework,
    Instrument,
    Intervention,
    Pooled,
    Question,
    Reference,
    Relation,
    ReportedGain,
    Scale,
    Study,
    StudyArm,
    Term,
    TermMapping,
    Withdrawal,
)
from kb.model.fields import Record
from kb.problems import Problem, Speller, some_of
from kb.read import citations
from kb.read.bibliography.likeness import words
from kb.read.content import REFERENCES, Content
from kb.read.frontmatter import FrontMatter, Loc

_KINDS = {kind.folder: kind.kind for kind in KINDS}
_SLUGS: dict[type[Record], dict[str, str]] = {
    Study: {"instruments": "instruments", "interventions": "interventions", "drivers": "drivers"},
    StudyArm: {"intervention": "interventions"},
    Finding: {"instrument": "instruments", "intervention": "interventions"},
    Pooled: {"includes": "studies"},
    Question: {"interventions": "interventions"},
    Intervention: {"part_of": "interventions", "related": "interventions", "instruments": "instruments"},
    DriverClaim: {"driver": "drivers", "finding": "studies"},
    ReportedGain: {"study": "studies"},
    Instrument: {"drivers": "drivers"},
    TermMapping: {"driver": "drivers"},
    Withdrawal: {"replaced_by": ""},
}
"""The fields that name entries, with the folder of these; the entry's own where it is empty."""


def fields(record: Record, loc: Loc = ()) -> Iterator[tuple[Record, Loc, object]]:
    """Every field of a record that could be read, and of the records in it: its record, place and value."""
    for name, value in vars(record).items():
        yield record, (*loc, name), value
        if isinstance(value, Record):
            yield from fields(value, (*loc, name))
        elif isinstance(value, tuple):
            for index, item in enumerate(value):
                if isinstance(item, Record):
                    yield from fields(item, (*loc, name, index))


def _named(content: Content) -> Iterator[tuple[Entry, Loc, str, str]]:
    """Every slug that an entry names: the entry, the place there, and the folder and slug of what it names."""
    for entry in content.knowledge.entries():
        for record, loc, value in fields(entry):
            folder = _SLUGS.get(type(record), {}).get(str(loc[-1]))
            if folder is None:
                continue
            if isinstance(value, str):
                yield entry, loc, folder or entry.folder, value.partition("/")[0]
            elif isinstance(value, tuple):
                for index, name in enumerate(value):
                    yield entry, (*loc, index), folder, name.partition("/")[0]


@rule(Content)
def slugs_exist(content: Content) -> Iterator[Problem]:
    """A slug that an entry names exists and is not its own (KB201), and a published entry names no draft."""
    former = {(e.folder, slug): e.slug for e in content.knowledge.entries() for slug in getattr(e, "formerly", ())}
    speller = Speller()
    times = Counter((folder, slug) for _, _, folder, slug in _named(content))
    for entry, loc, folder, slug in _named(content):
        if (folder, slug) == (entry.folder, entry.slug):
            message = f"an entry must not name itself under {loc[0]}"
            yield content.problem(entry, loc, "KB201", message, "name another entry, or leave it out")
        elif slug not in content.slugs[folder]:
            renamed = former.get((folder, slug))
            if renamed:
                message = f"there is no {_KINDS[folder]} {slug!r} anymore, it is now called {renamed}"
                yield content.problem(entry, loc, "KB201", message, f"write {renamed}")
                continue
            file = f"content/{folder}/{slug}.md"
            there = content.slugs[folder]
            few = f"; there are: {some_of(sorted(there))}" if len(there) <= SHOWN else ""
            hint = speller.did_you_mean(slug, there, f"name an entry that exists, or add {file}{few}")
            if times[folder, slug] > 1:  # a misspelling is rarely made twice
                hint = f"if {file} was deleted, restore it and write status: withdrawn; else {hint}"
            yield content.problem(entry, loc, "KB201", f"there is no {_KINDS[folder]} {slug!r}", hint)
        elif (folder, slug) in content.drafts and entry.status is EntryStatus.PUBLISHED:
            message = f"a published entry must not name a draft, {slug} is one"
            yield content.problem(entry, loc, "KB201", message, f"publish {slug} too, or leave it out")


@rule(Content, {Entry: ("withdrawn",), Withdrawal: ("replaced_by",)})
def nothing_relies_on_the_withdrawn(content: Content) -> Iterator[Problem]:
    """No withdrawn entry is relied on (KB208): no evidence, claim or measurement of a published entry names it."""
    entries = {kind.folder: content.knowledge.of_kind(kind) for kind in KINDS}
    for entry, loc, folder, slug in _named(content):
        named = entries[folder].get(slug)
        if named and named.withdrawn and named is not entry and entry.status is EntryStatus.PUBLISHED:
            replacement = named.withdrawn.replaced_by
            hint = f"name {replacement} instead" if replacement else "remove it, and grade again what relies on it"
            yield content.problem(entry, loc, "KB208", f"{slug} is withdrawn and must not be relied on", hint)


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
                hint = speller.did_you_mean(finding_id, ids, f"its findings are: {some_of(ids)}")
                yield source.problem(loc, "KB203", f"the study has no finding {finding_id!r}", hint)


@rule(Content, {Instrument: ("scales",), Scale: ("slug",)})
def scales_belong(content: Content) -> Iterator[Problem]:
    """A scale belongs to the instrument that is named with it (KB205)."""
    knowledge = content.knowledge
    speller = Speller()
    owners: Iterable[Study | Intervention] = chain(knowledge.studies.values(), knowledge.interventions.values())
    for owner in owners:
        for record, loc, scale in fields(owner):
            if loc[-1] != "scale" or not isinstance(scale, str) or not hasattr(record, "instrument"):
                continue
            slug = record.instrument
            instrument = knowledge.instruments.get(slug)
            scales = [scale.slug for scale in instrument.scales] if instrument else []
            if not slug:
                message = f"a scale needs its instrument, found the scale {scale} without one"
                yield content.problem(owner, loc, "KB205", message, "add instrument:, or remove scale:")
            elif instrument and scale not in scales:
                hint = speller.did_you_mean(scale, scales, f"its scales are: {some_of(scales)}")
                yield content.problem(owner, loc, "KB205", f"{slug} has no scale {scale!r}", hint)


@rule(Entry)
def names_are_unique(entry: Entry, source: FrontMatter) -> Iterator[Problem]:
    """An id is used once in its list (KB206), and a list of slugs or words names each once."""
    for _, loc, value in fields(entry):
        if not isinstance(value, tuple) or loc[-1] in ("ci", "range", "prediction"):
            continue
        for name in ("id", "slug"):
            ids = [getattr(part, name, None) for part in value]
            for index in _repeated(ids):
                message = f"duplicate {name} {ids[index]!r} in {loc[-1]}"
                yield source.problem((*loc, index, name), "KB206", message, "rename one of the two")
        names = [item if isinstance(item, str) else None for item in value]
        for index in _repeated(names):
            message = f"duplicate {names[index]} in {loc[-1]}"
            yield source.problem((*loc, index), "KB206", message, "remove one of the two")


@rule(Intervention, {Intervention: ("drivers",), DriverClaim: tuple(DriverClaim.model_fields)})
def claims_are_unique(intervention: Intervention, source: FrontMatter) -> Iterator[Problem]:
    """A claim is made once (KB206)."""
    claims = intervention.drivers
    for index in _repeated(claims):
        message = f"duplicate claim about {claims[index].driver}"
        yield source.problem(("drivers", index), "KB206", message, "remove one of the two")


def _repeated(ids: Iterable[Hashable]) -> Iterator[int]:
    seen: set[Hashable] = set()
    for index, name in enumerate(ids):
        if name is not None and name in seen:
            yield index
        seen.add(name)


@rule(
    Content,
    {
        Intervention: ("drivers",),
        DriverClaim: ("term",),
        Study: ("classifications",),
        Framework: ("terms",),
        Term: ("slug", "broader"),
    },
)
def terms_exist(content: Content) -> Iterator[Problem]:
    """A framework term that an entry names exists (KB204), in no draft (KB201), as does the broader term of a term."""
    knowledge = content.knowledge
    paths: list[tuple[Entry, Loc, str]] = [
        (item, ("drivers", index, "term"), claim.term)
        for item in knowledge.interventions.values()
        for index, claim in enumerate(item.drivers)
        if claim.term
    ]
    paths += [
        (study, ("classifications", index), path)
        for study in knowledge.studies.values()
        for index, path in enumerate(study.classifications)
    ]
    broken = content.slugs["frameworks"] - knowledge.frameworks.keys()
    known = {f"{f.slug}/{term.slug}" for f in knowledge.frameworks.values() for term in f.terms}
    speller = Speller()
    for entry, loc, path in paths:
        slug = path.partition("/")[0]
        if entry.status is EntryStatus.PUBLISHED and ("frameworks", slug) in content.drafts:
            message = f"a published entry must not name a draft, {slug} is one"
            yield content.problem(entry, loc, "KB201", message, f"publish {slug} too, or leave it out")
        elif path not in known and slug not in broken:
            hint = speller.did_you_mean(path, known, "write framework-slug/term-slug")
            yield content.problem(entry, loc, "KB204", f"there is no term {path!r}", hint)
    for framework in knowledge.frameworks.values():
        slugs = [term.slug for term in framework.terms]
        for index, term in enumerate(framework.terms):
            if term.broader and (term.broader not in slugs or term.broader == term.slug):
                hint = speller.did_you_mean(term.broader, slugs, f"its terms are: {some_of(slugs)}")
                loc = ("terms", index, "broader")
                yield content.problem(
                    framework, loc, "KB204", f"there is no broader term {term.broader!r} in this framework", hint
                )


@rule(
    Content,
    {
        Intervention: ("drivers",),
        DriverClaim: ("driver", "term", "basis"),
        Framework: ("terms",),
        Term: ("slug", "mappings"),
        TermMapping: ("driver", "relation"),
    },
)
def claims_agree_with_the_crosswalk(content: Content) -> Iterator[Problem]:
    """A claim in a framework's term names a driver to which the term maps as exact, close, broad or narrow (KB209).

    A term that a source states for an intervention becomes one claim for each such driver (vocabulary.md, Claims).
    """
    drivers = {
        f"{framework.slug}/{term.slug}": [m.driver for m in term.mappings if m.relation is not Relation.RELATED]
        for framework in content.knowledge.frameworks.values()
        for term in framework.terms
    }
    for intervention in content.knowledge.interventions.values():
        stated: dict[str, list[int]] = defaultdict(list)
        # A driver that does not exist is a problem of its own (KB201), and may be the one that would be missing.
        doubtful: set[str] = set()
        for index, claim in enumerate(intervention.drivers):
            if not claim.term or claim.term not in drivers:
                continue
            if claim.driver not in content.slugs["drivers"]:
                doubtful.add(claim.term)
                continue
            allowed = drivers[claim.term]
            if claim.driver not in allowed:
                message = (
                    f"a claim must name a driver that its term maps to, got {claim.driver}; "
                    f"{claim.term} maps to {', '.join(allowed) or 'none'}"
                )
                hint = "name a driver of the term, or leave the term out"
                yield content.problem(intervention, ("drivers", index, "driver"), "KB209", message, hint)
            if claim.basis is ClaimBasis.STATED:
                stated[claim.term].append(index)
        for path in stated.keys() - doubtful:
            claimed = {intervention.drivers[index].driver for index in stated[path]}
            for driver in drivers[path]:
                if driver not in claimed:
                    message = f"{path} also maps to {driver}, so that driver must be claimed too"
                    hint = f"repeat the claim with driver: {driver}"
                    yield content.problem(intervention, ("drivers", stated[path][0]), "KB209", message, hint)


@rule(Content)
def cited_works_exist(content: Content) -> Iterator[Problem]:
    """A work that an entry cites, in its fields or its text, is in references.bib (KB202)."""
    known = content.reference_lines
    if known is None:
        return
    speller = Speller()
    for entry in content.knowledge.entries():
        for key, problem in cited(entry, content.sources[entry.folder, entry.slug]):
            if key not in known:
                hint = speller.did_you_mean(key, known, f"add a record with this key to content/{REFERENCES}")
                yield problem("KB202", f"there is no work {key!r} in {REFERENCES}", hint)


@rule(Content)
def preprints_name_their_articles(content: Content) -> Iterator[Problem]:
    """The article that a preprint became is another record of references.bib (KB202)."""
    speller = Speller()
    known = content.reference_lines or {}
    for key, reference in content.knowledge.references.items():
        article = reference.preprint_of
        if article == key:
            message = f"{key} must not name itself as its article"
            yield content.record_problem(
                key, "KB202", message, "write the key of the article, or leave preprint-of out"
            )
        elif article and article not in known:
            others = known.keys() - {key}
            hint = speller.did_you_mean(article, others, "add the record of the article, or leave preprint-of out")
            message = f"there is no work {article!r} in {REFERENCES}, named as the article of {key}"
            yield content.record_problem(key, "KB202", message, hint)


def cited(entry: Entry, source: FrontMatter) -> Iterator[tuple[str, Callable[..., Problem]]]:
    """The keys that an entry cites, in its fields and in its text, each with what makes a problem at its place."""
    for loc, key in citations.keys_in_fields(entry):
        yield key, partial(source.problem, loc)
    for group in citations.find(entry.body):
        for citation in group.citations:
            yield citation.key, partial(source.body_problem, group.line)


@rule(Content)
def dois_are_unique(content: Content) -> Iterator[Problem]:
    """A DOI is in one record only (KB207); letter case does not count. The problem is at the later of the two."""
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
                else "correct the wrong DOI, or keep one record if both are the same work"
            )
            yield content.record_problem(later.key, "KB207", message, hint)


@rule(Content)
def listed_studies_exist(content: Content) -> Iterator[Problem]:
    """A list of references that a record names belongs to a study (KB201); each number in it is one work (KB206)."""
    seen: dict[tuple[str, int], str] = {}
    speller = Speller()
    for reference in content.knowledge.references.values():
        for listing in reference.listed:
            if listing.study not in content.slugs["studies"]:
                message = f"there is no study {listing.study!r}, named under listed of {reference.key}"
                hint = speller.did_you_mean(listing.study, content.slugs["studies"])
                yield content.record_problem(reference.key, "KB201", message, hint)
            place = (listing.study, listing.number)
            if place in seen:
                message = (
                    f"reference {listing.number} of {listing.study} is listed as {seen[place]} and as {reference.key}"
                )
                yield content.record_problem(
                    reference.key, "KB206", message, "look it up in the study's list of references"
                )
            seen.setdefault(place, reference.key)
