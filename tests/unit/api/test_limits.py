"""Limits: what each counts, that it ends where it says, and that it is worked out in the size of the query."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from graphql import OperationType, get_introspection_query, parse
from graphql_server.exceptions import GraphQLValidationError

from kb.api import CODES, ApiContext, make_context
from kb.api.answers import Execution, Question, answer, reply
from kb.api.limits import LIMITS, admit, check_variables, measure, repeats
from kb.api.schema import SCHEMA
from kb.grading import assess_all
from kb.model import Instrument, Intervention, KnowledgeBase, Study

QUERIES = sorted((Path(__file__).parents[3] / "graphql" / "queries").glob("*.graphql"))


def code(source: str, variables: Mapping[str, Any] | None = None) -> str:
    with pytest.raises(GraphQLValidationError) as refusal:
        admit(SCHEMA, source, variables)
    (error,) = refusal.value.errors
    assert error.extensions["code"] in CODES
    return str(error.extensions["code"])


def test_the_header_names_every_limit_with_its_number() -> None:
    """It is a dictionary of structured fields, so that clients need not parse prose."""
    pairs = dict(item.split("=") for item in LIMITS.header.split(", "))
    assert {name: int(number) for name, number in pairs.items()} == asdict(LIMITS)
    assert all(re.fullmatch("[a-z]+", name) for name in pairs)


def test_searches_are_counted_with_those_of_fragments() -> None:
    """Those of one operation; a name that only looks like it is refused as always."""
    search = 'a#: search(query: "word") { totalCount }'
    fragment = " fragment F on Query { " + search.replace("#", "") + " }"
    most = LIMITS.searches
    searches = [search.replace("#", str(number)) for number in range(most + 1)]
    assert admit(SCHEMA, "{ " + " ".join(searches[:most]) + " }")
    assert admit(SCHEMA, " ".join(f"query Q{number} {{ {each} }}" for number, each in enumerate(searches)))
    assert code("{ " + " ".join(searches) + " }") == "TOO_MANY_SEARCHES"
    assert code("{ " + " ".join(searches[:most]) + " ... on Query { ...F } }" + fragment) == "TOO_MANY_SEARCHES"


@pytest.mark.parametrize(
    ("count", "admitted_with"),
    [(LIMITS.directives, True), (LIMITS.directives + 1, False)],
)
def test_directives_are_counted_before_the_document_is_parsed(count: int, admitted_with: bool) -> None:
    """Whether they are known or not, and wherever they stand."""
    fields = " ".join(f"a{n}: version @include(if: true)" for n in range(count))
    if admitted_with:
        assert admit(SCHEMA, "{ content { " + fields + " } }")
    else:
        assert code("{ content { " + fields + " } }") == "TOO_MANY_DIRECTIVES"
        assert code("{ content { version " + "@aa " * count + "} }") == "TOO_MANY_DIRECTIVES"


def test_operations_fragments_and_variables_count_together() -> None:
    """Each of them is compared with others in validation."""
    most = LIMITS.definitions
    operations = [f"query Q{n} {{ content {{ version }} }}" for n in range(most + 1)]
    assert admit(SCHEMA, " ".join(operations[:most]))
    assert code(" ".join(operations)) == "TOO_MANY_DEFINITIONS"
    variables = " ".join(f"$v{n}: Int" for n in range(most))
    assert code("query (" + variables + ") { content { version } }") == "TOO_MANY_DEFINITIONS"
    fragments = " ".join(f"fragment F{n} on ContentInfo {{ version }}" for n in range(most))
    assert code("{ content { ...F0 } } " + fragments) == "TOO_MANY_DEFINITIONS"


def test_a_field_may_be_asked_for_again_so_often_and_no_more() -> None:
    """Also where fragments, or fields that are merged, hide it."""
    most = LIMITS.repeats
    assert admit(SCHEMA, "{ content { " + "version " * (most + 1) + "} }")
    assert code("{ content { " + "version " * (most + 2) + "} }") == "TOO_MANY_REPEATS"
    half = most // 2 + 2
    inline = "... on ContentInfo { " + "version " * half + "} "
    assert code("{ content { " + inline * 2 + "} }") == "TOO_MANY_REPEATS"
    fragments = " ".join(f"fragment {name} on ContentInfo {{ {'version ' * half} }}" for name in "AB")
    assert code("{ content { ...A ...B } } " + fragments) == "TOO_MANY_REPEATS"
    assert code("{ " + ("content { " + "version " * 8 + "} ") * 6 + "}") == "TOO_MANY_REPEATS"


def test_the_same_name_in_different_places_is_no_repeat() -> None:
    """Only what ends up in the same object is compared."""
    document = parse("{ content { version } studies { nodes { slug findings { slug } } } drivers { slug } }")
    assert repeats(document, 100) == 0


def test_counting_repeats_ends_where_fragments_are_in_each_other() -> None:
    """Whatever refuses them then, they are refused."""
    names = range(12)
    bodies = " ".join(
        f"fragment F{n} on Driver {{ "
        + " ".join(f"studies {{ nodes {{ drivers {{ ...F{m} }} }} }}" for m in range(3))
        + " }"
        for n in names
    )
    assert repeats(parse("{ drivers { ...F0 } } " + bodies), 10**6) < 10**5
    with pytest.raises(GraphQLValidationError):
        admit(SCHEMA, "{ drivers { ...F0 } } " + bodies)


def test_fragments_that_double_each_other_are_measured_once_each() -> None:
    """Thirty of them would stand for a thousand million fields, and are refused like any other wide document."""
    chain = " ".join(f"fragment F{n} on Driver {{ ...F{n + 1} ...F{n + 1} }}" for n in range(17))
    source = "{ drivers { ...F0 } } " + chain + " fragment F17 on Driver { slug }"
    assert measure(SCHEMA, parse(source), {}).fields > 2**17
    assert code(source) == "QUERY_TOO_WIDE"


def test_a_variable_that_is_no_number_sizes_a_page_as_usual() -> None:
    """Execution refuses it; until then it must not fail otherwise. A number is cut to what pages may have."""
    query = "query ($n: Int) { interventions(first: $n) { nodes { slug } } }"
    usual, most = admit(SCHEMA, query)[1], admit(SCHEMA, query, {"n": 10**40})[1]
    assert usual < most == admit(SCHEMA, query, {"n": 100})[1]
    for value in ("many", ["5"], {"a": 5}, None):
        assert admit(SCHEMA, query, {"n": value})[1] == usual


def test_a_page_beyond_its_bounds_is_measured_each_time() -> None:
    """A document that passed with a short page does not pass with a long one because it is known."""
    query = "query ($n: Int) { interventions(first: $n) { nodes { related { related { related { slug } } } } } }"
    cheap, dear = admit(SCHEMA, query, {"n": 1})[1], admit(SCHEMA, query, {"n": 20})[1]
    assert cheap < dear
    assert code(query, {"n": 100}) == "QUERY_TOO_COSTLY"
    assert admit(SCHEMA, query, {"n": 1})[1] == cheap


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_worked_queries_need_little_of_what_is_allowed(path: Path) -> None:
    """There is room for queries four times as large."""
    size = measure(SCHEMA, parse(path.read_text(encoding="utf-8")), {})
    assert size.cost <= LIMITS.cost
    assert size.fields <= LIMITS.fields / 4


def test_lists_longer_than_reckoned_with_are_stopped_while_they_are_answered(real_context: ApiContext) -> None:
    """Findings of a study, in its findings, in its findings: the estimate is small, the answer would be enormous."""
    slug = max(real_context.relations.studies, key=lambda study: len(study.findings)).slug
    query = (
        "query ($s: String!) { study(slug: $s) { findings { study { findings { study { findings { slug } } } } } } }"
    )
    cost = admit(SCHEMA, query, {"s": slug})[1]
    assert cost < LIMITS.cost / 10
    given = reply(Question(query, {"s": slug}), real_context, {OperationType.QUERY})
    assert given.refused
    assert b"QUERY_TOO_COSTLY" in given.body
    assert str(LIMITS.values).encode() in given.body


def test_the_values_of_an_answer_are_counted_exactly(real_context: ApiContext, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root, list of drivers, and a slug of each; one less is too few."""
    drivers = len(real_context.relations.drivers)
    document = parse("{ drivers { slug } }")
    exactly = 1 + drivers + drivers
    monkeypatch.setattr(Execution, "left", exactly)
    assert answer(document, real_context).data
    monkeypatch.setattr(Execution, "left", exactly - 1)
    (error,) = answer(document, real_context).errors or ()
    assert (error.extensions or {})["code"] == "QUERY_TOO_COSTLY"


