"""Charts as files: every mark is drawn where its number says, in the colors of the site, with source and address."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from kb.check import Checked
from kb.export import charts
from kb.export.charts import COLORS, DARK, Caption
from kb.export.identity import NAME
from kb.folders import data_file
from kb.model import Verdict
from kb.site.charts import chart_files
from kb.site.context import Context
from kb.site.pages import pages
from kb.view.catalog import Catalog
from kb.view.tally import Count, Tally

pytestmark = pytest.mark.slow  # each test writes or reads the whole content

SITE = "https://example.org/burnout"
SVG = "{http://www.w3.org/2000/svg}"
CAPTION = Caption("A <title> & more", "A note.", f"{SITE}/x/")


@pytest.fixture(scope="module")
def made(real: Checked) -> dict[str, Context]:
    """Pages with charts, by their paths."""
    drawn = ("home", "gap_map", "intervention", "study")
    return {page.path: page for page in pages(Catalog(real.knowledge.public())) if page.template in drawn}


@pytest.fixture(scope="module")
def files(made: dict[str, Context]) -> dict[str, bytes]:
    return {path: data for page in made.values() for path, data in chart_files(page, SITE)}


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode())))


def names(page: Context) -> Iterator[str]:
    """The charts that the template of a page links."""
    if page.template == "intervention":
        yield from (plot.name for card in page.bodies for plot in card.plots)
        yield from ["people"] if page.headline and page.headline.people else []
    elif page.template == "study":
        yield from (plot.name for _, plots in page.forest.groups for plot in plots)
    else:
        yield from ["verdicts"] if page.template == "home" else [drawn.name for drawn in page.maps]


def test_each_chart_of_a_page_is_there_once_in_both_forms(made: dict[str, Context], files: dict[str, bytes]) -> None:
    linked = [f"{page.path}{name}{end}" for page in made.values() for name in names(page) for end in (".svg", ".csv")]
    assert Counter(linked) == Counter(list(files))
    assert len(files) > 500


def test_each_file_names_its_source_and_address_and_acts_on_nothing(files: dict[str, bytes]) -> None:
    marks = {"svg", "title", "desc", "style", "g", "rect", "text", "line", "circle", "path"}
    for path, data in files.items():
        address = f"{SITE}/{path.rpartition('/')[0]}".removesuffix("/") + "/"
        if path.endswith(".csv"):
            assert {(row["source"], row["page"]) for row in rows(data)} == {(NAME, address)}, path
            continue
        root = ElementTree.fromstring(data)
        assert {element.tag.removeprefix(SVG) for element in root.iter()} <= marks, path
        words = " ".join(element.text or "" for element in root.iter(f"{SVG}text"))
        assert f"Source: {NAME}" in words, path
        assert address in words.replace(" ", "") or address in words, path


def test_nothing_is_drawn_outside_of_the_picture(files: dict[str, bytes]) -> None:
    for path, data in files.items():
        if path.endswith(".csv"):
            continue
        root = ElementTree.fromstring(data)
        width, height = (float(root.get(name, "")) for name in ("width", "height"))
        for mark in root.iter():
            for name, most in (("x", width), ("cx", width), ("x1", width), ("y", height), ("cy", height)):
                assert 0 <= float(mark.get(name, "0")) <= most, (path, ElementTree.tostring(mark))


def test_a_plot_says_what_its_table_says(files: dict[str, bytes]) -> None:
    path = "interventions/physician-peer-coaching/burnout-inactive-short-randomized"
    (row,) = rows(files[f"{path}.csv"])
    assert (row["estimate"], row["ci_low"], row["ci_high"]) == ("-0.79", "-1.27", "-0.32")
    assert "lower is better" in row["measure"]
    text = files[f"{path}.svg"].decode()
    assert "−0.79 (−1.27 to −0.32)" in text
    assert "It may reduce burnout. Low certainty." in re.sub(r"</text>\s*<text[^>]*>", " ", text)


def test_the_people_add_up_to_a_hundred(files: dict[str, bytes]) -> None:
    for path, data in files.items():
        if path.endswith("/people.csv"):
            assert sum(int(row["people"]) for row in rows(data)) == 100
            heads = files[path.replace(".csv", ".svg")].count(b"<circle")
            assert heads == 100, path


def test_the_map_has_a_row_for_each_cell(made: dict[str, Context], files: dict[str, bytes]) -> None:
    for drawn in made["gap-map/"].maps:
        cells = [cell for _, found in drawn.groups for row in found for cell in row.cells]
        told = rows(files[f"gap-map/{drawn.name}.csv"])
        assert [int(row["interventions"]) for row in told] == [cell.dot.count if cell.dot else 0 for cell in cells]


def test_colors_are_those_of_the_style_sheet() -> None:
    """So that a color means the same on badges, maps, plots and files."""
    sheet = (Path(str(data_file("theme"))) / "styles/10-site.css").read_text(encoding="utf-8")
    light = dict(re.findall(r"--([\w-]+): (#\w+);", sheet.partition("@media")[0]))
    assert {name: color for name, color in COLORS.items() if name != "paper"}.items() <= light.items()
    dark = dict(re.findall(r"--([\w-]+): (#\w+);", sheet.partition("@media")[2].partition("}")[0]))
    assert DARK.items() <= dark.items()
    assert DARK.keys() == COLORS.keys()


def test_no_two_verdicts_look_alike() -> None:
    """Color never stands alone: they differ in filling and line."""
    looks = {}
    for verdict in Verdict:
        one = Tally((Count(verdict, verdict.label, "x", 1, ((10, 10),)),), 1, 20, 20, None)
        svg, _ = charts.of_tally(one, CAPTION)
        (circle, _) = ElementTree.fromstring(svg).iter(f"{SVG}circle")
        fill, stroke = circle.get("fill"), circle.get("stroke")
        filling = "full" if fill == stroke else "none" if fill == COLORS["paper"] else "pale"
        looks[verdict] = filling, circle.get("stroke-width"), circle.get("stroke-dasharray")
    assert len(set(looks.values())) == len(Verdict)


def test_words_are_data_and_an_empty_tally_is_a_picture_too() -> None:
    svg, table = charts.of_tally(Tally((), 0, 280, 0, None), CAPTION)
    root = ElementTree.fromstring(svg)
    assert root.findtext(f"{SVG}title") == CAPTION.title
    assert rows(table) == []
