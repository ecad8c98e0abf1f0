"""The repository's own automation: workflows that are well-formed and harmless, and forms that ask for true fields."""

from __future__ import annotations

import json
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
from kb.diff import FORMATS as FORMATS_OF_DIFF
from kb.diff import Change, Difference, DriverChange, EntryChange, RatingChange, What
from kb.model import KINDS as ENTRIES
from kb.model import Entry, Instrument, Intervention, Study
from kb.model.fields import meaning
from kb.problems import Problem

ROOT = Path(__file__).parents[1]
GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
FORMS = sorted(path for path in (GITHUB / "ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml")
KINDS: tuple[type[Entry], ...] = (Study, Intervention, Instrument)
OF_CURATORS = {"slug", "body", "status", "reviewed"}
"""Required fields that no form asks for: the file gives them, or the curator sets them."""
COMMANDS = ("make ", ".venv/bin/", ".ci/run", "git config ", "gh release create ")
NEEDS_MORE = re.compile(r"kb (?:build|release|retractions|diff)\b|--base")
"""Commands that are run elsewhere in the tests: on a small content, on the loopback, and in a repository."""


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.load(path.read_text(), Loader=yaml.CSafeLoader)
    return found


def jobs() -> list[tuple[str, dict[str, Any]]]:
    """Every job that has steps of its own."""
    found = ((f"{path.stem}/{name}", job) for path in WORKFLOWS for name, job in read(path)["jobs"].items())
    return [(name, job) for name, job in found if "steps" in job]


def runs() -> list[str]:
    """Every shell step."""
    return [step["run"] for _, job in jobs() for step in job["steps"] if "run" in step]


@pytest.mark.slow
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
            assert not any(step["uses"].startswith("actions/checkout") for step in job["steps"] if "uses" in step)
    assert "secrets." not in text
    assert "pull_request_target" not in text


def test_actions_are_those_of_github_by_the_hash_of_a_version_that_is_named() -> None:
    """A tag can be moved to other code, a hash not. One action has one version everywhere."""
    pins = [
        line.partition("uses: ")[2] for path in WORKFLOWS for line in path.read_text().splitlines() if "uses:" in line
    ]
    others = [pin for pin in pins if not re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", pin)]
    assert set(others) == {"./.github/workflows/tests.yml"}
    assert len({pin.partition("@")[0] for pin in pins}) == len(set(pins))


def test_images_of_containers_are_named_by_digest() -> None:
    images = [job["container"] for _, job in jobs() if "container" in job]
    assert images
    assert [image for image in images if not re.fullmatch(r"[a-z]+:[\w.-]+@sha256:[0-9a-f]{64}", image)] == []


def test_a_release_waits_for_the_tests() -> None:
    release, tests = read(GITHUB / "workflows/release.yml"), read(GITHUB / "workflows/tests.yml")
    assert release["jobs"]["tests"]["uses"] == "./.github/workflows/tests.yml"
    assert "tests" in release["jobs"]["publish"]["needs"]
    assert "workflow_call" in tests[True]  # YAML reads the word on so
    # Its runs must not wait for, or cancel, the one that calls it; groups know no capitals.
    assert tests["concurrency"]["group"].partition("-")[0].lower() != release["concurrency"]["group"].partition("-")[0]
    assert "github.workflow" not in tests["concurrency"]["group"]


def test_the_checkers_in_node_are_locked_without_a_registry() -> None:
    """Every package has its hash, and no address to fetch it from."""
    lock = json.loads((ROOT / "tests/node/package-lock.json").read_text())
    packages = {name: held for name, held in lock["packages"].items() if name}
    assert (
        lock["packages"][""]["dependencies"]
        == json.loads((ROOT / "tests/node/package.json").read_text())["dependencies"]
    )
    assert [name for name, held in packages.items() if not held["integrity"].startswith("sha512-")] == []
    assert [name for name, held in packages.items() if "resolved" in held] == []
    assert "npm ci " in (ROOT / ".ci/run").read_text()


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


@pytest.mark.parametrize(
    "step", sorted({step for step in runs() if step.startswith(".venv/bin/kb ") and not NEEDS_MORE.search(step)})
)
def test_commands_of_the_steps_run_offline(step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a copy of the small content, with its record of changes."""
    shutil.copytree(ROOT / "tests/bad/_base", tmp_path / "content")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795305600")
    CliRunner().invoke(main, ["changes", "--record"])
    result = CliRunner().invoke(main, shlex.split(step)[1:])
    assert result.exit_code == 0, result.output


HOSTILE = "`a` | b @someone #12 GH-12 a/b#1 <img src=x> <!-- --> &#64;x &lt;b&gt; ![x](//e.example) www.e.example \\"
_RUN = """
const [script, texts] = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const make = Object.getPrototypeOf(async () => {}).constructor;
const run = new make('require', 'github', 'context', 'core', script);
const context = {repo: {}, payload: {workflow_run: {
  head_sha: 'abc', head_branch: 'b', head_repository: {owner: {login: 'o'}},
}}};
async function post(text) {
  const did = {};
  const github = {
    paginate: async (list) => list === 'pulls' ? [{number: 7, head: {sha: 'abc'}}] : [],
    rest: {
      pulls: {list: 'pulls'},
      issues: {listComments: 'comments', createComment: async (given) => { did.posted = given.body; }},
    },
  };
  const core = {setFailed: (why) => { did.refused = why; }, notice: () => {}};
  await run(() => ({readFileSync: () => text}), github, context, core);
  return did;
}
Promise.all(texts.map(post)).then((all) => console.log(JSON.stringify(all)));
"""


def comments(texts: list[str]) -> list[dict[str, str]]:
    """What the script of comment.yml itself does with texts, with GitHub's side played by stand-ins."""
    if not (node := shutil.which("node")):
        pytest.skip("Node.js is not installed")
    steps = read(GITHUB / "workflows/comment.yml")["jobs"]["comment"]["steps"]
    script = next(step["with"]["script"] for step in steps if "script" in step.get("with", {}))
    given = json.dumps([script, texts])
    done = subprocess.run([node, "-e", _RUN], input=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: list[dict[str, str]] = json.loads(done.stdout)
    return found


def differences() -> list[Difference]:
    """Differences with every kind of line, and hostile words in each field that takes any."""
    change = Change(HOSTILE, HOSTILE, "b")
    body = Change(HOSTILE, HOSTILE, "b", (HOSTILE,))
    problem = Problem(HOSTILE, 1, "KB101", HOSTILE, HOSTILE)
    kinds = [*(kind.kind for kind in ENTRIES), "reference"]
    entries = [EntryChange(kind, HOSTILE, HOSTILE, what, HOSTILE, (change,)) for kind in kinds for what in What]
    return [
        Difference(),
        Difference(
            entries=tuple(entries[::7]),
            ratings=(RatingChange(HOSTILE, HOSTILE, change, change, change, (body,), (HOSTILE,)),),
            drivers=tuple(DriverChange(HOSTILE, HOSTILE, change, gain) for gain in (1, 0, -1)),
            references=tuple(
                EntryChange("reference", HOSTILE, HOSTILE, what, "", (change, Change(HOSTILE))) for what in What
            ),
            missing=(problem,),
            appeared=(problem, problem),
            gone=(problem,),
            errors_before=1,
            errors_after=20,
        ),
        Difference(entries=tuple(entries)),
        *(
            Difference(
                entries=tuple(EntryChange("page", "a", chr(sign), What.CHANGED) for sign in range(start, start + 512))
            )
            for start in range(0, 0x3400, 512)
        ),
        Difference(
            entries=tuple(
                EntryChange("page", "a", chr(sign), What.CHANGED) for sign in (0xD800, 0xE000, 0xFFFF, 0x1F600)
            )
        ),
    ]


@pytest.mark.node
def test_what_kb_diff_writes_is_posted() -> None:
    """Whatever stands in the content, and where the whole had to be cut."""
    texts = [FORMATS_OF_DIFF["markdown"](difference) for difference in differences()]
    assert comments(texts) == [{"posted": f"<!-- kb diff -->\n{text}"} for text in texts]


@pytest.mark.node
@pytest.mark.parametrize(
    "line",
    [
        *("@someone", "&#64;someone", "&commat;someone", "&lt;img src=x&gt;", "<img src=x>", "&#x5b;a&#x5d;(b)"),
        *("[a](b)", "[a]: b", "![a](b)", "<https://e.example>", "https://e.example", "https&#58;//e.example"),
        *("www.e.example", "www&#46;e.example", "a@e.example", "\uff20someone", "\u200b@someone", "#123", "GH-123"),
        *("a/b#1", "0123456789abcdef0123456789abcdef01234567", "deadbee", "<!-- hidden -->", "<code>@a</code>"),
        *("<details open><summary>Ratings</summary>", "<details><summary>Approved</summary>", "</details></td>"),
        *(
            "### Approved",
            "### no rating moves, @someone",
            "### no rating moves <b>",
            "# Approved",
            "> quoted",
            "- [x] ok",
        ),
        *(
            "- @someone",
            "- `a`@someone",
            "- `a` @someone: `b`",
            "- ``a` @b`",
            "- `a`` @b ``c`",
            "- [a](b)",
            "      - `a`",
        ),
        *("- `a", "- `a\u202eb`", "- `a\ue000b`", "- `a\u2028b`", "- deadbee", "- GH-1", "- <b>a</b>", "| `a` |"),
        *(
            "```",
            "~~~",
            "    @someone",
            "\t`a`",
            "$a$",
            ":tada:",
            "[^1]: note",
            "`@someone`",
            "Approved by the curators.",
        ),
        *("1 more lines did not fit here: run `kb diff @a` on your computer to see them.", "a\rb", "\x00", "&nbsp;"),
    ],
)
def test_what_kb_diff_does_not_write_is_refused(line: str) -> None:
    fine = "### no rating moves\n\n- `fine`\n"
    first, *others = comments([fine, line, f"{fine}{line}\n", f"{line}\n{fine}"])
    assert "posted" in first
    assert [set(found) for found in others] == [{"refused"}] * 3


@pytest.mark.node
def test_a_text_that_is_longer_than_a_comment_is_refused() -> None:
    fits, longer = comments(["- `fine`\n" * 7_000, "- `fine`\n" * 7_200])
    assert "posted" in fits
    assert "refused" in longer


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


def test_badges_of_the_readme_are_of_workflows_that_run_on_main() -> None:
    """A badge of another one would say that it has no status."""
    named = re.findall(r"\]\(\.\./\.\./actions/workflows/([\w-]+\.yml)\)", (ROOT / "README.md").read_text())
    assert named
    for name in named:
        workflow = read(GITHUB / "workflows" / name)
        assert "main" in workflow[True]["push"]["branches"]  # YAML reads the word on so


def test_pictures_of_the_readme_are_those_of_the_tour_and_small() -> None:
    shown = re.findall(r"!\[([^\]]+)\]\((docs/tour/[\w-]+\.webp)\)", (ROOT / "README.md").read_text())
    taken = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in (ROOT / "docs/tour").iterdir()}
    assert {path for _, path in shown} == taken.keys()
    assert all(data[:4] == b"RIFF" and data[8:12] == b"WEBP" for data in taken.values())
    assert sum(map(len, taken.values())) < 300_000
    stops = re.findall(r'^    Stop\("([\w-]+)"', (ROOT / "docs/tour.py").read_text(), re.M)
    assert {f"docs/tour/{name}.webp" for name in stops} == taken.keys()
