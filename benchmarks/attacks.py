"""Attacks on a GraphQL server, as requests, with the code of the refusal that each must get.

The tests ask that they get it; `api_speed.py --attacks` measures the CPU that they take. Many are those of graphql-cop
(github.com/dolevf/graphql-cop), made larger.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

JSON = {"content-type": "application/json"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
CIRCLE = "{ __schema { types { " + "fields { type { " * 4 + "name" + " } }" * 4 + " } } }"


@dataclass(frozen=True)
class Attack:
    """A request; ``code`` None is one that is answered, and must not harm."""

    code: str | None
    body: bytes | None = None
    address: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=lambda: JSON)
    method: str = "POST"

    @property
    def path(self) -> str:
        return "/graphql" + (f"?{urlencode(self.address)}" if self.address else "")


def _post(code: str | None, query: str, variables: object = None) -> Attack:
    return Attack(code, json.dumps({"query": query, "variables": variables}).encode())


def _many(text: str, count: int, between: str = " ") -> str:
    """A text again and again, with # replaced by a number."""
    return between.join(text.replace("#", str(number)) for number in range(count))


def _chain(count: int, spread: str) -> str:
    """Fragments that hold one another."""
    links = (
        f"fragment F{n} on Driver {{ {spread.replace('#', str((n + 1) % count if count < 15 else n + 1))} }}"
        for n in range(count)
    )
    return " ".join(links)


