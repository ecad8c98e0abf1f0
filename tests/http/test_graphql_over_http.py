"""/graphql over HTTP, asked of a real server."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import ASGIApp

from kb.api import ApiContext, create_graphql_app, make_context
from kb.check import Checked
from kb.view.fields import entry_view

QUERY = "query Titles($slug: String!) { study(slug: $slug) { title } }"
STRICT = "application/graphql-response+json"


class Content:
    """The context that is served; a test may swap it."""

    def __init__(self, context: ApiContext) -> None:
        self.context = context


@pytest.fixture(scope="module")
def content(real: Checked) -> Content:
    return Content(make_context(real.knowledge.public()))


@pytest.fixture(scope="module")
def address(content: Content, serving: Callable[[ASGIApp], AbstractContextManager[str]]) -> Iterator[str]:
    app = Starlette(routes=[Route("/graphql", create_graphql_app(lambda: content.context))])
    with serving(app) as address:
        yield address


@pytest.fixture
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, trust_env=False, timeout=30) as opened:
        yield opened


def post(client: httpx.Client, body: Any, **headers: str) -> httpx.Response:
    return client.post("/graphql", json=body, headers=headers)


def code(response: httpx.Response) -> str:
    (error,) = response.json()["errors"]
    assert error["extensions"]["hint"]
    found: str = error["extensions"]["code"]
    return found


def test_a_query_can_be_posted_with_variables(client: httpx.Client) -> None:
    """The answer is JSON with the data alone."""
    response = post(client, {"query": QUERY, "variables": {"slug": "kiser-2024"}})
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("application/json")
    assert set(response.json()) == {"data"}
    assert response.json()["data"]["study"]["title"]


def test_a_query_can_be_an_address(client: httpx.Client) -> None:
    """GET answers the same as POST."""
    variables = {"slug": "kiser-2024"}
    got = client.get("/graphql", params={"query": QUERY, "variables": json.dumps(variables), "operationName": "Titles"})
    assert got.json() == post(client, {"query": QUERY, "variables": variables}).json()


def test_the_media_type_of_the_specification_is_spoken(client: httpx.Client) -> None:
    """With it, a refused document has status 400 and no data; an executed one 200, even with an error in it."""
    good = post(client, {"query": "{ content { version } }"}, accept=STRICT)
    assert (good.status_code, good.headers["content-type"].split(";")[0]) == (200, STRICT)
    refused = post(client, {"query": "{ nothing }"}, accept=STRICT)
    assert (refused.status_code, set(refused.json())) == (400, {"errors"})
    partial = post(client, {"query": '{ node(id: "x") { id } content { version } }'}, accept=STRICT)
    assert partial.status_code == 200
    assert partial.json()["data"]["node"] is None
    empty = post(client, {"query": "{ interventions(first: 0) { totalCount } }"}, accept=STRICT)
    assert (empty.status_code, empty.json()["data"]) == (200, {"interventions": None})
    for accept, expected in (
        (f"{STRICT}, application/json;q=0.9", STRICT),
        (f"{STRICT};q=0.8, */*", "application/json"),
    ):
        weighed = post(client, {"query": "{ content { version } }"}, accept=accept)
        assert weighed.headers["content-type"].split(";")[0] == expected


def test_an_unknown_field_is_a_validation_error(client: httpx.Client) -> None:
    """With plain JSON the status is 200, as the specification has it for older clients."""
    response = post(client, {"query": "{ interventionz { title } }"})
    assert (response.status_code, code(response)) == (200, "VALIDATION_ERROR")
    assert "data" not in response.json()


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b"{}", b"null", b'"text"', b"\xff\xfe", b'{"query": NaN}', b'{"query": "{ content }'),
        *(b'{"query": 5}', b'{"query": ""}', b'{"query": "\\ud800"}'),
        b'{"query": "{ x }", "variables": []}',
        b'{"query": "{ x }", "operationName": 5}',
        b'{"query": "{ x }", "extensions": 5}',
        pytest.param(b"[" * 5_000, id="nested"),
    ],
    ids=str,
)
def test_a_body_that_is_no_request_is_refused_with_400(client: httpx.Client, body: bytes) -> None:
    """It gets a GraphQL error, whatever is wrong with it."""
    response = client.post("/graphql", content=body, headers={"content-type": "application/json"})
    assert (response.status_code, code(response)) == (400, "BAD_REQUEST")


@pytest.mark.parametrize(
    "parameters", [{}, {"query": ""}, {"query": QUERY, "variables": "{"}, {"query": QUERY, "variables": "5"}]
)
def test_an_address_that_is_no_request_is_refused_with_400(client: httpx.Client, parameters: dict[str, str]) -> None:
    """A browser gets no page, either."""
    response = client.get("/graphql", params=parameters, headers={"accept": "text/html"})
    assert (response.status_code, code(response)) == (400, "BAD_REQUEST")


def test_other_media_types_and_methods_are_refused(client: httpx.Client) -> None:
    """A form cannot post a query from another site; the methods allowed are named."""
    form = client.post("/graphql", data={"query": "{ content { version } }"})
    assert (form.status_code, code(form)) == (415, "BAD_REQUEST")
    for method in ("PUT", "DELETE", "PATCH"):
        response = client.request(method, "/graphql")
        assert (response.status_code, code(response)) == (405, "BAD_REQUEST")
        assert "POST" in response.headers["allow"]


def test_mutations_and_subscriptions_do_not_exist(client: httpx.Client) -> None:
    """The API only reads."""
    assert client.get("/graphql", params={"query": "mutation { x }"}).status_code == 405
    assert code(post(client, {"query": "mutation { x }"})) == "VALIDATION_ERROR"
    multipart = post(client, {"query": "subscription { x }"}, accept="multipart/mixed;boundary=graphql")
    assert code(multipart) == "VALIDATION_ERROR"
    (error,) = post(client, {"query": "mutation { x }"}).json()["errors"]
    assert "only reads" in error["message"]


def test_limits_hold_over_http(client: httpx.Client) -> None:
    """A long document is refused without being read."""
    assert code(post(client, {"query": "#" * 16_001})) == "QUERY_TOO_LONG"
    assert code(post(client, {"query": "{a" * 3_000 + "}" * 3_000})) == "QUERY_TOO_DEEP"


def test_variables_count_in_what_a_query_costs(client: httpx.Client) -> None:
    """The same document passes with a short page and is refused with a long one."""
    query = "query ($n: Int) { interventions(first: $n) { nodes { related { related { related { slug } } } } } }"
    assert set(post(client, {"query": query, "variables": {"n": 1}}).json()) == {"data"}
    assert code(post(client, {"query": query, "variables": {"n": 100}})) == "QUERY_TOO_COSTLY"


def test_a_body_may_have_so_many_bytes_and_no_more(client: httpx.Client) -> None:
    """Whether or not its length is told beforehand."""
    body = b'{"query": "{ content { version } }"}'
    headers = {"content-type": "application/json"}
    assert client.post("/graphql", content=body.ljust(100_000), headers=headers).status_code == 200
    parts = (body, b" " * 60_000, b" " * 60_000)
    for content in (body.ljust(100_001), iter(parts)):
        response = client.post("/graphql", content=content, headers=headers)
        assert (response.status_code, code(response)) == (413, "BODY_TOO_LARGE")


def test_a_batch_is_refused_with_its_own_code(client: httpx.Client) -> None:
    for batch in ([], [{"query": "{ content { version } }"}]):
        response = client.post("/graphql", json=batch)
        assert (response.status_code, code(response)) == (400, "BATCH_NOT_ALLOWED")


def test_one_of_several_operations_can_be_named(client: httpx.Client) -> None:
    """Without a name, which is meant cannot be told."""
    query = "query A { content { version } } query B { content { licence } }"
    assert post(client, {"query": query, "operationName": "B"}).json()["data"] == {"content": {"licence": "CC BY 4.0"}}
    for name in (None, "C"):
        response = post(client, {"query": query, "operationName": name})
        assert code(response) == "BAD_REQUEST"
        assert response.json()["errors"][0]["extensions"]["hint"] == "give as operationName one of: A, B"
    assert code(post(client, {"query": "{ content { version } }", "operationName": "C"})) == "BAD_REQUEST"


def test_each_request_sees_the_newest_content(client: httpx.Client, content: Content, real: Checked) -> None:
    """Contents are swapped without a restart."""
    old = content.context
    content.context = make_context(replace(real.knowledge.public(), version="swapped"))
    try:
        answer = post(client, {"query": "{ content { version } }"}).json()
    finally:
        content.context = old
    assert answer["data"]["content"]["version"] == "swapped"


def test_many_clients_can_ask_for_pages_at_once(address: str, content: Content) -> None:
    """Entries rendered by several threads at once come out as by one."""
    content.context = make_context(content.context.knowledge)
    slugs = [study.slug for study in content.context.relations.studies[:6]]
    query = "query ($slug: String!) { study(slug: $slug) { html } }"
    answers: list[tuple[str, str]] = []

    def run() -> None:
        with httpx.Client(trust_env=False, timeout=60) as own:
            for slug in slugs:
                body = {"query": query, "variables": {"slug": slug}}
                answers.append((slug, own.post(f"{address}/graphql", json=body).json()["data"]["study"]["html"]))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    alone = make_context(content.context.knowledge)
    expected = {slug: entry_view(alone.catalog, alone.knowledge.studies[slug]).html for slug in slugs}
    assert len(answers) == 4 * len(slugs)
    assert all(html == expected[slug] for slug, html in answers)
