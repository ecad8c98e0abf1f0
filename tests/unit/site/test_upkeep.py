"""Upkeep: after any change the kept site is, byte for byte, what a clean build makes, and little is rewritten."""

from __future__ import annotations

import gc
import shutil
import weakref
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from kb.folders import carried
from kb.memo import forget
from kb.rules import read
from kb.site import build_site
from kb.site.upkeep import Upkeep

TODAY = date(2026, 11, 22)
COACHING, TRIAL = "interventions/physician-peer-coaching", "studies/kiser-2024"


def _files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


class Kept:
    """A copy of the content with its kept site."""

    def __init__(self, content: Path, folder: Path) -> None:
        self.content = shutil.copytree(content, folder / "content")
        self.output, self._clean = folder / "output", folder / "clean"
        self.upkeep = Upkeep(self.content, self.output)
        self.publish()

    def publish(self, today: date = TODAY) -> None:
        self.upkeep.publish(read(self.content, today))

    def edit(self, name: str, old: str, new: str) -> set[str]:
        """Change a file, bring the site in step, and give the pages that are other than before."""
        path = self.content / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{name} must hold {old!r}"
        path.write_text(text.replace(old, new), encoding="utf-8")
        return self.changed(self.publish)

    def changed(self, step: Callable[[], object]) -> set[str]:
        """Take a step, and give the files of pages and data that were written, added or removed by it."""
        before = {path: (self.output / path).stat().st_ino for path in _files(self.output)}
        step()
        after = {path: (self.output / path).stat().st_ino for path in _files(self.output)}
        return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}

    def is_clean(self, today: date = TODAY) -> None:
        """The site is the one that a first build makes; the search is brought in step before."""
        self.upkeep.index()
        forget()
        build_site(read(self.content, today), self.content, self._clean)
        kept, clean = _files(self.output), _files(self._clean)
        assert kept.keys() == clean.keys()
        assert [path for path in clean if kept[path] != clean[path]] == []


@pytest.fixture
def kept(project: Path, tmp_path: Path) -> Iterator[Kept]:
    return Kept(project / "content", tmp_path)


def test_a_word_in_a_text_rewrites_the_page_of_its_entry_and_what_counts_versions(kept: Kept) -> None:
    written = kept.edit(f"{COACHING}.md", "\n## ", "\nQuixotic.\n\n## ")
    whole = {"index.html", "downloads/index.html", "llms.txt", "data/v1/index.json", "data/v1/burnout-kb.json"}
    own = {f"{COACHING}/{name}" for name in ("index.html", "cite.bib", "cite.ris")} | {f"data/v1/{COACHING}.json"}
    assert written == whole | own
    assert "Quixotic." in (kept.output / COACHING / "index.html").read_text(encoding="utf-8")
    kept.is_clean()


def test_nothing_is_written_where_nothing_changed(kept: Kept) -> None:
    assert kept.changed(kept.publish) == set()
    assert kept.upkeep.index() is True
    assert kept.upkeep.index() is False


def test_a_title_is_rewritten_on_every_page_that_shows_it(kept: Kept) -> None:
    written = kept.edit(f"{TRIAL}.md", "title: ", "title: Quixotic ")
    showing = {path for path, data in _files(kept.output).items() if b"Quixotic" in data and "pagefind" not in path}
    assert showing <= written
    assert f"{COACHING}/index.html" in showing
    assert "studies/index.html" in showing
    kept.is_clean()


def test_a_reference_is_rewritten_wherever_it_is_cited(kept: Kept) -> None:
    first = read(kept.content, TODAY).references["kiser-2024"].authors[0].family
    written = kept.edit("references.bib", f"{first},", f"Quixotic{first},")
    assert {"references/index.html", f"{COACHING}/index.html", f"{TRIAL}/index.html"} <= written
    kept.is_clean()


def test_a_step_that_moves_a_rating_moves_it_on_every_page(kept: Kept) -> None:
    before = _files(kept.output)
    one, two = (f"- domain: risk_of_bias\n        steps: {steps}\n" for steps in (1, 2))
    written = kept.edit(f"{COACHING}.md", one, two)
    assert {f"{COACHING}/index.html", "compare/index.html", "gap-map/index.html", f"{TRIAL}/index.html"} <= written
    kept.is_clean()
    kept.edit(f"{COACHING}.md", two, one)
    assert {p: d for p, d in _files(kept.output).items() if "pagefind" not in p}.items() <= before.items()
    kept.is_clean()


def test_entries_that_come_go_and_move_are_followed(kept: Kept) -> None:
    page = "---\ntitle: Quiet hours\nsummary: A page.\nstatus: published\nreviewed: 2026-11-01\n---\nWords.\n"
    (kept.content / "pages/quiet-hours.md").write_text(page, encoding="utf-8")
    kept.publish()
    assert b"quiet-hours" in (kept.output / "studies/index.html").read_bytes(), "the footer of every page links to it"
    (kept.content / "pages/quiet-hours.md").rename(kept.content / "pages/silent-hours.md")
    kept.publish()
    assert not (kept.output / "quiet-hours").exists()
    kept.is_clean()


def test_a_new_day_marks_what_is_overdue(kept: Kept) -> None:
    kept.publish(date(2031, 1, 1))
    assert "Overdue" in (kept.output / COACHING / "index.html").read_text(encoding="utf-8")
    kept.is_clean(date(2031, 1, 1))


def test_a_change_of_the_theme_rewrites_all_pages(kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theme = shutil.copytree(carried("theme"), tmp_path / "theme")
    for module in ("kb.site.settings", "kb.site.upkeep"):
        monkeypatch.setattr(f"{module}.carried", lambda _name: theme)
    base = theme / "templates/base.html"
    base.write_text(base.read_text(encoding="utf-8").replace("As of", "Quixotic as of"), encoding="utf-8")
    kept.publish()
    pages = list(kept.output.rglob("index.html"))
    assert all("Quixotic as of" in page.read_text(encoding="utf-8") for page in pages)
    kept.is_clean()


def test_an_error_on_the_way_leaves_the_site_and_the_next_change_mends_it(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _files(kept.output)
    with monkeypatch.context() as patched:
        patched.setattr("kb.site.press.discovery_files", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            kept.edit(f"{COACHING}.md", "\n## ", "\nQuixotic.\n\n## ")
    assert _files(kept.output) == before
    kept.publish()
    assert b"Quixotic" in (kept.output / COACHING / "index.html").read_bytes()
    kept.is_clean()


def test_a_site_that_could_not_be_written_is_built_anew(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("kb.site.upkeep.write", full)
        with pytest.raises(OSError, match="No space"):
            kept.edit(f"{COACHING}.md", "\n## ", "\nQuixotic.\n\n## ")
    kept.publish()
    kept.is_clean()


def test_a_press_that_nobody_needs_any_more_is_let_go_at_once(project: Path, tmp_path: Path) -> None:
    """What a first build makes is never searched for garbage, so nothing of it may keep itself."""
    press = build_site(read(project / "content", TODAY), project / "content", tmp_path / "output")
    kept = weakref.ref(press)
    gc.disable()
    try:
        del press
        assert kept() is None
    finally:
        gc.enable()
