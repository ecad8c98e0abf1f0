"""What clients, browsers, caches and other sites expect of /graphql, asked of kb serve as a process."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from kb.api.limits import LIMITS

STRICT = "application/graphql-response+json"
JSON = "application/json"
ASKED = {"query": "{ drivers { title summary html } }"}
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture(scope="module")
def client(steady: Any) -> Iterator[httpx.Client]:
    with steady.client() as opened:
        yield opened


def code(response: httpx.Response) -> str:
    found: str = response.json()["errors"][0]["extensions"]["code"]
    return found


REFUSED: dict[str, tuple[int, dict[str, Any]]] = {
    "no query": (400, {"method": "GET"}),
    "no JSON": (400, {"method": "POST", "content": b"{", "headers": {"content-type": JSON}}),
    "another method": (405, {"method": "PUT"}),
    "mutation by GET": (405, {"method": "GET", "params": {"query": "mutation { x }"}}),
    "a form": (415, {"method": "POST", "data": ASKED}),
    "no media type": (415, {"method": "POST", "content": json.dumps(ASKED)}),
    "too large": (413, {"method": "POST", "content": b" " * 200_000, "headers": {"content-type": JSON}}),
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("accept", [JSON, STRICT])
def test_a_refusal_comes_in_the_media_type_that_is_accepted(client: httpx.Client, name: str, accept: str) -> None:
    """With the methods that are allowed, and for other sites to read."""
    status, request = REFUSED[name]
    headers = {**request.get("headers", {}), "accept": accept}
    response = client.request(url="/graphql", **{**request, "headers": headers})
    assert response.status_code == status
    assert response.headers["content-type"].split(";")[0] == accept
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["access-control-expose-headers"] == "*"
    assert response.headers["allow"] == "GET, HEAD, POST, OPTIONS"
    assert response.headers["cache-control"] == "no-store"
    assert "Accept" in response.headers["vary"]
    assert code(response) in ("BAD_REQUEST", "BODY_TOO_LARGE")


@pytest.mark.parametrize("path", ["/graphql", "/graphql/"])
def test_the_address_may_end_with_a_slash(client: httpx.Client, path: str) -> None:
    """Without a detour, which would lose a POST."""
    for response in (client.get(path, params=ASKED), client.post(path, json=ASKED)):
        assert response.status_code == 200
        assert response.json()["data"]["drivers"]
        assert response.headers["access-control-allow-origin"] == "*"
        assert "server-timing" in response.headers
    preflight = client.options(path, headers={"origin": "https://a.example", "access-control-request-method": "POST"})
    assert preflight.headers["access-control-allow-methods"] == "GET, HEAD, POST, OPTIONS"


def test_every_answer_names_the_methods_and_may_be_read_by_other_sites(client: httpx.Client) -> None:
    """The answer to a preflight request and the way to GraphiQL too."""
    asked = {"origin": "https://other.example", "access-control-request-method": "POST"}
    answers = (
        client.options("/graphql", headers=asked),
        client.get("/graphql", headers={"accept": "text/html"}, follow_redirects=False),
        client.head("/graphql", params={"query": "{ content { version } }"}),
        client.get("/graphql", params={"query": "{"}),
    )
    for answer in answers:
        assert answer.headers["allow"] == "GET, HEAD, POST, OPTIONS"
        assert answer.headers["access-control-allow-origin"] == "*"


def test_head_is_get_without_the_body(client: httpx.Client) -> None:
    got, head = (client.request(method, "/graphql", params=ASKED) for method in ("GET", "HEAD"))
    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-type", "content-length", "etag", "cache-control", "graphql-cost"):
        assert head.headers[name] == got.headers[name]


def test_answers_are_compressed_for_those_who_accept_it(client: httpx.Client) -> None:
    """The ETag is that of both."""
    plain = client.get("/graphql", params=ASKED, headers={"accept-encoding": "identity"})
    with client.stream("GET", "/graphql", params=ASKED, headers={"accept-encoding": "gzip"}) as zipped:
        raw = b"".join(zipped.iter_raw())
    assert "content-encoding" not in plain.headers
    assert zipped.headers["content-encoding"] == "gzip"
    assert len(raw) < len(plain.content) / 2
    assert gzip.decompress(raw) == plain.content
    assert zipped.headers["etag"] == plain.headers["etag"]
    assert {part.strip() for part in zipped.headers["vary"].split(",")} == {"Accept", "Accept-Encoding"}
    again = client.get("/graphql", params=ASKED, headers={"if-none-match": plain.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["/graphql", "/graphql/"])
def test_a_browser_is_led_to_the_page_and_a_query_in_a_link_is_answered(client: httpx.Client, path: str) -> None:
    led = client.get(path, headers={"accept": BROWSER})
    assert led.status_code == 303
    page = client.get(led.url.join(led.headers["location"]))
    assert (page.url.path, page.status_code) == ("/graphiql/", 200)
    assert "Accept" in led.headers["vary"]
    assert client.get(path, params=ASKED, headers={"accept": BROWSER}).json()["data"]["drivers"]
    for accept in ("", "*/*", JSON, f"{JSON}, text/html;q=0.1"):
        assert client.get(path, headers={"accept": accept}).status_code == 400


@pytest.mark.parametrize("empty", [{"variables": ""}, {"operationName": ""}, {"extensions": ""}])
def test_a_parameter_without_a_value_is_none(client: httpx.Client, empty: dict[str, str]) -> None:
    assert client.get("/graphql", params={**ASKED, **empty}).json()["data"]["drivers"]
    assert code(client.get("/graphql", params={"query": "", **empty})) == "BAD_REQUEST"


def test_an_empty_name_of_an_operation_is_none_in_a_body_too(client: httpx.Client) -> None:
    assert client.post("/graphql", json={**ASKED, "operationName": ""}).json()["data"]["drivers"]


def test_a_byte_order_mark_before_the_body_is_passed_over(client: httpx.Client) -> None:
    """Windows programs write one; UTF-16 is still refused."""
    text = json.dumps(ASKED)
    for body, status in ((text.encode("utf-8-sig"), 200), (text.encode("utf-16"), 400)):
        assert client.post("/graphql", content=body, headers={"content-type": JSON}).status_code == status


def test_the_hash_of_a_query_is_refused_as_the_links_of_clients_expect(client: httpx.Client) -> None:
    """By GET and POST; where the query is there, its hash is passed over."""
    extensions = {"persistedQuery": {"version": 1, "sha256Hash": "a" * 64}}
    asked = (
        client.post("/graphql", json={"extensions": extensions, "operationName": "Some"}),
        client.get("/graphql", params={"extensions": json.dumps(extensions)}),
    )
    for response in asked:
        assert response.status_code == 200
        assert response.json()["errors"][0]["message"] == "PersistedQueryNotSupported"
        assert code(response) == "PERSISTED_QUERY_NOT_SUPPORTED"
        assert response.headers["cache-control"] == "no-store"
    assert client.post("/graphql", json={"extensions": extensions}, headers={"accept": STRICT}).status_code == 400
    assert client.post("/graphql", json={**ASKED, "extensions": extensions}).json()["data"]["drivers"]
    assert code(client.post("/graphql", json={"extensions": {"persistedQuery": 5}})) == "PERSISTED_QUERY_NOT_SUPPORTED"


def test_what_a_query_costs_is_told_where_it_is_answered_and_where_it_is_too_costly(client: httpx.Client) -> None:
    """What it costs, what it may cost, and what is left."""
    answered = client.post("/graphql", json=ASKED)
    cost = int(answered.headers["graphql-cost"])
    assert cost == 7 * (1 + 1 + 1 + 10)
    assert answered.headers["graphql-cost-limit"] == str(LIMITS.cost)
    assert int(answered.headers["graphql-cost-left"]) == LIMITS.cost - cost
    query = "{ references(first: 100) { nodes { citedBy(first: 100) { nodes { html } } } } }"
    refused = client.post("/graphql", json={"query": query})
    told = refused.json()["errors"][0]["extensions"]
    assert told["code"] == "QUERY_TOO_COSTLY"
    assert refused.headers["graphql-cost"] == str(told["cost"])
    assert refused.headers["graphql-cost-left"] == "0"
    fits = query.replace("100", str(told["first"]))
    assert client.post("/graphql", json={"query": fits}).json()["data"]["references"]
    assert client.get(told["bulk"]).json()["interventions"]


def test_the_content_version_is_one_hash_everywhere(client: httpx.Client) -> None:
    """In the API, at /health, in the data and on the page of downloads; a page has a page version of its own."""
    asked = client.post("/graphql", json={"query": "{ content { version } }"}).json()["data"]["content"]["version"]
    assert client.get("/health").json()["version"] == asked
    index = client.get("/data/v1/index.json").json()
    assert index["version"] == asked
    assert client.get("/data/v1/burnout-kb.json").json()["version"] == asked
    assert asked in client.get("/downloads/").text
    entry = client.get(f"/data/v1/{index['entries'][0]['data']}").json()
    assert "content_version" not in entry
    assert entry["page_version"] != asked


def test_what_developers_need_is_served(client: httpx.Client) -> None:
    """The schema is that of the API, and the guide and the changelog are text."""
    for name, kind in (
        ("schema.graphql", "text/plain"),
        ("README.md", "text/markdown"),
        ("CHANGELOG.md", "text/markdown"),
    ):
        response = client.get(f"/data/api/{name}")
        assert response.status_code == 200
        assert response.headers["content-type"].split(";")[0] == kind
        assert response.headers["access-control-allow-origin"] == "*"
    assert client.get("/data/api/queries/01-interventions-by-driver.graphql").text.startswith("# ")
