"""The site of the real content: complete, without broken links, and readable without color, scripts or a server."""

from __future__ import annotations

import gzip
import posixpath
import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from kb.check import Checked
from kb.check.rules.text import _OTHER_PATHS, FIXED_PAGES
from kb.grading import statements
from kb.model import KINDS, ClaimBasis, EffectSize, EntryStatus, Page, Verdict
from kb.serve.app import routes
from kb.site.lists import LISTS
from kb.view.catalog import Catalog

VOID = {"link", "meta", "input", "br", "hr", "img"}


@dataclass
class Document(HTMLParser):
    """What a page holds, as far as these tests ask."""

    text: str
    ids: list[str] = field(default_factory=list)
    addresses: list[tuple[str, str]] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    attributes: set[str] = field(default_factory=set)
    inline: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    mismatched: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.attributes |= set(given)
        if "id" in given:
            self.ids.append(given["id"])
        self.labels += given.get("aria-labelledby", "").split()
        self.addresses += [(name, given[name]) for name in ("href", "src", "action") if name in given]
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        data = given.get("type") == "application/ld+json"
        if tag == "style" or (tag == "script" and "src" not in given and not data):
            self.inline.append(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.mismatched.append(tag)


@pytest.fixture(scope="module")
def documents(built: Path) -> dict[str, Document]:
    """Every page by its path below the site's root."""
    return {
        path.relative_to(built).as_posix(): Document(path.read_text(encoding="utf-8"))
        for path in sorted(built.rglob("*.html"))
    }


def test_every_entry_that_is_no_draft_has_its_page(documents: dict[str, Document], real: Checked) -> None:
    for entry in real.knowledge.entries():
        assert (f"{entry.path}index.html" in documents) == (entry.status is not EntryStatus.DRAFT), entry.path


def test_every_kind_has_a_list_of_all_its_published_entries(documents: dict[str, Document], real: Checked) -> None:
    for entry in real.knowledge.entries():
        if entry.status is EntryStatus.PUBLISHED and entry.kind != "page":
            addresses = [address for _, address in documents[f"{entry.folder}/index.html"].addresses]
            assert f"../{entry.path}index.html" in addresses


def test_no_link_within_the_site_is_broken(documents: dict[str, Document], built: Path) -> None:
    broken = []
    for page, document in documents.items():
        for _, address in document.addresses:
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                continue
            rooted = page == "404.html" and parts.path.startswith("/")  # a host shows it at any depth
            path = posixpath.join(posixpath.dirname(page), unquote(parts.path)).removeprefix("/" if rooted else "\0")
            target = posixpath.normpath(path) if parts.path else page
            target = posixpath.normpath(f"{target}/index.html") if rooted and parts.path.endswith("/") else target
            exists = (built / target).is_file()
            found = exists and (
                not parts.fragment or target.endswith(".svg") or parts.fragment in documents[target].ids
            )
            if (parts.path.startswith("/") and not rooted) or target.startswith("..") or not found:
                broken.append(f"{page}: {address}")
    assert not broken, "\n".join(broken)


def test_pages_load_nothing_from_elsewhere_and_link_only_to_web_pages(documents: dict[str, Document]) -> None:
    for page, document in documents.items():
        for name, address in document.addresses:
            scheme = urlsplit(address).scheme
            assert scheme in (("", "http", "https", "mailto") if name == "href" else ("",)), f"{page}: {address}"
        assert not re.search(r'<link[^>]+href="(?:https?:)?//', document.text), page


def test_pages_hold_no_script_or_style_of_their_own(documents: dict[str, Document]) -> None:
    for page, document in documents.items():
        assert not document.inline, page
        assert not {name for name in document.attributes if name == "style" or name.startswith("on")}, page
        assert "default-src 'none'" in document.text, page


def test_pages_are_well_formed_with_unique_ids_and_headings_in_order(documents: dict[str, Document]) -> None:
    for page, document in documents.items():
        assert not document.mismatched, f"{page}: {document.mismatched}"
        assert not [name for name, count in Counter(document.ids).items() if count > 1], page
        assert set(document.labels) <= set(document.ids), page
        assert document.headings.count(1) == 1, page
        assert document.headings[0] == 1, page
        steps = zip(document.headings, document.headings[1:], strict=False)
        assert all(after <= before + 1 for before, after in steps), f"{page}: {document.headings}"


def test_pages_tell_their_language_and_what_they_are_about(documents: dict[str, Document]) -> None:
    for page, document in documents.items():
        assert '<html lang="en">' in document.text, page
        assert re.search(r'<meta name="description" content="[^"]{10,}">', document.text), page
        assert re.search(r"<title>[^<]*Clinician Burnout Evidence Base</title>", document.text), page


def test_a_verdict_is_never_shown_without_its_outcome_and_certainty(
    documents: dict[str, Document], real: Checked
) -> None:
    said = {statements.verdict(assessment) for assessment in real.knowledge.assessments.values()}
    seen = 0
    for page, document in documents.items():
        if page not in ("index.html", "compare/index.html", "how-we-grade/index.html"):
            for badge in re.findall(rf'class="badge (?:{"|".join(Verdict)})">(.*?)</span>\n', document.text):
                assert badge in said, page
                seen += 1
    assert seen > 50


def test_no_page_says_not_tested_of_something_with_a_known_trial(documents: dict[str, Document], real: Checked) -> None:
    waiting = [slug for slug, found in real.knowledge.assessments.items() if found.waiting]
    assert waiting
    for slug in waiting:
        text = documents[f"interventions/{slug}/index.html"].text
        card = text[text.index('id="verdict"') : text.index('class="tags"')]
        assert "Not tested" not in card
        assert "Trials known, not entered: " in card
        assert 'id="section-waiting"' in text


def test_little_or_no_difference_is_said_only_where_the_whole_interval_is_small(
    documents: dict[str, Document], real: Checked
) -> None:
    for slug, assessment in real.knowledge.assessments.items():
        allowed = sum(body.size is EffectSize.LITTLE_OR_NONE for body in assessment.bodies)
        text = (
            documents[f"interventions/{slug}/index.html"].text
            if f"interventions/{slug}/index.html" in documents
            else ""
        )
        assert len(re.findall(r'class="statement">[^<]*little or no difference', text)) <= 2 * allowed, slug


def test_the_style_sheet_stays_small(built: Path) -> None:
    """As sent: hosts compress it."""
    assert len(gzip.compress((built / "theme/style.css").read_bytes())) < 10_000


def test_the_trial_shows_its_ten_rows_as_printed(documents: dict[str, Document]) -> None:
    text = documents["studies/kiser-2024/index.html"].text
    assert text.count("Table 3, ") >= 10
    for figure in ("−0.79", "95% CI −1.27 to −0.32", "−0.71 (−1.06 to −0.35)", "3.28 (SD 1.58)", "−22%"):
        assert figure in text


def test_an_intervention_starts_with_its_verdict_and_shows_every_step(documents: dict[str, Document]) -> None:
    text = documents["interventions/physician-peer-coaching/index.html"].text
    main = text[text.index("<main") :]
    told = ("Promising for burnout · low certainty", "It may reduce burnout.", "Of 100 people, about 68", "What it is")
    places = [main.index(text) for text in told]
    assert places == sorted(places)
    body = main[main.index('id="evidence-burnout-inactive-short-randomized"') :]
    assert "high at the start, as it is randomized" in body
    letter = re.search(r'down 1 for risk of bias \(<a href="#note-(\w+)"', body)
    assert letter
    assert re.search(rf'<li id="note-{letter[1]}">.*Down 1 for risk of bias. Fifteen of 67', main)


def test_a_class_of_interventions_and_an_entry_say_who_signed_and_read_them(documents: dict[str, Document]) -> None:
    text = documents["interventions/organization-directed-interventions/index.html"].text
    assert "signed by no outside expert yet" in text
    assert "A class of interventions" in text
    assert "read twice" not in text


def test_a_driver_sorts_interventions_by_what_ties_them_to_it_and_themes_stand_apart(
    documents: dict[str, Document],
) -> None:
    text = documents["drivers/work-life-integration/index.html"].text
    listed = text[text.index('id="section-interventions"') :]
    places = [listed.index(f"<h3>{basis.label}</h3>") for basis in ClaimBasis if basis is not ClaimBasis.DISCUSSED]
    assert places == sorted(places)
    assert "no clear difference" in listed[: places[1]]
    assert "on burnout overall" in listed
    workload = documents["drivers/workload/index.html"].text
    apart = workload[workload.index('id="section-discussed"') :]
    assert "Peer coaching by trained physicians" in apart
    assert (
        "Peer coaching by trained physicians"
        not in workload[workload.index('id="section-interventions"') : -len(apart)]
    )


def test_the_protocol_counts_what_was_considered(documents: dict[str, Document], real: Checked) -> None:
    text = documents["protocol/index.html"].text
    studies = [study for study in real.knowledge.studies.values() if study.status is EntryStatus.PUBLISHED]
    assert f"<b>{len(studies) + len(real.knowledge.screening)} works considered</b>" in text
    assert f"<b>{len(studies)} works entered</b>" in text
    for item in real.knowledge.screening:
        assert real.knowledge.references[item.key].title.split("'")[0].split('"')[0].split("&")[0] in text


def test_a_text_may_link_to_just_the_pages_that_the_site_makes_of_the_whole(real: Checked) -> None:
    """What the checker takes for such a page is one, and no page is unknown to it."""
    catalog = Catalog(real.knowledge.public())
    paths = {page(catalog).path.strip("/") for page in LISTS}
    assert paths - {kind.folder for kind in KINDS} == {"", *FIXED_PAGES}


def test_no_page_may_take_an_address_of_the_site_or_its_server(built: Path, real: Checked) -> None:
    """What the checker refuses is what the site has in its root beside pages, and what the server answers itself."""
    nothing: Any = SimpleNamespace(site_url="")
    served = {route.path.strip("/").partition("/")[0] for route in routes(lambda: nothing)} - {""}  # type: ignore
    made = {path.name for path in built.iterdir() if path.is_dir()} - set(real.knowledge.pages)
    taken = {*FIXED_PAGES, *_OTHER_PATHS, *(kind.folder for kind in KINDS)}
    assert taken == {*made, *served, "graphql", "index", Page.folder}
