"""How templates are read, and what they show of a site with an address of its own, which that of the tests has not."""

from __future__ import annotations

import locale
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from jinja2 import DictLoader, Environment, FileSystemLoader, UndefinedError
from pelican.settings import read_settings

from kb.folders import data_file

SITE = "https://example.org/burnout"


@pytest.fixture(scope="module")
def environment() -> Environment:
    return Environment(loader=FileSystemLoader(Path(str(data_file("theme"))) / "templates"), autoescape=True)


@pytest.mark.parametrize("path", ["", "drivers/workload/"])
def test_previews_show_the_card_by_its_whole_address(environment: Environment, path: str) -> None:
    page = SimpleNamespace(title="Title", description="Text", path=path)
    head = environment.get_template("head.html")
    meta = SimpleNamespace(address=f"{SITE}/{path}", card="website", alternates=(), json_ld="{}")
    html = head.render(page=page, meta=meta, SITENAME="Site")
    (image,) = re.findall(r'property="og:image" content="([^"]*)"', html)
    assert image == f"{SITE}/theme/card.png"
    assert (Path(str(data_file("theme"))) / "static" / image.rpartition("/")[2]).is_file()
    meta.address = ""
    assert "og:image" not in head.render(page=page, meta=meta, SITENAME="Site")


def test_a_name_that_is_not_there_is_a_mistake() -> None:
    before = locale.setlocale(locale.LC_ALL)
    settings = read_settings(str(data_file("pelicanconf.py")))
    locale.setlocale(locale.LC_ALL, before)  # Pelican sets that of the whole process
    templates = Environment(
        loader=DictLoader({"name": "{{ nothing }}", "field": "{{ page.nothing }}"}), **settings["JINJA_ENVIRONMENT"]
    )
    for name in ("name", "field"):
        with pytest.raises((UndefinedError, AttributeError), match="nothing"):
            templates.get_template(name).render(page=SimpleNamespace())
