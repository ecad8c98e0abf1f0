"""The files beside the pages: complete, valid, the same twice, and with whole addresses only where the site has one."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from urllib.parse import urljoin
from xml.etree import ElementTree

import pytest
from jsonschema import Draft202012Validator

from kb.check import Checked, read
from kb.model import EntryStatus, KnowledgeBase
from kb.site import build_site
from kb.site.context import VERSION
from kb.site.files import API, BULK, DATA, DESCRIPTIONS, FEEDS
from kb.site.meta import page_meta
from kb.site.pages import make_files, pages
from kb.view import moves
from kb.view.catalog import Catalog

pytestmark = pytest.mark.slow  # each test writes or reads the whole content

SITE = "https://burnout.example.org/evidence"
ATOM = "{http://www.w3.org/2005/Atom}"
COACHING = "interventions/physician-peer-coaching/"


@pytest.fixture(scope="module")
def knowledge(real: Checked) -> KnowledgeBase:
    return real.knowledge.public()


def printed(knowledge: KnowledgeBase, site_url: str) -> dict[str, bytes]:
    """All files of a site beside its pages."""
    made = make_files(knowledge, lambda _name, _variables: "", site_url)
    return {path: data for path, data in made if not path.endswith("index.html")}


@pytest.fixture(scope="module")
def relative(knowledge: KnowledgeBase) -> dict[str, bytes]:
    """The files of a site without an address."""
    return printed(knowledge, "")


@pytest.fixture(scope="module")
def absolute(knowledge: KnowledgeBase) -> dict[str, bytes]:
    """The files of a site with one."""
    return printed(knowledge, SITE)


def test_every_entry_has_a_file_that_says_what_the_whole_says(
    relative: dict[str, bytes], knowledge: KnowledgeBase
) -> None:
    whole = json.loads(relative["data/v1/burnout-kb.json"])
    assert whole["version"] == knowledge.version
    for entry in knowledge.entries():
        data = json.loads(relative[f"data/v1/{entry.folder}/{entry.slug}.json"])
        assert re.fullmatch("[0-9a-f]{16}", data.pop("page_version"))
        assert data == next(item for item in whole[entry.folder] if item["slug"] == entry.slug)


def test_every_json_file_of_the_data_fits_the_schema_beside_it(relative: dict[str, bytes]) -> None:
    validator = Draft202012Validator(json.loads(relative["data/v1/schema.json"]))
    describing = {f"data/v1/{name}.json" for name in ("schema", "openapi", "datapackage")}
    files = {path for path in relative if path.startswith("data/v1/") and path.endswith(".json")} - describing
    assert len(files) > 100
    assert [path for path in files if not validator.is_valid(json.loads(relative[path]))] == []


def test_the_index_leads_to_every_entry_and_gives_a_verdict_with_its_certainty(
    relative: dict[str, bytes], knowledge: KnowledgeBase
) -> None:
    index = json.loads(relative["data/v1/index.json"])
    assert len(index["entries"]) == len(list(knowledge.entries()))
    for item in index["entries"]:
        assert f"data/v1/{item['data']}" in relative
        assert ("verdict" in item) == ("certainty" in item) == (item["kind"] == "intervention")


def test_a_withdrawn_entry_is_data_without_its_text(content: Callable[..., Path], today: date) -> None:
    page = (
        "---\ntitle: Old advice\nsummary: Words.\nstatus: withdrawn\nreviewed: 2026-11-01\n"
        "withdrawn: {date: 2026-10-01, reason: It was replaced.}\n---\nSecret words.\n"
    )
    knowledge = read(content({"pages/old.md": page}), today)
    made = printed(knowledge, SITE)
    data = json.loads(made["data/v1/pages/old.json"])
    assert data["withdrawn"]["reason"] == "It was replaced."
    schema = Draft202012Validator(json.loads(made["data/v1/schema.json"]))
    assert all(
        schema.is_valid(json.loads(made[f"data/v1/{name}.json"])) for name in ("pages/old", "burnout-kb", "index")
    )
    assert not [path for path, held in made.items() if b"Secret words" in held]
    assert f"<loc>{SITE}/about/</loc>" in made["sitemap.xml"].decode()
    assert f"<loc>{SITE}/old/</loc>" not in made["sitemap.xml"].decode()
    assert "old/cite.bib" not in made


def test_the_page_of_downloads_tells_of_every_file_that_is_no_part_of_an_entry(
    relative: dict[str, bytes], knowledge: KnowledgeBase
) -> None:
    told = {re.sub(r"\{\w+\}", "*", file.path) for file in (*DATA, *DESCRIPTIONS, *BULK, *API, *FEEDS)}
    for path in relative:
        beside = path.endswith((".svg", ".csv")) and not path.startswith("data/")
        embedded = path.startswith("embed/") and path.endswith((".svg", ".html", ".json"))
        if not (beside or embedded or path.endswith(("404.html", "robots.txt", "llms.txt", "cite.bib", "cite.ris"))):
            assert any(re.fullmatch(pattern.replace("*", "[^/]+"), path) for pattern in told), path
    assert {path for path in told if "*" not in path} <= set(relative)


def test_links_of_feeds_lead_to_pages(relative: dict[str, bytes], knowledge: KnowledgeBase) -> None:
    paths = {page.path for page in pages(Catalog(knowledge))}
    feeds = [path for path in relative if path.endswith(".atom")]
    published = [driver for driver in knowledge.drivers.values() if driver.status is EntryStatus.PUBLISHED]
    assert len(feeds) == 1 + len(published)
    for path in feeds:
        root = ElementTree.fromstring(relative[path])
        own = next(link.get("href") for link in root.findall(f"{ATOM}link") if link.get("rel") == "self")
        assert posixpath.normpath(posixpath.join(posixpath.dirname(path), str(own))) == path
        entries = root.findall(f"{ATOM}entry")
        assert entries, path
        for link in root.findall(f"{ATOM}entry/{ATOM}link"):
            assert urljoin(f"{SITE}/{path}", str(link.get("href"))).removeprefix(f"{SITE}/") in paths


def test_the_feed_of_a_driver_holds_what_bears_on_it_and_nothing_else(
    relative: dict[str, bytes], knowledge: KnowledgeBase
) -> None:
    """It counts what bears on the driver."""
    catalog = Catalog(knowledge)
    driver = knowledge.drivers["community-support"]
    text = relative["feeds/drivers/community-support.atom"].decode()
    told = moves.of_driver(catalog, moves.events(catalog), driver)
    days = {event.date for event in told if event.kind is not moves.ChangeKind.READ}
    assert set(re.findall(r"<id>urn:burnout-kb:moves:(.*?):community-support</id>", text)) == set(map(str, days))
    assert f"urn:burnout-kb:moves:{max(days)}:workload" not in text
    assert text.count("changes/community-support/") == len(days)


def test_without_an_address_no_file_guesses_one(relative: dict[str, bytes]) -> None:
    assert "sitemap.xml" not in relative
    robots = relative["robots.txt"].decode()
    assert "No sitemap: this copy was built without the site's address" in robots
    assert "Sitemap:" not in robots
    assert b"\r\nURL:" not in relative["feeds/reviews-due.ics"]
    assert b"UR  -" not in relative["interventions/physician-peer-coaching/cite.ris"]


def test_with_an_address_sitemap_feeds_and_citations_name_it(absolute: dict[str, bytes]) -> None:
    places = [item.text for item in ElementTree.fromstring(absolute["sitemap.xml"]).iter() if item.tag.endswith("loc")]
    assert f"{SITE}/" in places
    assert f"{SITE}/{COACHING}" in places
    assert f"{SITE}/search/" not in places
    assert len(places) == len(set(places))
    assert f"Sitemap: {SITE}/sitemap.xml" in absolute["robots.txt"].decode()
    for path in (path for path in absolute if path.endswith(".atom")):
        links = ElementTree.fromstring(absolute[path]).iter(f"{ATOM}link")
        assert all(str(link.get("href")).startswith(f"{SITE}/") for link in links)
    assert f"{SITE}/data/v1/index.json" in absolute["llms.txt"].decode()
    assert f"UR  - {SITE}/{COACHING}\r\n" in absolute[f"{COACHING}cite.ris"].decode()
    assert f"url = {{{SITE}/{COACHING}}}" in absolute[f"{COACHING}cite.bib"].decode()


def test_a_chart_says_its_whole_address_or_the_title_of_its_page(
    relative: dict[str, bytes], absolute: dict[str, bytes]
) -> None:
    for ending in ("svg", "csv"):
        name = f"{COACHING}people.{ending}"
        assert f"{SITE}/{COACHING}" in absolute[name].decode()
        assert "Page: Peer coaching by trained physicians" in relative[name].decode()
        assert f"/{COACHING}" not in relative[name].decode()


def test_links_of_llms_txt_lead_to_files_and_pages(relative: dict[str, bytes], knowledge: KnowledgeBase) -> None:
    text = relative["llms.txt"].decode()
    assert text.startswith("# Clinician Burnout Evidence Base\n\n> ")
    known = {*relative, *(f"{page.path}index.html" for page in pages(Catalog(knowledge)))}
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert len(links) > 10
    assert set(links) <= known


def test_every_page_is_a_record_of_schema_org(knowledge: KnowledgeBase) -> None:
    """Its own address is whole where the site has one; else it leads from the page to itself."""
    catalog = Catalog(knowledge)
    for site_url in ("", SITE):
        for page in pages(catalog):
            meta = page_meta(page, catalog, site_url, {})
            record = json.loads(meta.json_ld)
            assert record["@context"] == "https://schema.org"
            assert urljoin(f"{SITE}/{page.path}", record["@id"]) == f"{SITE}/{page.path}"
            assert record["@id"].startswith("https:") == bool(site_url)
            assert meta.address == (f"{SITE}/{page.path}" if site_url else "")


def test_records_tell_what_a_page_is_about(knowledge: KnowledgeBase) -> None:
    catalog = Catalog(knowledge)
    records = {page.path: json.loads(page_meta(page, catalog, SITE, {}).json_ld) for page in pages(catalog)}
    coaching = records[COACHING]["mainEntity"]
    assert coaching["@type"] == "MedicalTherapy"
    assert [item["value"] for item in coaching["additionalProperty"]] == ["promising", "burnout", "low"]
    assert records["studies/kiser-2024/"]["mainEntity"]["author"][0]["name"].endswith("Kiser")
    data = records["downloads/"]["mainEntity"]
    assert data["@type"] == "Dataset"
    assert data["distribution"][0]["contentUrl"] == f"{SITE}/data/v1/burnout-kb.json"


def test_a_record_cannot_end_its_script_element(content: Callable[..., Path], today: date) -> None:
    page = "---\ntitle: '</script><b>'\nsummary: Words.\nstatus: published\nreviewed: 2026-11-01\n---\nWords.\n"
    knowledge = read(content({"pages/odd.md": page}), today)
    odd = next(page for page in pages(Catalog(knowledge)) if page.path == "odd/")
    text = page_meta(odd, Catalog(knowledge), "", {}).json_ld
    assert "<" not in text
    assert json.loads(text)["name"] == "</script><b>"


def test_a_page_built_with_an_address_names_it_in_its_head(
    content: Callable[..., Path], tmp_path: Path, today: date
) -> None:
    root = content()
    knowledge = read(root, today)
    whole = build_site(knowledge, root, site_url=f"{SITE}/")
    relative = build_site(knowledge, root)
    page = whole["drivers/workload/index.html"].decode()
    assert f'<link rel="canonical" href="{SITE}/drivers/workload/">' in page
    assert f'<meta property="og:url" content="{SITE}/drivers/workload/">' in page
    assert f"{SITE}/drivers/workload/" in page[page.index('class="cite"') :]
    assert "sitemap.xml" in whole
    other = relative["drivers/workload/index.html"].decode()
    assert "canonical" not in other
    assert "og:url" not in other
    assert 'href="../../feeds/drivers/workload.atom"' in other
    assert not (tmp_path / "without/sitemap.xml").exists()


def test_an_entry_can_be_cited_with_its_day_and_version(knowledge: KnowledgeBase) -> None:
    page = next(page for page in pages(Catalog(knowledge)) if page.path == COACHING)
    meta = page_meta(page, Catalog(knowledge), SITE, ())
    for text in (meta.ama, meta.bibtex, meta.ris):
        assert "Peer coaching by trained physicians" in text
        assert "Last reviewed " in text
        assert f"Page version {VERSION} of November 22, 2026" in text
        assert f"{SITE}/{COACHING}" in text
