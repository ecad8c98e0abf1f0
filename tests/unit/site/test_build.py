"""Building: whole or not at all, the same twice, and never with what a text should not bring in."""

from __future__ import annotations

import locale
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

import kb.folders
from kb.check import read
from kb.folders import data_file, publish
from kb.problems import ContentError
from kb.site import HOLDS, build_site

pytestmark = pytest.mark.slow

Make = Callable[..., Path]
BROKEN = "studies/trial-2024.md"


def build(root: Path, output: Path, today: date, progress: Callable[[int, int], None] | None = None) -> None:
    """Check a content folder and build its site."""
    publish(build_site(read(root, today), root, progress), output, HOLDS)


def _files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def _page(title: str, body: str) -> str:
    return f"---\ntitle: {title}\nsummary: Words.\nstatus: published\nreviewed: 2026-11-01\n---\n{body}\n"


def _break(root: Path) -> str:
    """Break an entry and give the place that the problem must name."""
    path = root / BROKEN
    lines = path.read_text(encoding="utf-8").splitlines()
    line = next(number for number, text in enumerate(lines, 1) if text.startswith("design:"))
    lines[line - 1] = "design: guess"
    path.write_text("\n".join(lines), encoding="utf-8")
    return f"content/{BROKEN}:{line}: KB103"


def test_two_builds_of_the_same_day_have_the_same_bytes(content: Make, tmp_path: Path, today: date) -> None:
    root = content()
    build(root, tmp_path / "one", today)
    build(root, tmp_path / "two", today)
    assert _files(tmp_path / "one") == _files(tmp_path / "two")


def test_a_build_takes_the_place_of_the_last_one(content: Make, tmp_path: Path, today: date) -> None:
    root, output = content({"pages/extra.md": _page("Extra", "Words.")}), tmp_path / "output"
    build(root, output, today)
    assert (output / "extra/index.html").exists()
    (root / "pages/extra.md").unlink()
    build(root, output, today)
    assert not (output / "extra").exists()


def test_progress_is_told(content: Make, tmp_path: Path, today: date) -> None:
    told: list[tuple[int, int]] = []
    build(content(), tmp_path / "output", today, lambda done, total: told.append((done, total)))
    pages = (path.relative_to(tmp_path / "output") for path in (tmp_path / "output").rglob("index.html"))
    total = sum(path.parts[0] != "embed" for path in pages)
    assert told == [(done, total) for done in range(1, total + 1)]


def test_a_build_leaves_the_locale_as_it_was(content: Make, tmp_path: Path, today: date) -> None:
    """Pelican sets one for the whole process, and with it the encoding of every file that is opened later."""
    before = locale.setlocale(locale.LC_ALL)
    build(content(), tmp_path / "output", today)
    assert locale.setlocale(locale.LC_ALL) == before


def test_a_mistake_in_a_template_stops_the_build_and_leaves_the_last_site(
    content: Make, tmp_path: Path, today: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, output = content(), tmp_path / "output"
    build(root, output, today)
    before = _files(output)
    theme = shutil.copytree(data_file("theme"), tmp_path / "theme")
    (theme / "templates/driver.html").write_text("{{ page.no_such_field }}", encoding="utf-8")
    monkeypatch.setattr(kb.folders, "data_file", lambda _name: theme)
    with pytest.raises(Exception, match="no_such_field"):
        build(root, output, today)
    assert _files(output) == before


def test_a_script_in_a_text_never_reaches_the_page_as_one(content: Make, tmp_path: Path, today: date) -> None:
    script = "<script>alert(1)</script>"
    root = content({"pages/odd.md": _page(f"'{script}'", f"Words `{script}`.\n")})
    (root / "drivers/workload.md").write_text(
        (root / "drivers/workload.md").read_text().replace("scope_note: ", f"scope_note: {script} "), encoding="utf-8"
    )
    build(root, tmp_path / "output", today)
    text = (tmp_path / "output/odd/index.html").read_text(encoding="utf-8")
    data = '<script type="application/ld+json">'
    assert text.lower().count("<script") == text.count(data) == 1
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    driver = (tmp_path / "output/drivers/workload/index.html").read_text(encoding="utf-8")
    assert driver.count("<script") == driver.count(data) == 1


def test_a_text_with_a_script_is_refused(content: Make, tmp_path: Path, today: date) -> None:
    body = "Words.\n\n<SCRIPT>alert(1)</SCRIPT>\n\n<img src=x onerror=alert(1)>\n"
    with pytest.raises(ContentError, match=r"odd\.md:9: KB407.*<script>"):
        build(content({"pages/odd.md": _page("Odd", body)}), tmp_path / "output", today)
    assert not (tmp_path / "output").exists()


def test_a_withdrawn_entry_keeps_a_page_that_says_why_and_leaves_the_lists(
    content: Make, tmp_path: Path, today: date
) -> None:
    page = _page("Old advice", "Secret words.").replace(
        "status: published",
        "status: withdrawn\nwithdrawn: {date: 2026-10-01, reason: It was replaced., replaced_by: about}",
    )
    build(content({"pages/old.md": page}), tmp_path / "output", today)
    text = (tmp_path / "output/old/index.html").read_text(encoding="utf-8")
    assert "withdrawn on October 1, 2026" in text
    assert "It was replaced." in text
    assert 'href="../about/index.html"' in text
    assert "Secret words" not in text
    assert "../old/index.html" not in (tmp_path / "output/about/index.html").read_text(encoding="utf-8")


def test_an_entry_past_its_review_date_is_marked(content: Make, tmp_path: Path) -> None:
    build(content(), tmp_path / "output", date(2030, 1, 1))
    text = (tmp_path / "output/drivers/workload/index.html").read_text(encoding="utf-8")
    assert "Overdue: review was due November 1, 2027" in text


def _pelican(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("pelican")), "--fatal", "errors"]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1795305600", "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_pelican_alone_writes_what_build_site_writes_and_stops_at_a_broken_entry(
    content: Make, tmp_path: Path, project: Path, today: date
) -> None:
    root = content()
    shutil.copy(project / "pelicanconf.py", tmp_path)
    result = _pelican(tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
    before = _files(tmp_path / "output")
    build(root, tmp_path / "other", today)
    assert before == _files(tmp_path / "other")

    place = _break(root)
    result = _pelican(tmp_path)
    assert result.returncode != 0
    assert place in result.stderr
    assert "hint: " in result.stderr
    assert "Traceback" not in result.stderr + result.stdout
    assert _files(tmp_path / "output") == before
