"""Cards and charts on other sites: who may frame them, and what /oembed says, asked of kb serve as a process."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

SITE = "https://burnout.example.org/evidence"
STUDY = "studies/trial-2024/"


@pytest.fixture(scope="module")
def client(addressed: Any) -> Iterator[httpx.Client]:
    with addressed.client() as opened:
        yield opened


def chart(client: httpx.Client) -> str:
    """The path of a chart's page for a frame, below embed/."""
    maps = client.get("/embed/gap-map/driver.html")
    assert maps.status_code == 200
    return "gap-map/driver"


def test_any_site_may_frame_a_card_or_a_chart_and_no_other_page(client: httpx.Client) -> None:
    for path in (f"/embed/{STUDY}", f"/embed/{chart(client)}.html"):
        answer = client.get(path)
        assert answer.status_code == 200
        policy = answer.headers["content-security-policy"]
        assert "frame-ancestors" not in policy
        assert "script-src" not in policy
        assert "default-src 'none'" in policy
        assert "x-frame-options" not in answer.headers
        assert "<script" not in answer.text
    for path in ("/", f"/{STUDY}", "/embed/no-such-page/", "/graphiql/"):
        assert "frame-ancestors 'none'" in client.get(path).headers["content-security-policy"], path
    for path in ("/", f"/{STUDY}", "/graphiql/", "/embed-other/"):
        assert client.get(path).headers["x-frame-options"] == "DENY"


def test_a_card_says_what_the_page_says_and_leads_to_it(client: httpx.Client) -> None:
    card = client.get("/embed/interventions/quiet-hours/")
    drawn = client.get("/embed/interventions/quiet-hours/index.svg")
    assert drawn.headers["content-type"] == "image/svg+xml"
    page = client.get("/interventions/quiet-hours/").text
    said = card.text.partition('<p class="verdict')[2].partition(">")[2].partition("</p>")[0]
    assert said
    assert said in page
    assert " ".join(said.split())[:20] in drawn.text
    assert "../../../interventions/quiet-hours/index.html" in card.text
    assert f'<link rel="canonical" href="{SITE}/interventions/quiet-hours/">' in card.text


@pytest.mark.parametrize(
    "address",
    [
        f"{SITE}/{STUDY}",
        f"{SITE}/{STUDY}index.html",
        f"{SITE}/{STUDY.rstrip('/')}",
        f"{SITE}/{STUDY}?from=mail#section-findings",
        f"{SITE}/embed/{STUDY}",
        f"{SITE}/embed/{STUDY}index.html",
        f"{SITE}/embed/{STUDY}index.svg",
        f"{SITE.replace('https', 'http')}/{STUDY}",
    ],
)
def test_oembed_knows_an_entry_by_each_of_its_addresses(client: httpx.Client, address: str) -> None:
    found = client.get("/oembed", params={"url": address})
    assert found.status_code == 200
    assert found.headers["content-type"] == "application/json"
    assert found.headers["access-control-allow-origin"] == "*"
    record = found.json()
    assert (record["version"], record["type"], record["title"]) == ("1.0", "rich", "A trial")
    assert f'src="{SITE}/embed/{STUDY}index.html"' in record["html"]
    page = client.get(f"/{STUDY}").text
    assert f'href="{SITE}/embed/{STUDY}index.json" type="application/json+oembed"' in page
    assert client.get(f"/embed/{STUDY}index.json").json() == record


def test_oembed_knows_a_chart_and_keeps_to_the_size_that_is_asked_for(client: httpx.Client) -> None:
    address = f"{SITE}/embed/{chart(client)}.html"
    whole = client.get("/oembed", params={"url": address}).json()
    assert f'src="{address}"' in whole["html"]
    asked = {"url": address, "maxwidth": "300", "maxheight": "99999"}
    assert client.get("/oembed", params=asked).status_code == 400
    small = client.get("/oembed", params=asked | {"maxheight": "200", "format": "json"}).json()
    assert (small["width"], small["height"]) == (300, 200)
    assert 'width="300" height="200"' in small["html"]
    assert f'width="{whole["width"]}"' not in small["html"]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({}, 400),
        ({"url": ""}, 404),
        ({"url": f"{SITE}/"}, 404),
        ({"url": f"{SITE}/no/such/page/"}, 404),
        ({"url": f"{SITE}/{STUDY}findings.svg.html"}, 404),
        ({"url": f"https://other.example/evidence/{STUDY}"}, 404),
        ({"url": f"https://burnout.example.org@other.example/evidence/{STUDY}"}, 404),
        ({"url": f"https://burnout.example.org/{STUDY}"}, 404),
        ({"url": f"{SITE}/../../data/v1/index.json"}, 404),
        ({"url": f"{SITE}/embed/%2e%2e/data/v1/index.html"}, 404),
        ({"url": "javascript:alert(1)"}, 404),
        ({"url": "https://[broken"}, 404),
        ({"url": f"{SITE}/{STUDY}", "format": "xml"}, 501),
        ({"url": f"{SITE}/{STUDY}", "maxwidth": "0"}, 400),
        ({"url": f"{SITE}/{STUDY}", "maxwidth": "-5"}, 400),
        ({"url": f"{SITE}/{STUDY}", "maxheight": "²"}, 400),
        ({"url": f"{SITE}/{STUDY}", "maxheight": "9" * 5000}, 400),
    ],
)
def test_oembed_refuses_what_it_cannot_answer_in_a_sentence(
    client: httpx.Client, asked: dict[str, str], status: int
) -> None:
    found = client.get("/oembed", params=asked)
    assert found.status_code == status
    assert found.headers["content-type"].startswith("text/plain")
    assert found.text.endswith(".\n")
    assert "Traceback" not in found.text


def test_a_site_without_an_address_says_how_to_give_it_one(steady: Any) -> None:
    with steady.client() as client:
        assert "--site-url" in client.get("/oembed", params={"url": f"{SITE}/{STUDY}"}).text
        assert client.get(f"/embed/{STUDY}").status_code == 200
        assert client.get(f"/embed/{STUDY}index.json").status_code == 404
        assert "oembed" not in client.get(f"/{STUDY}").text
        assert json.loads(client.get("/health").text)["status"] == "ok"
