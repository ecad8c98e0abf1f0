"""/graphql of the server as a real process: the audit of GraphQL over HTTP, and answers to whatever is sent."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kb.api import CODES

STRICT = "application/graphql-response+json"
JSON = "application/json"
LEVELS = {"MUST": 13, "SHOULD": 23, "MAY": 25}
"""How many questions the audit has of each."""
INTERNAL = re.compile(
    r"Traceback|\.py\b|site-packages|\bkb\.|graphene|graphql[-_.](?:core|server)|whoosh|starlette|uvicorn|pydantic|orjson"
    r"|NoneType|\b(?:\w+Error|\w+Exception)\b|<class|<function|<\w+\.\w+: | object at |0x[0-9a-f]{4,}|line \d+, in"
    r"|/(?:usr|home|root|tmp|var|work|opt)/",
    re.IGNORECASE,
)
"""Words that only the inside of the server knows."""
TYPED = """
query ($slug: String!, $id: ID!, $kind: DriverKind, $filter: InterventionFilter, $order: [InterventionOrder!],
    $first: Int, $after: String, $studies: StudyFilter, $instruments: InstrumentFilter, $search: SearchFilter) {
  study(slug: $slug) { title }
  node(id: $id) { id }
  drivers(kind: $kind) { slug }
  interventions(filter: $filter, orderBy: $order, first: $first, after: $after) { totalCount nodes { slug } }
  studies(filter: $studies) { totalCount }
  instruments(filter: $instruments) { totalCount }
  search(query: $slug, filter: $search) { totalCount }
}
"""
VARIABLES = re.findall(r"\$(\w+): ", TYPED)

repeatable = settings(derandomize=True, max_examples=120)


@pytest.fixture(scope="module")
def server(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[str]]]:
    """``kb serve`` on a free port over the small content: the address of its API, and what it prints as it runs."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copytree(project / "tests/bad/_base", folder / "content")
    command = [sys.executable, "-m", "kb.cli", "serve", "--port", "0", "--no-watch", "--today", "2026-11-22"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        printed: list[str] = []
        try:
            address = next(line.split()[-1] for line in process.stdout if line.startswith("GraphQL"))
            reading = threading.Thread(target=lambda: printed.extend(process.stdout or ()))
            reading.start()
            with httpx.Client(trust_env=False, transport=httpx.HTTPTransport(retries=20)) as client:
                client.get(address)  # its socket listens before it answers
            yield address, printed
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=30)
        reading.join()


@pytest.fixture(scope="module")
def client(server: tuple[str, list[str]]) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server[0].removesuffix("/graphql"), trust_env=False, timeout=30) as opened:
        yield opened


@pytest.mark.node
def test_the_audit_of_graphql_over_http_finds_everything_as_it_must_should_and_may_be(
    project: Path, server: tuple[str, list[str]]
) -> None:
    """The questions are those of the npm package graphql-http, by which implementations compare themselves."""
    node = shutil.which("node")
    if node is None or not (project / "tests/node/node_modules/graphql-http").is_dir():
        pytest.skip("needs Node.js and: npm ci --prefix tests/node")
    command = [node, project / "tests/node/graphql-http-audit.mjs", server[0]]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    answers = json.loads(told.stdout)
    assert [f"{each['status']}: {each['name']}: {each['reason']}" for each in answers if each["status"] != "ok"] == []
    levels = [each["name"].split()[0] for each in answers]
    assert {level: levels.count(level) for level in dict.fromkeys(levels)} == LEVELS


