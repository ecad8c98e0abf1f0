"""What a hostile client gets: a refusal with its own code and the limits, and a server that goes on as before."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from kb.api import CODES, ApiContext, create_graphql_app, make_context
from kb.api.limits import LIMITS
from kb.check import Checked

STRICT = "application/graphql-response+json"
SOME = {"query": "query Some { content { version } }"}


def _benchmarks(name: str) -> ModuleType:
    path = Path(__file__).parents[2] / "benchmarks" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"benchmarks_{name}", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


ATTACKS = _benchmarks("attacks").ATTACKS


class Served:
    """The API by a real server; what the API tells the server of each request is noted."""

    def __init__(self, context: ApiContext) -> None:
        self.context = context
        self.told: list[dict[str, Any]] = []
        self._app: ASGIApp = create_graphql_app(lambda: self.context)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)
        self.told.append(scope["state"]["graphql"])


@pytest.fixture(scope="module")
def served(real: Checked) -> Served:
    return Served(make_context(real.knowledge.public()))


@pytest.fixture(scope="module")
def client(served: Served, serving: Callable[[ASGIApp], AbstractContextManager[str]]) -> Iterator[httpx.Client]:
    with serving(served) as address, httpx.Client(base_url=address, trust_env=False, timeout=60) as opened:
        yield opened


def codes(response: httpx.Response) -> set[str | None]:
    return {error["extensions"]["code"] for error in response.json().get("errors", [])} or {None}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_gets_what_it_deserves(client: httpx.Client, served: Served, name: str) -> None:
    """Its code, the limits in a header, a short answer, and no word about what is inside; and the next query works."""
    attack = ATTACKS[name]
    response = client.request(attack.method, attack.path, content=attack.body, headers=dict(attack.headers))
    assert codes(response) == {attack.code}, response.text[:1_000]
    assert attack.code is None or attack.code in CODES
    assert response.headers["graphql-limits"] == LIMITS.header
    assert len(response.content) < 20_000
    assert not any(
        word in response.text
        for word in ("Traceback", "/kb/", "KeyError", "TypeError", "object at 0x", "site-packages")
    )
    if attack.code:
        assert not any((response.json().get("data") or {}).values())
        assert response.headers["cache-control"] == "no-store"
    assert client.post("/graphql", json=SOME).json() == {
        "data": {"content": {"version": served.context.knowledge.version}}
    }


@pytest.mark.parametrize("name", [name for name, attack in ATTACKS.items() if attack.method == "POST" and attack.code])
def test_an_attack_has_a_status_of_its_own_where_the_client_knows_the_media_type(
    client: httpx.Client, name: str
) -> None:
    """A refused document 400, whatever refuses it; executed queries with a wrong value 200, with null for the field."""
    attack = ATTACKS[name]
    response = client.post(attack.path, content=attack.body, headers={**attack.headers, "accept": STRICT})
    assert response.status_code in ((200, 400) if attack.code in ("BAD_ARGUMENT", "UNKNOWN_SLUG") else (400, 413, 415))


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("alias overloading", LIMITS.aliases),
        ("batch of queries", LIMITS.batch),
        ("directive overloading", LIMITS.directives),
        ("searches under many names", LIMITS.searches),
        ("field duplication", LIMITS.repeats),
        ("field duplication, wide", LIMITS.fields),
        ("many tokens", LIMITS.tokens),
        ("many operations", LIMITS.definitions),
        ("levels", LIMITS.depth),
        ("long document", LIMITS.characters),
        ("body too large", LIMITS.body),
        ("pages in pages", LIMITS.cost),
        ("lists in lists", LIMITS.values),
        ("long lists in variables", LIMITS.variables),
    ],
)
def test_a_refusal_names_the_number_that_is_allowed(client: httpx.Client, name: str, number: int) -> None:
    """So that nobody must look it up, and it is that of the header."""
    attack = ATTACKS[name]
    response = client.request(attack.method, attack.path, content=attack.body, headers=dict(attack.headers))
    assert str(number) in response.json()["errors"][0]["message"]


def test_every_answer_names_the_limits_and_its_cost(client: httpx.Client) -> None:
    """The cost of what was too costly stands in its message."""
    response = client.post("/graphql", json=SOME)
    assert response.headers["graphql-limits"].startswith(f"body={LIMITS.body}, batch=1")
    assert response.headers["graphql-cost"] == "2"
    page = {"query": "{ studies(first: 100) { nodes { title html } } }"}
    assert client.post("/graphql", json=page).headers["graphql-cost"] == "1201"
    assert "graphql-limits" in client.options("/graphql").headers
    assert "graphql-cost" not in client.post("/graphql", json={"query": "{"}).headers


def test_what_is_asked_again_is_answered_from_the_cache_with_the_same_bytes(
    client: httpx.Client, served: Served
) -> None:
    """In the same bytes, in another order, by another method; and the server is told."""
    variables = {"slug": "kiser-2024", "n": 3}
    query = (
        "query Again($slug: String!, $n: Int) { study(slug: $slug) { title interventions(first: $n) { totalCount } } }"
    )
    turned = {"variables": dict(reversed(variables.items())), "query": query}
    first = client.post("/graphql", json={"query": query, "variables": variables})
    again = client.post("/graphql", json={"query": query, "variables": variables})
    other = client.post("/graphql", json=turned)
    got = client.get("/graphql", params={"query": query, "variables": json.dumps(variables)})
    assert first.content == again.content == other.content == got.content
    told = served.told[-4:]
    assert [seen["cached"] for seen in told] == [False, True, True, True]
    assert {(seen["operation"], seen["errors"]) for seen in told} == {("Again", 0)}
    assert len({seen["cost"] for seen in told}) == 1
    headers = [{k: v for k, v in each.headers.items() if k != "date"} for each in (first, again, other)]
    assert headers[0] == headers[1] == headers[2]


def test_the_media_type_is_that_of_each_request(client: httpx.Client) -> None:
    """A kept answer goes out as the client wants it, and a kept refusal with the status that belongs to that."""
    for body, statuses in ((SOME, (200, 200)), ({"query": "{ nothing }"}, (200, 400))):
        for _ in range(3):
            plain = client.post("/graphql", json=body, headers={"accept": "application/json"})
            strict = client.post("/graphql", json=body, headers={"accept": STRICT})
            assert (plain.status_code, strict.status_code) == statuses
            assert plain.headers["content-type"] == "application/json"
            assert strict.headers["content-type"] == STRICT
            assert plain.headers["vary"] == "Accept"
            assert plain.content == strict.content


def test_a_get_is_confirmed_by_its_etag(client: httpx.Client, served: Served) -> None:
    """304 without a body while the answer is the same; the answer itself when the content has changed."""
    first = client.get("/graphql", params=SOME)
    etag = first.headers["etag"]
    assert etag.startswith('W/"'), "it is the same for gzipped and plain bytes"
    assert first.headers["cache-control"] == "public, max-age=5, must-revalidate"
    for tags in (etag, f'"other", {etag}', etag.removeprefix("W/"), "*"):
        same = client.get("/graphql", params=SOME, headers={"if-none-match": tags})
        assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", etag)
        assert "content-length" not in same.headers
    assert client.get("/graphql", params=SOME, headers={"if-none-match": '"other"'}).status_code == 200
    old = served.context
    served.context = make_context(_of_version(old, "newer"))
    try:
        newer = client.get("/graphql", params=SOME, headers={"if-none-match": etag})
    finally:
        served.context = old
    assert newer.status_code == 200
    assert newer.json()["data"]["content"]["version"] == "newer"
    assert newer.headers["etag"] != etag


def _of_version(context: ApiContext, version: str) -> Any:
    return replace(context.knowledge, version=version)


def test_only_what_was_asked_by_get_without_errors_may_be_kept_by_others(client: httpx.Client) -> None:
    """No cache on the way keeps a POST, a refusal, or an answer with an error in it."""
    assert client.post("/graphql", json=SOME).headers["cache-control"] == "no-store"
    for query in ("{ nothing }", '{ node(id: "x") { id } content { version } }', "mutation { x }", ""):
        response = client.get("/graphql", params={"query": query})
        assert response.headers["cache-control"] == "no-store"
        assert "etag" not in response.headers


def test_a_failure_inside_is_asked_anew_each_time(client: httpx.Client, served: Served) -> None:
    """It may be gone the next time, so no cache may hold it."""
    query = {"query": '{ intervention(slug: "manage-workload") { title verdict } }'}
    old = served.context
    broken = make_context(_of_version(old, "broken"))
    broken.catalog.knowledge = replace(broken.knowledge, assessments={})
    served.context = broken
    try:
        assert codes(client.post("/graphql", json=query)) == {"INTERNAL"}
        served.context = make_context(_of_version(old, "broken"))
        assert codes(client.post("/graphql", json=query)) == {None}
    finally:
        served.context = old


def test_a_slug_is_hinted_at_but_never_by_a_masked_error(client: httpx.Client) -> None:
    """Suggestions of the schema are there for everybody, as the schema is."""
    response = client.post("/graphql", json={"query": '{ study(slug: "x") { titel } }'})
    assert "title" in response.json()["errors"][0]["message"]
