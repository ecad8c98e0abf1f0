"""What kb check prints, in each form, and with which exit status."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from kb.check.reports import FORMATS, Report, make_report
from kb.cli import main
from kb.problems import CODES, Problem

BAD = Path(__file__).parents[2] / "bad" / "KB301-wrong-in-many-files"
OLD = "---\ntitle: Old\nsummary: An old page.\nstatus: published\nreviewed: 2024-01-01\n---\nText.\n"
ODD = Problem("content/pages/a,b.md", 3, "KB103", "50% of it:\nall, or none", "write 100%")


@pytest.fixture
def kb(content: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs kb in the folder that holds the content with many faults."""
    content({path.relative_to(BAD).as_posix(): path.read_bytes() for path in BAD.rglob("*") if path.is_file()})
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(main, [*words, "--today", "2026-11-22"])


def report(*problems: Problem, folder: str = "") -> Report:
    return Report(problems, 0, 1, 1, folder)


def test_text_is_each_problem_as_it_prints_itself_and_a_line_that_counts(kb: Callable[..., Result]) -> None:
    """The text form is what tests/bad holds, so that both are read in one way."""
    done = kb("check")
    *problems, advice, summary = done.output.splitlines(keepends=True)
    assert "".join(problems) == BAD.with_suffix(".expected").read_text(encoding="utf-8")
    assert summary.startswith(f"{done.output.count(': KB')} errors, 0 warnings in ")
    assert advice == f"To see what a code means, with an example: kb explain {problems[0].split()[1]}\n"
    assert done.exit_code == 1


@pytest.mark.parametrize("form", ["text", "github"])
def test_nothing_is_to_be_explained_where_nothing_was_found(form: str) -> None:
    assert "kb explain" in FORMATS[form](report(ODD))
    assert "kb explain" not in FORMATS[form](report())


def test_colors_are_for_a_terminal_only() -> None:
    text = FORMATS["text"](report(ODD))
    assert "\x1b[31m" in text
    assert click.unstyle(text).startswith(str(ODD))


def test_json_has_every_field_of_every_problem(kb: Callable[..., Result]) -> None:
    """The shape is documented in CONTRIBUTING.md and stable: version 1."""
    done = kb("check", "--format", "json")
    found = json.loads(done.output)
    assert found["version"] == 1
    assert found["counts"]["errors"] == len(found["problems"])
    assert set(found["counts"]) == {"errors", "warnings", "elsewhere", "entries", "references"}
    for problem in found["problems"]:
        assert set(problem) == {"path", "line", "code", "severity", "message", "hint", "help"}
        assert problem["help"] == f"docs/problems.md#{problem['code'].lower()}"
    places = [(problem["path"], problem["line"]) for problem in found["problems"]]
    assert places == sorted(places)


def test_github_commands_escape_what_would_end_them() -> None:
    """A comma in a path and a line break in a message stay inside the command."""
    line = FORMATS["github"](report(ODD)).splitlines()[0]
    assert line == (
        "::error file=content/pages/a%2Cb.md,line=3,title=KB103::50%25 of it:%0Aall, or none%0Ahint: write 100%25"
    )


def test_paths_are_relative_to_the_root_of_the_repository(tmp_path: Path) -> None:
    """GitHub finds the file where the content is in a folder of a larger repository."""
    (tmp_path / ".git").mkdir()
    content = tmp_path / "evidence" / "content"
    content.mkdir(parents=True)
    found = make_report([ODD], (), 1, 1, content)
    assert "file=evidence/content/pages/a%2Cb.md," in FORMATS["github"](found)
    assert json.loads(FORMATS["json"](found))["problems"][0]["path"] == "evidence/content/pages/a,b.md"
    assert '"uri": "evidence/content/pages/a%2Cb.md"' in FORMATS["sarif"](found)


def test_sarif_names_every_code_as_a_rule_and_every_problem_as_a_result(kb: Callable[..., Result]) -> None:
    """The properties that SARIF 2.1.0 requires, and those that code scanning reads."""
    log = json.loads(kb("check", "--format", "sarif").output)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(CODES)
    assert all(rule["shortDescription"]["text"] and rule["help"]["text"] for rule in rules)
    assert run["results"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("error", "warning")
        assert result["message"]["text"]
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uriBaseId"] in run["originalUriBaseIds"]
        assert place["region"]["startLine"] >= 1
        assert result["partialFingerprints"]


def test_a_problem_is_known_again_by_code_scanning_when_its_line_moves() -> None:
    """Otherwise an edit above it would close one alert and open another."""

    def prints(problem: Problem) -> str:
        return str(json.loads(FORMATS["sarif"](report(problem)))["runs"][0]["results"][0]["partialFingerprints"])

    assert prints(ODD) == prints(Problem(ODD.path, 9, ODD.code, ODD.message, ODD.hint))
    assert prints(ODD) != prints(Problem(ODD.path, 3, ODD.code, "another", ODD.hint))


@pytest.mark.parametrize("path", ["content/studies", "studies", "content/studies/"])
def test_a_folder_limits_what_is_shown_and_not_what_is_read(kb: Callable[..., Result], path: str) -> None:
    """References into other folders are followed; problems elsewhere are counted."""
    found = json.loads(kb("check", path, "--format", "json").output)
    everything = json.loads(kb("check", "--format", "json").output)
    inside = [problem for problem in everything["problems"] if problem["path"].startswith("content/studies/")]
    assert found["problems"] == inside != []
    assert found["counts"]["elsewhere"] == len(everything["problems"]) - len(inside) > 0
    assert found["counts"]["entries"] == everything["counts"]["entries"]


def test_a_file_without_problems_passes_though_others_have_some(kb: Callable[..., Result]) -> None:
    done = kb("check", "content/drivers/workload.md")
    assert done.exit_code == 0
    assert " in other files" in done.output


def test_a_path_may_be_given_from_any_folder(
    kb: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From inside of the content, from elsewhere, and in full."""
    monkeypatch.chdir(tmp_path / "content" / "drivers")
    assert kb("check", "--content", "..", "workload.md").exit_code == 0
    monkeypatch.chdir("/")
    content = str(tmp_path / "content")
    assert kb("check", "--content", content, "content/drivers/workload.md").exit_code == 0
    assert kb("check", "--content", content, f"{content}/studies").exit_code == 1


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("content/studies/trail-2024.md",), "did you mean 'content/studies/trial-2024.md'?"),
        (("trail-2024.md",), "did you mean 'content/studies/trial-2024.md'?"),
        (("/",), "is not in the content folder content/"),
        (("--format", "jason"), "did you mean 'json'?"),
        (("--watch", "--fix"), "only one of --staged, --watch and --fix"),
        (("--watch", "--format", "json"), "cannot be given with --watch"),
        (("--staged", "content/studies"), "leave PATH out"),
        (("--yes",), "--yes belongs to --fix"),
    ],
)
def test_wrong_usage_is_explained_with_status_2(
    kb: Callable[..., Result], words: tuple[str, ...], expected: str
) -> None:
    done = kb("check", *words)
    assert done.exit_code == 2
    assert expected in done.output


def test_a_warning_alone_leaves_the_status_0(
    content: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content({"pages/old.md": OLD})
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["check", "--format", "github", "--today", "2026-11-22"])
    assert done.exit_code == 0
    assert done.output.startswith("::warning file=content/pages/old.md,line=5,title=KB404::")