def refusals(response: httpx.Response, sent: str = "") -> list[str]:
    """The codes of the errors of an answer, which must have the shape of a GraphQL answer and the right status.

    Messages may repeat what was sent.
    """
    assert response.headers["content-type"].split(";")[0] in (JSON, STRICT)
    body = response.json()
    assert set(body) <= {"data", "errors", "extensions"}
    assert body.keys() & {"data", "errors"}
    errors = body.get("errors", [])
    assert bool(errors) == ("errors" in body)
    for error in errors:
        assert error.keys() <= {"message", "locations", "path", "extensions"}
        assert error["message"].strip()
        assert error["extensions"]["hint"].strip()
        assert error["extensions"]["code"] in CODES.keys() - {"INTERNAL"}
        for text in (error["message"], error["extensions"]["hint"]):
            assert [word for word in INTERNAL.findall(text) if word not in sent] == []
    executed = "data" in body
    if response.status_code != 200:
        assert not executed
        assert response.status_code in (400, 405, 413, 415)
    elif not executed:
        assert response.headers["content-type"].startswith(JSON), "refused, so that the status must be 400"
    return [error["extensions"]["code"] for error in errors]


def send(client: httpx.Client, body: object, accept: str = JSON) -> httpx.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post("/graphql", content=content, headers={"content-type": JSON, "accept": accept})


ACCEPTED = st.sampled_from([JSON, STRICT, "*/*", f"{STRICT}, {JSON};q=0.9"])
WORDS = st.text(max_size=12) | st.sampled_from(["workload", "TITLE", "LOW", "2026-01-01", "drivers", "direction"])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | WORDS
FIELDS = st.sampled_from(
    [
        *("drivers", "allDrivers", "terms", "claimBasis", "verdicts", "minCertainty", "categories", "levels"),
        *("maxCost", "reviewedSince", "designs", "readingBasis", "kinds", "field", "direction"),
    ]
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(FIELDS | WORDS, inner, max_size=4),
    max_leaves=8,
)


def readable(body: bytes) -> bool:
    try:
        json.loads(body)
    except ValueError:
        return False
    return True


@repeatable
@given(body=st.binary(max_size=200).filter(lambda body: b'"query"' not in body), accept=ACCEPTED)
@example(body=b"", accept=STRICT)
@example(body=b'{"query": "{ content { version } }"} x', accept=JSON)
def test_bytes_that_are_no_request_are_refused_with_400(client: httpx.Client, body: bytes, accept: str) -> None:
    """Whatever they are; a list is taken for a batch."""
    response = send(client, body, accept)
    expected = "BATCH_NOT_ALLOWED" if body.lstrip().startswith(b"[") and readable(body) else "BAD_REQUEST"
    assert (response.status_code, refusals(response)) == (400, [expected])


@repeatable
@given(
    body=VALUES
    | st.fixed_dictionaries(
        {}, optional={"query": VALUES | WORDS, "variables": VALUES, "operationName": VALUES, "extensions": VALUES}
    ),
    accept=ACCEPTED,
)
def test_json_of_any_shape_gets_an_answer_of_one_shape(client: httpx.Client, body: Any, accept: str) -> None:
    """It is refused: as no request, or as a document that is none."""
    response = send(client, body, accept)
    query = body.get("query") if isinstance(body, dict) else None
    if query and isinstance(query, str):
        assert set(refusals(response, str(body))) & {"BAD_REQUEST", "SYNTAX_ERROR", "VALIDATION_ERROR"}
    else:
        code = "BATCH_NOT_ALLOWED" if isinstance(body, list) else "BAD_REQUEST"
        assert (response.status_code, refusals(response)) == (400, [code])


@repeatable
@given(
    name=st.sampled_from(VARIABLES),
    value=VALUES,
    others=st.dictionaries(st.sampled_from(VARIABLES), VALUES, max_size=2),
    accept=ACCEPTED,
)
@example(name="first", value=10**12, others={}, accept=STRICT)
@example(name="filter", value={"verdicts": ["EVIDENCE_BASE"]}, others={}, accept=STRICT)
@example(name="filter", value={"drivers": [None]}, others={}, accept=STRICT)
@example(name="order", value={"field": "TITLE", "direction": None}, others={}, accept=STRICT)
@example(name="after", value="\u0000", others={}, accept=STRICT)
@example(name="id", value="U3R1ZHk6", others={}, accept=STRICT)
def test_variables_of_any_type_are_taken_or_refused(
    client: httpx.Client, name: str, value: Any, others: dict[str, Any], accept: str
) -> None:
    """What does not fit its type is a bad argument; what fits but names nothing has a code of its own."""
    response = send(client, {"query": TYPED, "variables": {"slug": "x", "id": "x", **others, name: value}}, accept)
    codes = refusals(response, str((value, others)))
    assert set(codes) <= {"BAD_ARGUMENT", "BAD_FIRST", "BAD_CURSOR", "BAD_ID", "UNKNOWN_SLUG", "QUERY_TOO_COSTLY"}
    if accept == STRICT:
        assert response.status_code == (200 if "data" in response.json() else 400)