TOTAL = "interventions(filter: $f) { totalCount }"
ATTACKS: dict[str, Attack] = {
    "alias overloading": _post("TOO_MANY_ALIASES", "{ " + _many("alias#: __typename", 101) + " }"),
    "aliases of a costly field": _post(
        "TOO_MANY_ALIASES", "{ " + _many('a#: search(query: "a") { totalCount }', 40) + " }"
    ),
    "aliases in fragments": _post(
        "TOO_MANY_ALIASES",
        "{ content { ...F ...F ...F } } fragment F on ContentInfo { " + _many("a#: version", 9) + " }",
    ),
    "batch of queries": Attack("BATCH_NOT_ALLOWED", json.dumps([{"query": "{ __typename }"}] * 1_000).encode()),
    "batch of one": Attack("BATCH_NOT_ALLOWED", b'[{"query": "{ __typename }"}]'),
    "directive overloading": _post("TOO_MANY_DIRECTIVES", "{ __typename " + "@aa" * 400 + " }"),
    "directive overloading, long": _post("TOO_MANY_DIRECTIVES", "{ __typename " + "@aa " * 3_900 + " }"),
    "directives that are known": _post("TOO_MANY_DIRECTIVES", "{ __typename " + "@include(if: true) " * 80 + " }"),
    "unknown directives": _post("VALIDATION_ERROR", "{ __typename " + "@aa " * 20 + " }"),
    "searches under many names": _post(
        "TOO_MANY_SEARCHES", "{ " + _many('a#: search(query: "burnout", first: 1) { totalCount }', 4) + " }"
    ),
    "searches in fragments": _post(
        "TOO_MANY_SEARCHES",
        "{ ...F ... on Query { ...F } } fragment F on Query { "
        + _many('a#: search(query: "#") { totalCount }', 2)
        + " }",
    ),
    "circular introspection": _post("QUERY_TOO_DEEP", CIRCLE),
    "introspection under many names": _post(
        "QUERY_TOO_COSTLY",
        "{ __schema { "
        + _many("a#: types { kind fields { name args { name type { name kind } } type { name kind } } }", 18)
        + " } }",
    ),
    "field duplication": _post("TOO_MANY_REPEATS", "{ content { " + "version " * 240 + "} }"),
    "field duplication, wide": _post("QUERY_TOO_WIDE", "{ content { " + "version " * 480 + "} }"),
    "field duplication, huge": _post("QUERY_TOO_LARGE", "{ content { " + "version " * 1_900 + "} }"),
    "objects in duplicate": _post("TOO_MANY_REPEATS", "{ " + 'study(slug: "a") { slug } ' * 52 + "}"),
    "duplicates that validation compares": _post("TOO_MANY_REPEATS", "{ " + "... on Query { __typename } " * 80 + "}"),
    "duplicates that just pass": _post(None, "{ " + "content { version } " * 21 + "}"),
    "suggestions": _post("VALIDATION_ERROR", "{ " + _many("interventionz#", 240) + " }"),
    "suggestions for arguments": _post(
        "VALIDATION_ERROR", "{ interventions(" + _many("filte#: 1", 160) + ") { totalCount } }"
    ),
    "suggestions for variables": _post(
        "BAD_ARGUMENT",
        "query ($f: InterventionFilter) { " + TOTAL + " }",
        {"f": {f"driver{n}": 1 for n in range(1_900)}},
    ),
    "levels": _post(
        "QUERY_TOO_DEEP", "{ drivers " + "{ studies { nodes { drivers " * 30 + "{ slug }" + " } } }" * 30 + " }"
    ),
    "unclosed brackets": _post("QUERY_TOO_DEEP", "{ a " * 3_900),
    "unclosed lists": _post("QUERY_TOO_DEEP", "{ a(x: " + "[" * 15_000),
    "closed brackets": _post("QUERY_TOO_DEEP", "{a" * 5_000 + "}" * 5_000),
    "deep inputs": _post("QUERY_TOO_DEEP", "{ a(x: " + "{x: " * 2_000 + "1" + "}" * 2_000 + ") }"),
    "brackets that close only": _post("SYNTAX_ERROR", "}" * 500),
    "fragments in a circle": _post("VALIDATION_ERROR", "{ drivers { ...F0 } } " + _chain(10, "...F#")),
    "fields of fragments in a circle": _post(
        "QUERY_TOO_DEEP",
        "{ drivers { ...F0 } } " + _chain(10, "studies { nodes { drivers { ...F# ...F0 ...F1 ...F2 } } }"),
    ),
    "fragments that double": _post(
        "QUERY_TOO_WIDE", "{ drivers { ...F0 } } " + _chain(18, "...F# ...F#") + " fragment F18 on Driver { slug }"
    ),
    "fragments that double levels": _post(
        "QUERY_TOO_DEEP",
        "{ drivers { ...F0 } } "
        + _chain(15, "a: studies { nodes { drivers { ...F# } } } b: studies { nodes { drivers { ...F# } } }")
        + " fragment F15 on Driver { slug }",
    ),
    "many fragments": _post(
        "TOO_MANY_DEFINITIONS",
        "{ content { " + _many("...F#", 40) + " } } " + _many("fragment F# on ContentInfo { version }", 40),
    ),
    "as many fragments as pass": _post(
        None,
        "{ content { " + _many("...F#", 19) + " } } " + _many("fragment F# on ContentInfo { version licence }", 19),
    ),
    "many operations": _post("TOO_MANY_DEFINITIONS", _many("query Q# { content { version } }", 60)),
    "as many operations as pass": _post("BAD_REQUEST", _many("query Q# { content { version } }", 20)),
    "operations that share a fragment": _post(
        "QUERY_TOO_WIDE",
        _many("query Q# { ...F }", 19) + " fragment F on Query { " + _many('a#: study(slug: "a") { title }', 15) + " }",
    ),
    "many variables": _post("TOO_MANY_DEFINITIONS", "query (" + _many("$v#: Int", 115) + ") { content { version } }"),
    "inline fragments": _post("QUERY_TOO_DEEP", "{ " + "... { " * 200 + "__typename" + " }" * 200 + " }"),
    "long document": _post("QUERY_TOO_LONG", "{ content { version } }" + "#" * 90_000),
    "long comment": _post(None, "{ content { version } }" + "#" * 15_000),
    "many commas": _post(None, "{ content { version }" + "," * 15_000 + "}"),
    "many tokens": _post(
        "QUERY_TOO_LARGE", "{ instruments(filter: {drivers: [" + '"a" ' * 3_900 + "]}) { totalCount } }"
    ),
    "as many tokens as pass": _post(
        "BAD_ARGUMENT", "{ instruments(filter: {drivers: [" + '"a" ' * 484 + "]}) { totalCount } }"
    ),
    "long string": _post("UNKNOWN_SLUG", '{ instruments(filter: {drivers: ["' + "a" * 15_000 + '"]}) { totalCount } }'),
    "block string": _post(
        "UNKNOWN_SLUG", '{ instruments(filter: {drivers: ["""' + "a\n" * 7_000 + '"""]}) { totalCount } }'
    ),
    "string that is not closed": _post("SYNTAX_ERROR", '{ study(slug: "' + "a" * 15_000),
    "escapes": _post(None, '{ study(slug: "' + "\\u0041" * 2_500 + '") { slug } }'),
    "huge number": _post("BAD_ARGUMENT", "query ($n: Int) { studies(first: $n) { totalCount } }", {"n": 10**18}),
    "huge number in the document": _post("VALIDATION_ERROR", "{ studies(first: " + "9" * 4_000 + ") { totalCount } }"),
    "huge number in JSON": Attack(
        "BAD_REQUEST",
        b'{"query": "query ($n: Int) { studies(first: $n) { totalCount } }",'
        b' "variables": {"n": ' + b"9" * 90_000 + b"}}",
    ),
    "deep JSON": Attack("BAD_REQUEST", b'{"query": "{ __typename }", "variables": {"a": ' + b"[" * 90_000),
    "deep lists in variables": _post(
        "BAD_ARGUMENT",
        "query ($f: InterventionFilter) { " + TOTAL + " }",
        {"f": {"drivers": json.loads("[" * 900 + "]" * 900)}},
    ),
    "long lists in variables": _post(
        "BAD_ARGUMENT", "query ($f: InterventionFilter) { " + TOTAL + " }", {"f": {"drivers": ["a"] * 19_000}}
    ),
    "long lists of wrong values": _post(
        "BAD_ARGUMENT", "query ($f: InterventionFilter) { " + TOTAL + " }", {"f": {"drivers": [1] * 30_000}}
    ),
    "long text in a variable": _post(
        "UNKNOWN_SLUG", "query ($f: InterventionFilter) { " + TOTAL + " }", {"f": {"drivers": ["w" * 90_000]}}
    ),
    "variables that nobody asked for": _post(None, "{ __typename }", {f"v{n}": n for n in range(1_900)}),
    "unknown slugs under many names": _post(
        "UNKNOWN_SLUG",
        "query ($f: InterventionFilter) { " + _many("a#: " + TOTAL, 20) + " }",
        {"f": {"drivers": ["workl" * 32] * 100}},
    ),
    "unknown studies under many names": _post(
        "UNKNOWN_SLUG",
        "query ($f: FindingFilter) { " + _many("a#: findings(filter: $f) { totalCount }", 20) + " }",
        {"f": {"studies": ["workl" * 32] * 100}},
    ),
    "body too large": Attack("BODY_TOO_LARGE", b'{"query": "' + b"a" * 1_000_000 + b'"}'),
    "byte order mark": Attack(None, b'\xef\xbb\xbf{"query": "{ __typename }"}'),
    "byte order mark in the document": _post(None, "\ufeff{ __typename }"),
    "no UTF-8": Attack("BAD_REQUEST", b'{"query": "\xff\xfe"}'),
    "null characters": _post("SYNTAX_ERROR", "{ __type\x00name }"),
    "mutation by GET": Attack("BAD_REQUEST", address={"query": "mutation { __typename }"}, headers={}, method="GET"),
    "mutation by POST": _post("VALIDATION_ERROR", "mutation { __typename }"),
    "query by a form": Attack("BAD_REQUEST", b"query=%7B__typename%7D", headers=FORM),
    "query by plain text": Attack(
        "BAD_REQUEST", b'{"query": "{ __typename }"}', headers={"content-type": "text/plain"}
    ),
    "upload": Attack("BAD_REQUEST", b"--x--", headers={"content-type": "multipart/form-data; boundary=x"}),
    "page for a browser": Attack(
        None, address={"query": "{ __typename }"}, headers={"accept": "text/html"}, method="GET"
    ),
    "hash of a query": Attack(
        "PERSISTED_QUERY_NOT_SUPPORTED",
        b'{"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "' + b"a" * 64 + b'"}}}',
    ),
    "tracing": Attack(
        None, b'{"query": "{ __typename }", "extensions": {"tracing": true}}', headers=JSON | {"x-apollo-tracing": "1"}
    ),
    "an error that nobody handles": _post("BAD_ARGUMENT", "query ($n: Int!) { studies(first: $n) { totalCount } }", {}),
    "pages in pages": _post(
        "QUERY_TOO_COSTLY",
        "{ references(first: 100) { nodes { citedBy(first: 100) { nodes { html citations { key } } } } } }",
    ),
    "lists in lists": _post(
        "QUERY_TOO_COSTLY",
        "{ frameworks { terms { framework { terms { framework { terms { slug label } } } } } } }",
    ),
}


