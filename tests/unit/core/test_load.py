"""A content folder is read once; each fault is one problem, and none makes the reader fail."""

import os
import shutil
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.check import check, read
from kb.problems import ContentError
from kb.read.content import default_today, load


def test_entries_are_found_by_kind_and_slug(content, today):
    knowledge = load(content(), today).knowledge
    assert list(knowledge.drivers) == ["paperwork", "unfinished", "workload"]
    assert knowledge.interventions["quiet-hours"].drivers[0].driver == "workload"
    assert list(knowledge.references)[-1] == "trial-2024"


def test_drafts_are_left_out_of_what_is_public(content, today):
    public = read(content(), today)
    assert "unfinished" not in public.drivers
    assert "retracted-2019" in public.studies


def test_content_with_errors_is_not_read_and_all_are_reported(content, today):
    root = content({"pages/one.md": "x", "pages/two.md": "y"})
    with pytest.raises(ContentError) as raised:
        read(root, today)
    assert len(raised.value.problems) == 2


def test_a_folder_that_does_not_exist_is_an_error_of_the_environment(tmp_path):
    with pytest.raises(FileNotFoundError, match="--content"):
        load(tmp_path / "nowhere")


def test_windows_line_ends_and_a_byte_order_mark_change_nothing(content, today):
    root = content()
    plain = (root / "interventions/quiet-hours.md").read_text(encoding="utf-8")
    (root / "interventions/quiet-hours.md").write_bytes(b"\xef\xbb\xbf" + plain.replace("\n", "\r\n").encode())
    checked = check(root, today)
    assert checked.problems == ()
    assert "\r" not in checked.knowledge.interventions["quiet-hours"].body


def test_lines_are_right_with_windows_line_ends(problems):
    text = "---\r\ntitle: A\r\nsummary: A page.\r\nstatus: draft\r\nreviewed: soon\r\n---\r\nx\r\n"
    assert [problem.split(": ")[0] for problem in problems({"pages/a.md": text})] == ["content/pages/a.md:5"]


@pytest.mark.parametrize(
    "name", ["notes.md", "study/a.md", "studies/deep/a.md", "studies/a.txt", "studies/A.md", "studies/a b.md"]
)
def test_a_file_that_would_be_passed_over_is_one_problem(problems, name):
    found = problems({name: "---\ntitle: A\n---\n"})
    assert sum("KB101" in problem for problem in found) == 1
    assert found[0].startswith(f"content/{name}:1:")


def test_a_badly_named_file_is_reported_once(problems):
    text = "---\ntitle: A\nsummary: A page.\nstatus: draft\nreviewed: 2026-11-01\n---\n"
    assert len(problems({"pages/Bad_Name.md": text})) == 1


def test_hidden_files_of_editors_are_passed_over(content, today):
    root = content({".DS_Store": b"\x00", "pages/.about.md.swp": b"\x00\xff"})
    assert check(root, today).problems == ()


def test_the_lock_of_an_editor_is_passed_over(content, today):
    root = content({"pages/.draft.md": "half"})
    (root / "pages" / ".#about.md").symlink_to("someone@host.1234")
    assert check(root, today).problems == ()


def test_a_folder_with_the_name_of_an_entry_raises_nothing(content, today):
    root = content()
    (root / "pages" / "guide.md").mkdir()
    check(root, today)


def test_a_file_of_one_megabyte_is_read_and_one_byte_more_is_not(content, today):
    head, end = "---\ntitle: A\nsummary: A page.\nstatus: draft\nreviewed: 2026-11-01\n", "---\n"
    comments = f"# {'x' * 97}\n" * 10_000
    allowed, more = (head + comments[: size - len(head + end) - 1] + "\n" + end for size in (1_000_000, 1_000_001))
    assert (len(allowed), len(more)) == (1_000_000, 1_000_001)
    root = content({"pages/allowed.md": allowed, "pages/more.md": more})
    assert [(p.path, p.code) for p in check(root, today).problems] == [("content/pages/more.md", "KB101")]


@pytest.mark.parametrize(
    "name",
    [
        "drivers/workload.md",
        "studies/trial-2024.md",
        "instruments/pfi.md",
        "frameworks/themes.md",
        "interventions/quiet-hours.md",
        "references.bib",
    ],
)
def test_one_unreadable_file_gives_no_second_problem_elsewhere(problems, name):
    found = problems({name: b"\xff\xfe"})
    assert [problem.split(":")[0] for problem in found] == [f"content/{name}"]


def test_a_wrong_field_of_a_study_gives_no_second_problem_where_it_is_used(content, today):
    root = content()
    path = root / "studies/trial-2024.md"
    path.write_text(path.read_text(encoding="utf-8").replace("n: 123", "n: many", 1), encoding="utf-8")
    assert {problem.path for problem in check(root, today).problems} == {"content/studies/trial-2024.md"}


def test_a_wrong_record_gives_no_second_problem_where_it_is_cited(content, today):
    root = content()
    path = root / "references.bib"
    text = path.read_text(encoding="utf-8").replace("  doi = {10.1000/quiet},\n  verified = {seed},\n", "")
    path.write_text(text, encoding="utf-8")
    assert {problem.path for problem in check(root, today).problems} == {"content/references.bib"}


def test_a_missing_bibliography_is_a_problem(content, today):
    root = content()
    (root / "references.bib").unlink()
    assert "KB101" in {p.code for p in check(root, today).problems if p.path == "content/references.bib"}


