"""The crosswalk: every correspondence of every framework stands in its cell, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from kb.check import Checked
from kb.grading import words
from kb.model import Status
from kb.site.contexts.maps import crosswalk_page
from kb.site.material import Material


def test_every_mapping_stands_once_in_the_cell_of_its_driver_and_framework(real: Checked) -> None:
    knowledge = real.knowledge.public()
    page = crosswalk_page(Material(knowledge))
    shown = []
    for group in page.groups:
        for row in group.rows:
            for framework, cell in zip(page.frameworks, row.cells, strict=True):
                for item in cell:
                    assert item.term.href.startswith(f"{framework.href}#")
                    shown.append((item.term.href, row.driver.href, item.relation, item.basis, item.place))
    expected = [
        (
            f"/{framework.path}#term-{term.slug}",
            f"/drivers/{mapping.driver}/",
            words.RELATION[mapping.relation],
            words.BASIS[mapping.basis],
            mapping.place or "",
        )
        for framework in knowledge.frameworks.values()
        if framework.status is Status.PUBLISHED
        for term in framework.terms
        for mapping in term.mappings
    ]
    assert sorted(shown) == sorted(expected)
    assert {basis for _, _, _, basis, _ in shown} == set(words.BASIS.values())


def test_every_driver_has_a_row_and_every_term_without_a_driver_is_named(real: Checked) -> None:
    knowledge = real.knowledge.public()
    page = crosswalk_page(Material(knowledge))
    rows = {row.driver.href for group in page.groups for row in group.rows}
    assert rows == {f"/{driver.path}" for driver in knowledge.drivers.values() if driver.status is Status.PUBLISHED}
    unmapped = {term.href for item in page.unmapped for term in item.terms}
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
            assert any(f"</a> {relation} this driver" in term for relation in words.RELATION.values()), term
            assert any(basis in term for basis in words.BASIS.values()), term


def test_the_map_and_the_crosswalk_are_linked_from_where_they_are_looked_for(built: Path) -> None:
    for page in ("", "drivers/"):
        assert 'gap-map/index.html">See the evidence map' in (built / page / "index.html").read_text(encoding="utf-8")
    for page in ("frameworks/", "drivers/workload/"):
        main = (built / page / "index.html").read_text(encoding="utf-8").partition("<main")[2].partition("</main>")[0]
        assert "crosswalk/index.html" in main