@dataclass(frozen=True)
class Flood:
    """What is sent on a connection: some bytes, then a piece again and again until the server hangs up, then the end.

    The tests of tests/http/test_connections.py say what each kind must get; here its CPU is measured.
    """

    status: int
    first: bytes
    piece: bytes = b""
    times: int = 1
    end: bytes = b"\r\n\r\n"


_GET = b"GET /graphql?query=%7B__typename%7D HTTP/1.1\r\nHost: localhost\r\n"
_POST = b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
FLOODS: dict[str, Flood] = {
    "header of 80 MB": Flood(431, _GET + b"X: ", b"a" * 80_000, 1_000),
    "name of a header of 80 MB": Flood(431, _GET, b"a" * 80_000, 1_000, b": a\r\n\r\n"),
    "a million headers": Flood(431, _GET, b"X: a\r\n" * 1_000, 1_000, b"\r\n"),
    "header in pieces of a byte": Flood(431, _GET + b"X: ", b"a", 90_000),
    "path of 80 MB": Flood(414, b"GET /", b"a" * 80_000, 1_000, b" HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    "line breaks before a request": Flood(431, b"", b"\r\n" * 40_000, 1_000, _GET + b"\r\n"),
    "body of 1 GB": Flood(413, _POST + b"Content-Length: 1000000000\r\n\r\n", b"a" * 100_000, 10_000, b""),
    "chunks of a byte": Flood(
        413, _POST + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n" * 1_000, 1_000, b"0\r\n\r\n"
    ),
    "a million trailers": Flood(
        431, _POST + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n", b"X: a\r\n" * 1_000, 1_000, b"\r\n"
    ),
    "a million requests at once": Flood(200, b"", (_GET + b"\r\n") * 1_000, 1_000, b""),
    "two hosts": Flood(400, _GET, b"Host: other\r\n", 1, b"\r\n"),
}
