"""Framework terms: they exist, and claims made in them agree with the crosswalk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from kb.check.rule import rule
from kb.model import Basis, Claim, Entry, Framework, Intervention, Mapping, Relation, Status, Study, Term
from kb.problems import Problem, Speller, some_of
from kb.read.content import Content
from kb.read.frontmatter import Loc


def _term(content: Content, path: str) -> Term | None:
    slug, _, term_slug = path.partition("/")
    framework = content.knowledge.frameworks.get(slug)
    return next((term for term in framework.terms if term.slug == term_slug), None) if framework else None


def _in_terms(intervention: Intervention) -> tuple[tuple[int, Claim], ...]:
    """The claims that are made in a framework's term, with their places."""
    return tuple((index, claim) for index, claim in enumerate(intervention.drivers) if claim.term)


@rule(
    Content,
    {
        Intervention: ("drivers",),
        Claim: ("term",),
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
        for index, claim in _in_terms(item)
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
        if entry.status is Status.PUBLISHED and ("frameworks", slug) in content.drafts:
            message = f"a published entry must not name a draft, {slug} is one"
            yield content.problem(entry, loc, "KB201", message, f"publish {slug} too, or leave it out")
        elif path not in known and slug not in broken:
            hint = speller.did_you_mean(path, known, "write framework-slug/term-slug")
            yield content.problem(entry, loc, "KB204", f"there is no term {path!r}", hint)
    for framework in knowledge.frameworks.values():
        slugs = [term.slug for term in framework.terms]
        for index, term in enumerate(framework.terms):
            if term.broader and (term.broader not in slugs or term.broader == term.slug):
                hint = speller.did_you_mean(term.broader, slugs, f"its terms: {some_of(slugs)}")
                loc = ("terms", index, "broader")
                yield content.problem(
                    framework, loc, "KB204", f"there is no broader term {term.broader!r} in this framework", hint
                )


@rule(
    Content,
    {
        Intervention: ("drivers",),
        Claim: ("driver", "term", "basis"),
        Framework: ("terms",),
        Term: ("slug", "mappings"),
        Mapping: ("driver", "relation"),
    },
)
def claims_agree_with_the_crosswalk(content: Content) -> Iterator[Problem]:
    """A claim in a framework's term names a driver to which the term maps as exact, close, broad or narrow (KB209).

    A term that a source states for an intervention becomes one claim for each such driver (vocabulary.md, Claims).
    """
    for intervention in content.knowledge.interventions.values():
        stated: dict[str, list[int]] = defaultdict(list)
        # A driver that does not exist is a problem of its own (KB201), and may be the one that would be missing.
        doubtful: set[str] = set()
        for index, claim in _in_terms(intervention):
            term = _term(content, claim.term) if claim.term else None
            if term is None or claim.term is None:
                continue
            if claim.driver not in content.slugs["drivers"]:
                doubtful.add(claim.term)
                continue
            allowed = [m.driver for m in term.mappings if m.relation is not Relation.RELATED]
            if claim.driver not in allowed:
                drivers = ", ".join(allowed) or "none"
                message = (
                    f"a claim must name a driver that its term maps to, got {claim.driver}; "
                    f"{claim.term} maps to {drivers}"
                )
                hint = "name a driver of the term, or leave the term out"
                yield content.problem(intervention, ("drivers", index, "driver"), "KB209", message, hint)
            if claim.basis is Basis.STATED:
                stated[claim.term].append(index)
        for path, indexes in ((path, indexes) for path, indexes in stated.items() if path not in doubtful):
            term = _term(content, path)
            claimed = {intervention.drivers[index].driver for index in indexes}
            for mapping in term.mappings if term else ():
                if mapping.relation is not Relation.RELATED and mapping.driver not in claimed:
                    message = f"{path} also maps to {mapping.driver}, so that driver must be claimed too"
                    hint = f"repeat the claim with driver: {mapping.driver}"
                    yield content.problem(intervention, ("drivers", indexes[0]), "KB209", message, hint)
