"""The costliest queries that the limits let pass: some that were thought of, and the worst that chance finds."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from pathlib import Path

from graphql import (
    GraphQLObjectType,
    OperationType,
    get_introspection_query,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)
from graphql_server.exceptions import GraphQLValidationError

from kb.api import limits, make_context
from kb.api.answers import Question, reply
from kb.api.schema import SCHEMA
from kb.check import read
from kb.read import synonyms
from kb.search import open_index

WORDS = "burnout the intervention of physicians peer coaching documentation workload " * 60
MISSPELLED = "burnoqqt interqqntion physqqians coacqqng worklqqd documqqtation emoqqonal exhausqqon " * 4
PHRASES = " ".join(rf"\"{first} {second}\"" for first, second in pairwise(WORDS.split()[:64]))
SYNONYMS = " ".join(
    spelling
    for group in synonyms.parse(Path("content/synonyms.yml").read_text(encoding="utf-8"), "synonyms.yml")[0].groups
    for spelling in group
)
LISTED = '["physician-peer-coaching", "organization-directed-interventions"]'
WORDED = '{populations: ["' + '", "'.join(f"phys{number}" for number in range(30)) + '"]}'
SECONDS = 60


def _names(text: str, count: int = 20) -> str:
    return " ".join(f"name{number}: {text}" for number in range(count))


def _thought_of(slug: str) -> dict[str, str]:
    study = f'study(slug: "{slug}")'
    shown = "totalCount edges { cursor highlights { parts { text } } } facets { values { count } }"
    return {
        "introspection": get_introspection_query(),
        "findings in findings": f"{{ {study} {{ findings {{ study {{ findings {{ slug outcome direction }} }} }} }} }}",
        "findings, stopped": (
            f"{{ {study} {{ findings {{ study {{ findings {{ study {{ findings {{ slug }} }} }} }} }} }} }}"
        ),
        "arms of all findings": (
            "{ studies(first: 30) { nodes { findings { id direction instrument { title } arms { label n mean } } } } }"
        ),
        "html under many names": "{ studies(first: 95) { nodes { " + _names("html") + " } } }",
        "statements": "{ interventions(first: 50) { nodes { evidence { " + _names("statement") + " } } } }",
        "directions": "{ studies(first: 50) { nodes { findings { " + _names("direction") + " } } } }",
        "grades": "{ interventions(first: 100) { nodes { " + _names("grade { rationale }") + " } } }",
        "pages of pages": "{ drivers { "
        + _names("interventions(first: 100, orderBy: [{field: TITLE, direction: DESC}]) { totalCount }", 6)
        + " } }",
        "bodies and estimates": "{ interventions(first: 50) { nodes { evidence { "
        + _names("synthesis { estimate ofHundred }", 5)
        + " } } } }",
        "comparators": "{ interventions(first: 50) { nodes { evidence { " + _names("comparator") + " } } } }",
        "all findings, often": "{ " + _names("findings(first: 1) { totalCount }") + " }",
        "findings of bodies, often": "{ "
        + _names(f"findings(first: 1, filter: {{interventions: {LISTED}}}) {{ totalCount }}")
        + " }",
        "populations": "{ drivers { " + _names(f"interventions(filter: {WORDED}) {{ totalCount }}", 6) + " } }",
        "cursors": "{ references(first: 80) { nodes { citedBy(first: 20) { edges { cursor } } } } }",
        "small pages": "{ interventions(first: 100) { nodes { "
        + _names("instruments(first: 1) { totalCount }")
        + " } } }",
        "search": f'{{ search(query: "{WORDS[:400]}", first: 100) {{ {shown} }} }}',
        "search by a long text": f'{{ search(query: "{WORDS}", first: 100) {{ {shown} }} }}',
        "searches": "{ " + _names(f'search(query: "{WORDS[:400]}") {{ {shown} }}', limits.LIMITS.searches) + " }",
        "searches, misspelled": "{ "
        + _names(f'search(query: "{MISSPELLED}") {{ suggestion }}', limits.LIMITS.searches)
        + " }",
        "searches of phrases": "{ "
        + _names(f'search(query: "{PHRASES}") {{ {shown} }}', limits.LIMITS.searches)
        + " }",
        "search of one phrase": '{ search(query: "'
        + r"\""
        + "burnout " * 60
        + r"\""
        + f'", first: 100) {{ {shown} }} }}',
        "search, synonyms": f'{{ search(query: "{SYNONYMS}", first: 100) {{ totalCount edges {{ cursor }} }} }}',
        "search, everything": f'{{ search(query: "", first: 100) {{ {shown} }} }}',
        "unknown slugs": "{ "
        + _names(f'interventions(filter: {{drivers: ["{"workl" * 32}"]}}) {{ totalCount }}')
        + " }",
    }


def _by_chance(kind: GraphQLObjectType, levels: int, chance: random.Random) -> str:
    """A selection of fields that need no argument."""
    names = [name for name, field in kind.fields.items() if not any(map(is_required_argument, field.args.values()))]
    chance.shuffle(names)
    leaves = [name for name in names if is_leaf_type(get_named_type(kind.fields[name].type))]
    parts = leaves[: chance.choice([1, 1, 3, 8])]
    for name in [name for name in names if name not in leaves][: chance.choice([1, 1, 2, 3])] if levels > 1 else []:
        inner = get_named_type(kind.fields[name].type)
        page = f"(first: {chance.choice([1, 10, 40, 100])})" if "first" in kind.fields[name].args else ""
        parts.append(f"{name}{page} {{ {_by_chance(inner, levels - 1, chance)} }}")  # type: ignore[arg-type]
    return " ".join(parts) or "__typename"


def report(folder: Path) -> None:
    """Print the CPU of each, in this process."""
    public = read(Path(__file__).parents[1] / "content", date(2026, 11, 22)).public()
    context = make_context(public, open_index(public, folder / "index", lambda _message: None))
    for entries in (public.interventions, public.studies, public.drivers, public.instruments):
        for entry in entries.values():
            context.catalog.render(entry)

    def spent(work: Callable[[], object]) -> float:
        start = time.process_time()
        work()
        return (time.process_time() - start) * 1000

    def row(name: str, query: str) -> None:
        def ask() -> object:
            return reply(Question(query, {}), context, {OperationType.QUERY})

        given = reply(Question(query, {}), context, {OperationType.QUERY})
        taken = min(spent(ask) for _ in range(5))
        told = "refused" if given.refused else f"{len(given.body):,} bytes"
        print(f"{name:<26}{given.cost or 0:>8.0f}{told:>18}{taken:>10.1f}")

    print(f"{'query':<26}{'cost':>8}{'answer':>18}{'ms':>10}")
    slug = max(public.studies.values(), key=lambda study: len(study.findings)).slug
    for name, query in _thought_of(slug).items():
        row(name, query)
    chance, found, end, tried = random.Random(5), [], time.monotonic() + SECONDS, 0
    while time.monotonic() < end:
        query = f"{{ {_by_chance(SCHEMA.query_type, chance.choice([4, 6, 8, 10]), chance)} }}"  # type: ignore[arg-type]
        tried += 1
        try:
            limits.admit(SCHEMA, query)
        except GraphQLValidationError:
            continue
        found.append((spent(lambda: reply(Question(query, {}), context, {OperationType.QUERY})), query))  # noqa: B023
        found = sorted(found, reverse=True)[:10]
    print(f"the worst of {tried:,} by chance")
    for number, (_, query) in enumerate(found, 1):
        row(f"by chance {number}", query)