def test_the_version_is_the_same_for_the_same_content_and_day(content, tmp_path, today):
    root = content()
    assert load(root, today).knowledge.version == load(root, today).knowledge.version


@pytest.mark.parametrize(
    "name", ["pages/about.md", "references.bib", "studies/trial-2024.md", "pages/new.md", "drivers/unfinished.md"]
)
def test_the_version_changes_with_every_file(content, today, name):
    root = content()
    before = load(root, today).knowledge.version
    path = root / name
    path.write_text((path.read_text(encoding="utf-8") if path.exists() else "") + "\n", encoding="utf-8")
    assert load(root, today).knowledge.version != before


def test_the_version_changes_when_a_file_is_renamed(content, today):
    root = content()
    before = load(root, today).knowledge.version
    (root / "pages/about.md").rename(root / "pages/about-us.md")
    assert load(root, today).knowledge.version != before


def test_the_version_changes_with_the_day(content):
    root = content()
    first, second = (load(root, date(2026, 11, day)).knowledge.version for day in (22, 23))
    assert first != second


def test_today_is_the_source_date_where_one_is_given(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1763769600")
    assert default_today() == date(2025, 11, 22)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("n: 123", "n: " + "9" * 5000),
        ("p: '.001'", "p: '.001', ci_level: 100"),
        ("p: '.001'", "p: '.001', ci_level: 0"),
        ("estimate: -0.79", "estimate: 1.0e+9999999"),
        ("estimate: -0.79", "estimate: 1.0e-9999999"),
        ("estimate: -0.79", "estimate: .nan"),
        ("ci: [-1.27, -0.32]", "ci: [-0.79, -0.79]"),
        ("reviewed: 2026-11-01", "reviewed: 9999-12-31"),
        ("reviewed: 2026-11-01", "reviewed: 0001-01-01"),
        ("place: Table 3", "? [a, b]\n    : c"),
    ],
)
def test_values_at_the_edge_of_what_a_computer_can_hold_raise_nothing(content, today, old, new):
    root = content()
    path = root / "studies/trial-2024.md"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    check(root, today)


@pytest.fixture(scope="module")
def one_folder(project, tmp_path_factory):
    """One copy of the small valid content, mended after each example of a property."""
    root = tmp_path_factory.mktemp("broken") / "content"
    shutil.copytree(project / "tests" / "bad" / "_base", root)
    return root


SLIPS = ["", "x", "- x", "  - {", "12", "'", "title: no", "down: 3", "ci: [1, 2, 3]", "---", "[@", "&a", "\t", "? x"]


@pytest.mark.slow
@settings(max_examples=150)
@given(data=st.data())
def test_an_entry_broken_in_any_way_raises_nothing(one_folder, data):
    """Some lines of a valid file are replaced by a slip, cut short, dropped or doubled."""
    name = data.draw(st.sampled_from(["studies/trial-2024", "interventions/quiet-hours", "frameworks/themes"]))
    path = one_folder / f"{name}.md"
    whole = path.read_text(encoding="utf-8")
    lines = whole.split("\n")
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        cut = lines[at][: data.draw(st.integers(0, 60))]
        lines[at] = data.draw(st.sampled_from([*SLIPS, cut, f"{lines[at]}\n{lines[at]}"]))
    path.write_text("\n".join(lines), encoding="utf-8")
    try:
        found = check(one_folder, date(2026, 11, 22)).problems
    finally:
        path.write_text(whole, encoding="utf-8")
    assert all(problem.line >= 1 and problem.message for problem in found)


def _link_to_nowhere(path):
    path.symlink_to("/nowhere/at/all.md")


@pytest.mark.parametrize("make", [_link_to_nowhere, os.mkdir, os.mkfifo])
@pytest.mark.parametrize("name", ["drivers/workload.md", "references.bib"])
def test_what_is_no_regular_file_is_one_problem_at_its_path(content, today, name, make):
    root = content()
    (root / name).unlink()
    make(root / name)
    assert [(problem.path, problem.code) for problem in check(root, today).problems] == [(f"content/{name}", "KB101")]


@pytest.mark.parametrize("name", ["pages/about.md", "references.bib"])
def test_a_file_that_the_system_refuses_to_read_is_one_problem_at_its_path(content, today, name, monkeypatch):
    root = content()

    read_bytes = Path.read_bytes

    def refuse(path):
        if path == root / name:
            raise PermissionError(13, "Permission denied")
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    (problem,) = check(root, today).problems
    assert (problem.path, problem.code) == (f"content/{name}", "KB101")
    assert "Permission denied" in problem.message


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"---\rtitle: A\r---\r", "CR alone"),
        (b"\xef\xbb\xbf\xef\xbb\xbf---\ntitle: A\n---\n", "byte order mark"),
        (b"---\ntitle: A\x00\n---\n", "U+0000"),
    ],
)
def test_line_ends_and_marks_of_other_systems_are_reported_in_one_problem(problems, data, message):
    (problem,) = [problem for problem in problems({"pages/a.md": data}) if "KB105" not in problem]
    assert message in problem


def test_a_name_that_breaks_lines_is_shown_on_one(problems):
    (problem,) = problems({"drivers/a\nb.md": "x"})
    assert problem.startswith(r"content/drivers/a\nb.md:1: KB101")