def test_where_a_required_field_fails_its_object_is_null(make: Any, real_context: ApiContext) -> None:
    """One error says why, and the rest of the answer stands."""
    broken = make.changed(real_context, assessments={})
    query = '{ a: intervention(slug: "manage-workload") { grade { code } verdict } content { version } }'
    result = answer(admit(SCHEMA, query)[0], broken)
    assert result.data == {"a": None, "content": {"version": real_context.knowledge.version}}
    assert [error.path for error in result.errors or []] == [["a", "grade"]]


def test_variables_may_hold_so_many_values_and_no_more() -> None:
    """Those in lists and objects count; texts count one, however long."""
    most = LIMITS.variables
    check_variables({"a": [1] * (most - 1)})
    check_variables({"a": "x" * 90_000})
    for variables in (
        {"a": [1] * most},
        {"a": {"b": [{"c": 1}] * (most // 2)}},
        {f"v{n}": n for n in range(most + 1)},
        {"a": json.loads("[" * 100 + "]" * 100)},
    ):
        with pytest.raises(GraphQLValidationError) as refusal:
            check_variables(variables)
        assert refusal.value.errors[0].extensions["code"] == "BAD_ARGUMENT"


def test_the_answer_to_tools_that_read_the_schema_is_within_the_limits(real_context: ApiContext) -> None:
    """It is the largest that is fair to ask for."""
    given = reply(
        Question(get_introspection_query(input_value_deprecation=True), {}), real_context, {OperationType.QUERY}
    )
    assert (given.errors, given.refused) == (0, False)


WORKS = frozenset({"reference", "source", "by", "reports"})
"""Fields that name works, some of which are called as a study is."""


def _grown(knowledge: KnowledgeBase, times: int) -> KnowledgeBase:
    """Content so many times as large: each intervention, study and instrument again under further names.

    What the copies name are the copies with the same number, so that relations grow as they would.
    """
    folders: dict[str, dict[str, Any]] = {}
    kinds = {kind.folder: kind for kind in (Intervention, Study, Instrument)}
    known = {slug for folder in kinds for slug in getattr(knowledge, folder)}
    for folder, kind in kinds.items():
        entries: dict[str, Any] = dict(getattr(knowledge, folder))
        for number in range(2, times + 1):
            for entry in getattr(knowledge, folder).values():
                copied = _renamed(entry.model_dump(mode="python"), known, f"-{number}")
                entries[copied["slug"]] = kind.model_validate(copied)
        folders[folder] = entries
    assessments = assess_all(folders["interventions"], folders["studies"], folders["instruments"])
    return replace(knowledge, assessments=assessments, **folders)


def _renamed(value: Any, known: set[str], suffix: str) -> Any:
    """The same with another name of each entry, but for the title, wherever one is named."""
    if isinstance(value, dict):
        return {key: part if key in WORKS else _renamed(part, known, suffix) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return tuple(_renamed(part, known, suffix) for part in value)
    if type(value) is str:
        first, slash, rest = value.partition("/")
        return f"{first}{suffix}{slash}{rest}" if first in known else value
    return value


@pytest.mark.slow
def test_no_worked_query_breaks_where_the_content_is_five_times_as_large(real_context: ApiContext) -> None:
    """And none costs more: what a query costs follows from what it asks for."""
    large = make_context(_grown(real_context.knowledge, 5))
    assert len(large.relations.studies) == 5 * len(real_context.relations.studies)
    for path in QUERIES:
        query = path.read_text(encoding="utf-8")
        values = path.with_suffix(".json")
        question = Question(query, json.loads(values.read_text(encoding="utf-8")) if values.exists() else {})
        now, then = (reply(question, context, {OperationType.QUERY}) for context in (real_context, large))
        assert (now.refused, then.refused) == (False, False), path.stem
        assert now.cost == then.cost
        assert "QUERY_TOO_COSTLY" not in then.body.decode()


def test_a_refusal_for_cost_says_which_first_would_fit() -> None:
    """With it the query passes, with one more it does not."""
    query = "{ references(first: FIRST) { nodes { citedBy(first: FIRST) { nodes { html } } } } }"
    with pytest.raises(GraphQLValidationError) as refused:
        admit(SCHEMA, query.replace("FIRST", "100"))
    told = refused.value.errors[0].extensions
    assert told["cost"] > told["limit"] == LIMITS.cost
    assert told["bulk"] == "/data/v1/burnout-kb.json"
    fits = told["first"]
    assert admit(SCHEMA, query.replace("FIRST", str(fits)))
    assert code(query.replace("FIRST", str(fits + 1))) == "QUERY_TOO_COSTLY"


def test_where_no_first_would_fit_none_is_told() -> None:
    wide = " ".join(f"a{n}: terms {{ mappings {{ driver {{ crosswalk {{ place }} }} }} }}" for n in range(9))
    with pytest.raises(GraphQLValidationError) as refused:
        admit(SCHEMA, f"{{ frameworks {{ {wide} }} }}")
    assert refused.value.errors[0].extensions["first"] is None


def test_the_schema_may_grow_by_a_fifth_before_tools_cannot_read_it(
    real_context: ApiContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With all that a tool can ask of it; the limit is raised in time, not when somebody's tool fails."""
    query = get_introspection_query(True, True, True, True, True)
    monkeypatch.setattr(Execution, "left", LIMITS.values * 5 // 6)
    assert answer(parse(query), real_context).data
    assert admit(SCHEMA, query)[1] < LIMITS.cost * 5 // 6
