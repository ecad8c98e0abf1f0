"""The files of the page /graphiql over HTTP: gzipped or plain, cached, as published, under the page's own policy."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.types import ASGIApp

from kb.serve.graphiql import graphiql_routes, read_worked_queries
from kb.serve.graphiql.vendor import STATIC, VENDORED, Vendored

OWN = ("", "start.js", "start.css", "queries.json")
EVERY = (*OWN, *(file.name for file in VENDORED))


@pytest.fixture(scope="module")
def client(serving: Callable[[ASGIApp], AbstractContextManager[str]]) -> Iterator[httpx.Client]:
    with (
        serving(Starlette(routes=graphiql_routes())) as address,
        httpx.Client(base_url=address, trust_env=False, timeout=30, follow_redirects=True) as opened,
    ):
        yield opened


@pytest.mark.parametrize("name", [name for name in EVERY if name != "start.css"])  # too small to be worth it
def test_a_file_comes_gzipped_or_plain_as_the_client_takes_it(client: httpx.Client, name: str) -> None:
    path = f"/graphiql/{name}"
    plain = client.get(path, headers={"accept-encoding": "gzip;q=0, identity"})
    assert "content-encoding" not in plain.headers
    with client.stream("GET", path, headers={"accept-encoding": "br, gzip"}) as zipped:
        raw = b"".join(zipped.iter_raw())
        assert zipped.headers["content-encoding"] == "gzip"
        assert zipped.headers["vary"] == "Accept-Encoding"
    assert gzip.decompress(raw) == plain.content
    assert int(zipped.headers["content-length"]) == len(raw)
    assert zipped.headers["etag"] == plain.headers["etag"]


@pytest.mark.parametrize("name", EVERY)
def test_a_file_is_not_sent_again_while_it_has_not_changed(client: httpx.Client, name: str) -> None:
    """What has its version in its name is kept for good; the rest is asked for again."""
    first = client.get(f"/graphiql/{name}")
    etag = first.headers["etag"]
    for tags in (etag, f'"other", {etag}', etag.removeprefix("W/"), "*"):
        again = client.get(f"/graphiql/{name}", headers={"if-none-match": tags})
        assert (again.status_code, again.content) == (304, b"")
    for tags in ('"other"', etag[:-1], f'"{etag}"'):
        assert client.get(f"/graphiql/{name}", headers={"if-none-match": tags}).status_code == 200
    assert ("immutable" in first.headers["cache-control"]) == (name not in OWN)


@pytest.mark.parametrize("name", EVERY)
def test_the_policy_lets_nothing_from_elsewhere_and_no_inline_script(client: httpx.Client, name: str) -> None:
    policy = client.get(f"/graphiql/{name}").headers["content-security-policy"]
    parts = dict(part.split(" ", 1) for part in policy.split("; "))
    assert parts["default-src"] == "'none'"
    assert parts["script-src"] == parts["connect-src"] == "'self'"
    assert "unsafe" not in policy
    assert not re.search(r"https?:|\*", policy)


def test_the_address_without_a_slash_leads_to_the_page(client: httpx.Client) -> None:
    """By a relative address, so that it works behind a proxy that puts the server below a path."""
    response = client.get("/graphiql", follow_redirects=False)
    assert (response.status_code, response.headers["location"]) == (308, "graphiql/")
    assert client.get("/graphiql").headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("name", ["nothing", "page.html", "README.md", "../app.py", "%2e%2e/app.py", "static/start.js"])
def test_other_names_are_not_found(client: httpx.Client, name: str) -> None:
    assert client.get(f"/graphiql/{name}").status_code == 404


def test_the_page_can_only_be_read(client: httpx.Client) -> None:
    assert client.head("/graphiql/").status_code == 200
    assert client.post("/graphiql/").status_code == 405


def test_the_page_names_its_files_and_no_other_host(client: httpx.Client) -> None:
    """Every file named exists, with the version that is vendored."""
    page = client.get("/graphiql/").text
    named = re.findall(r'(?:src|href)="([^"]+\.(?:js|css))"', page)
    assert sorted(named) == sorted(set(EVERY) - {"", "queries.json"})
    script = client.get("/graphiql/start.js").text
    assert not re.search(r"https?://|\s(?:on\w+|style)=", page + script)


def test_the_worked_queries_are_those_of_the_folder(client: httpx.Client) -> None:
    served = client.get("/graphiql/queries.json").json()
    assert [one["name"] for one in served] == [one.name for one in read_worked_queries()]
    assert all(one["query"] and one["question"] for one in served)
    assert served[0]["variables"].startswith("{")


@pytest.mark.parametrize("file", VENDORED, ids=lambda file: file.name)
def test_a_vendored_file_is_the_one_published(file: Vendored) -> None:
    """By its SHA-256, which stands in the README beside it, too."""
    data = gzip.decompress((STATIC / f"{file.name}.gz").read_bytes())
    assert hashlib.sha256(data).hexdigest() == file.sha256
    readme = (STATIC / "README.md").read_text(encoding="utf-8")
    assert f"| {file.package} | {file.version} | {file.path} | {file.sha256} |" in readme
    assert (STATIC / f"LICENSE-{file.package}").read_text(encoding="utf-8").startswith("MIT License")


def test_nothing_else_is_vendored() -> None:
    kept = {path.name for path in STATIC.iterdir() if path.suffix == ".gz"}
    assert kept == {f"{file.name}.gz" for file in VENDORED}
    assert sum(Path(STATIC / name).stat().st_size for name in kept) < 1_100_000