TOKENS = re.findall(r"\w+|[^\w\s]", TYPED)
STRANGE = st.sampled_from(
    [
        *(
            "{",
            "}",
            "(",
            ")",
            "[",
            "]",
            ":",
            "!",
            "$",
            "@",
            "...",
            '"',
            '"""',
            "\\",
            "#",
            "\ufeff",
            "\x00",
            "\U0001f600",
        ),
        *("null", "true", "-1", "1e999", "01", '"\\uD800"', '"x"', "EVIDENCE_BASED", "on", "fragment", "mutation"),
        *("@skip(if: true)", "@defer", "__typename", "__schema { types { name } }", "interventionz", "...F", "$none"),
    ]
)


@repeatable
@given(
    changes=st.lists(st.tuples(st.integers(0, len(TOKENS) - 1), st.none() | STRANGE | WORDS), min_size=1, max_size=3),
    accept=ACCEPTED,
)
def test_documents_with_slips_are_answered_or_refused(
    client: httpx.Client, changes: list[tuple[int, str | None]], accept: str
) -> None:
    """Words left out, doubled or replaced by others."""
    tokens: list[str] = list(TOKENS)
    for place, instead in changes:
        tokens[place] = tokens[place - 1] if instead is None else instead
    query = " ".join(tokens)
    for variables in ({"slug": "x", "id": "U3R1ZHk6eA=="}, {}):
        refusals(send(client, {"query": query, "variables": variables}, accept), query)


@repeatable
@given(
    parameters=st.dictionaries(
        st.sampled_from(["query", "variables", "operationName", "extensions"]) | st.text(max_size=5),
        st.text(max_size=30) | st.sampled_from(["{ content { version } }", "mutation { x }", "{}", "[]", "null"]),
        max_size=4,
    ),
    accept=ACCEPTED,
)
def test_addresses_of_any_kind_get_an_answer_of_one_shape(
    client: httpx.Client, parameters: dict[str, str], accept: str
) -> None:
    """Whatever stands behind the question mark."""
    codes = refusals(client.get("/graphql", params=parameters, headers={"accept": accept}), str(parameters))
    if not parameters.get("query"):
        assert codes == ["BAD_REQUEST"]


@repeatable
@given(
    media=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30)
    | st.sampled_from(["text/plain", "multipart/form-data", "application/json; charset=utf-16", "application/jsonx"]),
    method=st.sampled_from(["POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"]),
)
def test_other_media_types_and_methods_get_an_answer_of_one_shape(
    client: httpx.Client, media: str, method: str
) -> None:
    """A form or a picture is refused like anything else."""
    body = b'{"query": "{ content { version } }"}'
    response = client.request(method, "/graphql", content=body, headers={"content-type": media.strip()})
    codes = refusals(response)
    if method != "POST":
        assert (response.status_code, codes) == (405, ["BAD_REQUEST"])


def test_a_refusal_names_near_spellings_of_what_is_public_only(client: httpx.Client) -> None:
    """A slip in a field or value is mended by the message, since the whole schema may be read."""
    (error,) = send(client, {"query": "{ contend { version } }"}).json()["errors"]
    assert "Did you mean 'content'" in error["message"]


def test_after_all_this_the_server_has_logged_no_failure(server: tuple[str, list[str]], client: httpx.Client) -> None:
    """No request of a stranger is an error of the server."""
    assert refusals(send(client, {"query": "{ content { version } }"})) == []
    assert [line for line in server[1] if "Traceback" in line or "failed" in line] == []
