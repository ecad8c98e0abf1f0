"""The crosswalk: every correspondence of every framework stands in its cell, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from kb.check import Checked
from kb.model import EntryStatus, MappingBasis, Relation, TermMapping
from kb.site.lists import crosswalk_page
from kb.view.catalog import Catalog


def test_every_mapping_stands_once_in_the_cell_of_its_driver_and_framework(real: Checked) -> None:
    knowledge = real.knowledge.public()
    page = crosswalk_page(Catalog(knowledge))
    shown = []
    for _, rows in page.groups:
        for driver, cells in rows:
            for framework, cell in zip(page.frameworks, cells, strict=True):
                for item in cell:
                    assert item.term.href.startswith(f"/{framework.path}#")
                    assert item.driver.href == f"/{driver.path}"
                    shown.append((item.term.href, item.driver.href, *_told(item.mapping)))
    expected = [
        (
            f"/{framework.path}#term-{term.slug}",
            f"/drivers/{mapping.driver}/",
            *_told(mapping),
        )
        for framework in knowledge.frameworks.values()
        if framework.status is EntryStatus.PUBLISHED
        for term in framework.terms
        for mapping in term.mappings
    ]
    assert sorted(shown) == sorted(expected)
    assert {basis for _, _, _, basis, _ in shown} == set(MappingBasis)


def _told(mapping: TermMapping) -> tuple[Relation, MappingBasis, str]:
    return mapping.relation, mapping.basis, mapping.place or ""


def test_every_driver_has_a_row_and_every_term_without_a_driver_is_named(real: Checked) -> None:
    knowledge = real.knowledge.public()
    page = crosswalk_page(Catalog(knowledge))
    rows = {f"/{driver.path}" for _, rows in page.groups for driver, _ in rows}
    assert rows == {
        f"/{driver.path}" for driver in knowledge.drivers.values() if driver.status is EntryStatus.PUBLISHED
    }
    unmapped = {f"/{framework.path}#term-{term.slug}" for framework, terms in page.unmapped for term in terms}
    assert unmapped == {
        f"/{framework.path}#term-{term.slug}"
        for framework in knowledge.frameworks.values()
        for term in framework.terms
        if not term.mappings
    }


def test_the_page_tells_relation_and_basis_in_words(built: Path) -> None:
    text = (built / "crosswalk/index.html").read_text(encoding="utf-8")
    cells = re.findall(r'<td class="words">(.*?)</td>', text)
    assert cells
    for cell in cells:
        for term in re.findall(r"<p>(.*?)</p>", cell):
            assert any(f"</a> {relation.label} this driver" in term for relation in Relation), term
            assert any(basis.label in term for basis in MappingBasis), term


def test_the_map_and_the_crosswalk_are_linked_from_where_they_are_looked_for(built: Path) -> None:
    for page in ("", "drivers/"):
        assert 'gap-map/index.html">See the evidence map' in (built / page / "index.html").read_text(encoding="utf-8")
    for page in ("frameworks/", "drivers/workload/"):
        main = (built / page / "index.html").read_text(encoding="utf-8").partition("<main")[2].partition("</main>")[0]
        assert "crosswalk/index.html" in main
