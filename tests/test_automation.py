"""The repository's own automation: workflows that are well-formed and harmless, and forms that ask for true fields."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from enum import StrEnum
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from click.testing import CliRunner

from kb.cli import main
from kb.export import FORMATS
from kb.model import Entry, Instrument, Intervention, Study
from kb.model.meanings import meaning

ROOT = Path(__file__).parents[1]
GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
FORMS = sorted(path for path in (GITHUB / "ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml")
KINDS: tuple[type[Entry], ...] = (Study, Intervention, Instrument)
OF_CURATORS = {"slug", "body", "status", "reviewed"}
"""Required fields that no form asks for: the file gives them, or the curator sets them."""
COMMANDS = ("make ", ".venv/bin/", ".ci/run", "git config ", "gh release create ", "tar -czf ")
NEEDS_MORE = re.compile(r"kb (?:build|retractions|diff)\b|--base")
"""Commands that are run elsewhere in the tests: on a small content, on the loopback, and in a repository."""


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.load(path.read_text(), Loader=yaml.CSafeLoader)
    return found


def jobs() -> list[tuple[str, dict[str, Any]]]:
    return [(f"{path.stem}/{name}", job) for path in WORKFLOWS for name, job in read(path)["jobs"].items()]


def runs() -> list[str]:
    """Every shell step."""
    return [step["run"] for _, job in jobs() for step in job["steps"] if "run" in step]


@pytest.mark.parametrize(
    ("schema", "files"),
    [
        ("vendor.github-workflows", WORKFLOWS),
        ("custom.github-workflows-require-timeout", WORKFLOWS),
        ("vendor.github-issue-forms", FORMS),
        ("vendor.github-issue-config", [GITHUB / "ISSUE_TEMPLATE" / "config.yml"]),
    ],
)
def test_workflows_and_forms_follow_the_schemas_of_github(schema: str, files: list[Path]) -> None:
    """check-jsonschema brings the schemas with it, so this needs no network."""
    words = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *map(str, files)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_no_job_may_do_more_than_it_says(path: Path) -> None:
    """A workflow grants nothing; each job names what it needs, and only those that write may write."""
    text, workflow = path.read_text(), read(path)
    assert workflow["permissions"] == {}
    assert "concurrency" in workflow
    may_write = {"comment": {"pull-requests"}, "pages": {"pages", "id-token"}, "release": {"contents"}}
    for job in workflow["jobs"].values():
        writes = {name for name, level in job["permissions"].items() if level == "write"}
        assert writes <= may_write.get(path.stem, set())
        if writes:  # what may write runs nothing of the repository
            assert not any(step.get("uses", "").startswith("actions/checkout") for step in job["steps"])
    assert "secrets." not in text
    assert "pull_request_target" not in text


def test_actions_are_those_of_github_by_their_major_version() -> None:
    used = {step["uses"] for _, job in jobs() for step in job["steps"] if "uses" in step}
    assert used
    assert [name for name in used if not re.fullmatch(r"actions/[a-z-]+@v\d+", name)] == []


def test_no_shell_step_or_script_takes_in_what_strangers_write() -> None:
    """Expressions stand in fields, never in what is run."""
    scripts = [step["with"]["script"] for _, job in jobs() for step in job["steps"] if "script" in step.get("with", {})]
    assert scripts
    assert [text for text in (*runs(), *scripts) if "${{" in text] == []


def test_shell_steps_are_the_short_commands_that_people_run() -> None:
    assert [step for step in runs() if "\n" in step or not step.startswith(COMMANDS)] == []
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
    assert {step.split()[1] for step in runs() if step.startswith("make ")} <= targets


def test_commands_of_the_steps_exist_with_their_options() -> None:
    """Each kb command is one, and knows the options that are given to it."""
    for step in runs():
        if step.startswith(".venv/bin/kb "):
            name, *words = shlex.split(step.partition(" > ")[0])[1:]
            known = {option for parameter in main.commands[name].params for option in parameter.opts}
            assert {word for word in words if word.startswith("--")} <= known, step


def test_a_release_holds_every_export() -> None:
    assert {step.split()[2] for step in runs() if step.startswith(".venv/bin/kb export ")} == set(FORMATS)


@pytest.mark.parametrize(
    "step", sorted({step for step in runs() if step.startswith(".venv/bin/kb ") and not NEEDS_MORE.search(step)})
)
def test_commands_of_the_steps_run_offline(step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a copy of the small content."""
    shutil.copytree(ROOT / "tests/bad/_base", tmp_path / "content")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795305600")
    result = CliRunner().invoke(main, shlex.split(step)[1:])
    assert result.exit_code == 0, result.output


def test_the_comment_takes_what_kb_diff_writes_and_nothing_else() -> None:
    """The pattern of the workflow is tried on what the renderer makes of hostile text, and on hostile text itself."""
    from kb.diff import FORMATS, Change, Difference, EntryChange, What
    from kb.diff.as_markdown import LIMIT

    script = next(step for step in read(GITHUB / "workflows/comment.yml")["jobs"]["comment"]["steps"] if "with" in step
                  and "script" in step["with"])["with"]["script"]  # fmt: skip
    pattern = re.search(r"foreign = /(.+)/i;", script)
    most = re.search(r"text\.length > (\d+)", script)
    assert pattern
    assert most
    foreign = re.compile(pattern[1].replace(r"\/", "/"), re.I)
    evil = "@someone https://evil.example www.evil.example [a](b) <img> ]: <!-- -->"
    entry = EntryChange("page", "a", evil, What.CHANGED, evil, (Change(evil, evil, evil),))
    assert not foreign.search(FORMATS["markdown"](Difference(entries=(entry,))))
    assert all(foreign.search(word) for word in evil.split() if word != "-->")
    assert LIMIT < int(most[1]) < 65_536


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_forms_ask_for_the_fields_of_an_entry(kind: type[Entry]) -> None:
    """With the model's own descriptions and words, and exactly what it requires is required."""
    form = read(GITHUB / "ISSUE_TEMPLATE" / f"new-{kind.kind}.yml")
    asked = {part["id"]: part for part in form["body"] if "id" in part}
    fields = {info.alias or name: info for name, info in kind.model_fields.items()}
    meanings = {info.alias or name: meaning(kind, name) for name, info in kind.model_fields.items()}
    required = {name for name, info in fields.items() if info.is_required()} - OF_CURATORS
    assert {name for name, part in asked.items() if part["validations"]["required"]} == required
    assert set(asked) <= set(fields) - OF_CURATORS
    for name, part in asked.items():
        assert part["attributes"]["description"] == meanings[name]
        if part["type"] == "dropdown":
            words = next(t for t in (fields[name].annotation, *get_args(fields[name].annotation)) if is_words(t))
            assert part["attributes"]["options"] == [str(word) for word in words]


def is_words(annotation: object) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, StrEnum)


def test_every_pull_request_template_is_named_in_the_one_that_opens() -> None:
    named = set(re.findall(r"template=([a-z-]+\.md)", (GITHUB / "pull_request_template.md").read_text()))
    assert named == {path.name for path in (GITHUB / "PULL_REQUEST_TEMPLATE").iterdir()}


def test_owners_are_of_places_that_exist() -> None:
    lines = [line for line in (GITHUB / "CODEOWNERS").read_text().splitlines() if line and not line.startswith("#")]
    assert lines
    for line in lines:
        place, *owners = line.split()
        assert all(owner.startswith("@") for owner in owners)
        assert place == "*" or (ROOT / place.strip("/")).exists()


def test_licences_are_told_for_code_and_content() -> None:
    assert "MIT" in (ROOT / "LICENSE").read_text()
    content = (ROOT / "LICENSE-CONTENT.md").read_text()
    assert "CC BY 4.0" in content
    assert "https://creativecommons.org/licenses/by/4.0/" in content
    assert read(ROOT / "CITATION.cff")["license"] == "CC-BY-4.0"
