"""No file holds up a check: what is too large is refused before anything is made of it, and hints are looked up for
the first unknown names only."""

from __future__ import annotations

import importlib.util
import json
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from kb import limits
from kb.check.explain import source
from kb.limits import BODY, BRACES, CITED, FIELDS, HEADINGS, ITEMS, LEVELS, LINE, OPEN_BRACKETS, PARAGRAPH, TEXT, VALUES
from kb.problems import Speller
from kb.read.frontmatter import parse

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).parents[3]
MEMORY = 200_000_000


def _benchmarks(name: str) -> ModuleType:
    path = PROJECT / "benchmarks" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


KINDS = _benchmarks("hostile").KINDS

# In a process of its own: what is reported for each kind, with as much as the limits allow and with 1 MB of it.
_CHILD = r"""
import json, re, shutil, sys, tempfile
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from bounded_work import BASE, problems
from hostile import KINDS
with tempfile.TemporaryDirectory() as name:
    content = Path(name) / "content"
    shutil.copytree(BASE, content)
    for title, kind in KINDS.items():
        for text in (kind.text(kind.most), kind.of_size(1_000_000)):
            print(json.dumps([title, len(text), problems(kind, text, content)[:3]]), flush=True)
# Not by getrusage: on Linux it counts the memory of the process that started this one.
status = Path("/proc/self/status")
peak = re.search(r"VmHWM:\s+(\d+)", status.read_text())[1] if status.exists() else 0
print(int(peak) * 1024)
"""


def _bounds() -> None:
    """No more than this, so that a test cannot hold up the machine either."""
    resource.setrlimit(resource.RLIMIT_CPU, (240, 240))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (1_000_000_000, 1_000_000_000))


@pytest.fixture(scope="module")
def printed() -> list[str]:
    command = [sys.executable, "-c", _CHILD, str(PROJECT / "benchmarks")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=_bounds)
    assert done.returncode == 0, done.stdout[-300:] + done.stderr[-2000:]
    return done.stdout.splitlines()


@pytest.fixture(scope="module")
def told(printed: list[str]) -> dict[str, list[list[str]]]:
    found: dict[str, list[list[str]]] = {}
    for line in printed[:-1]:
        title, _, problems = json.loads(line)
        found.setdefault(title, []).append(problems)
    return found


@pytest.mark.parametrize("title", KINDS)
def test_a_file_of_one_megabyte_is_too_large_at_its_line(title: str, told: dict[str, list[list[str]]]) -> None:
    within, beyond = told[title]
    assert not any("KB111" in problem or "recursion" in problem for problem in within)
    assert all(re.match(rf"(?:content/)?{re.escape(KINDS[title].path)}:\d+: ", problem) for problem in beyond)
    if KINDS[title].in_content:
        assert any("KB111" in problem for problem in beyond)


def test_all_kinds_together_take_little_memory(printed: list[str]) -> None:
    assert int(printed[-1]) < MEMORY


def _page(body: str, fields: str = "") -> str:
    return f"---\ntitle: A\nsummary: A page.\nstatus: draft\nreviewed: 2026-11-01\n{fields}---\n{body}\n"


@pytest.mark.parametrize(
    ("allowed", "more", "line", "message"),
    [
        (_page("", f"a: [{'x, ' * ITEMS}]\n"), _page("", f"a: [{'x, ' * (ITEMS + 1)}]\n"), 6, "a list may have"),
        (
            _page("", "".join(f"a{n}: x\n" for n in range(FIELDS - 4))),
            _page("", "".join(f"a{n}: x\n" for n in range(FIELDS - 3))),
            2,
            "a group may have at most",
        ),
        (
            _page("", "a:\n" + f"- [{', '.join('x' * 200)}]\n" * (VALUES // 201 - 1)),
            _page("", "a:\n" + f"- [{', '.join('x' * 200)}]\n" * (VALUES // 201 + 1)),
            None,
            "an entry may have at most",
        ),
        (_page("", f"a: {'x' * (LINE - 3)}\n"), _page("", f"a: {'x' * (LINE - 2)}\n"), 6, "a line of front matter"),
        (_page("", "a: >\n" + "  xx\n" * (TEXT // 3)), _page("", "a: >\n" + "  xx\n" * (TEXT // 3 + 1)), 6, "a text"),
        (_page("x\n\n" * (BODY // 3)), _page("x\n\n" * (BODY // 3 + 2)), None, "a text may have at most"),
        (_page("x" * PARAGRAPH), _page("y\n\n" + "x" * (PARAGRAPH + 1)), 9, "a paragraph, list or table"),
        (_page("# a\n\n" * HEADINGS), _page("# a\n\n" * (HEADINGS + 1)), 7 + 2 * HEADINGS, "headings"),
        (_page("[a]\n\n" * CITED), _page("[a]\n\n" * (CITED + 1)), 7 + 2 * CITED, "citations and links"),
        (_page("[" * OPEN_BRACKETS), _page("a\n" + "[" * (OPEN_BRACKETS + 1)), 8, "brackets ["),
        (_page("(" * OPEN_BRACKETS), _page("(" * (OPEN_BRACKETS + 1)), 7, "brackets ("),
        (_page("[a](b) " * 200), _page("[a " * 200), 7, "brackets ["),
        (_page("    " * LEVELS + "x"), _page("a\n\n" + "    " * (LEVELS + 1) + "x"), 9, "nested at most"),
        (_page("> " * LEVELS + "x"), _page("> " * (LEVELS + 1) + "x"), 7, "nested at most"),
    ],
)  # fmt: skip
def test_an_entry_is_read_up_to_each_limit_and_refused_beyond_it(
    allowed: str, more: str, line: int | None, message: str
) -> None:
    front, problems = parse(allowed, "content/pages/a.md")
    assert front
    assert not problems
    front, problems = parse(more, "content/pages/a.md")
    assert front is None
    (problem,) = problems
    assert (problem.code, problem.line) == ("KB111", line or problem.line)
    assert message in problem.message


def test_a_list_that_is_too_long_is_named(problems: Callable[..., list[str]]) -> None:
    findings = "".join(f"  - {{id: a-{n}, outcome: burnout}}\n" for n in range(8000))
    assert problems({"studies/long-2021.md": _page("", f"findings:\n{findings}")}) == [
        "content/studies/long-2021.md:7: KB111 a list may have at most 1,000 items, findings has more\n"
        "    hint: divide the entry in two, or remove what was pasted by mistake"
    ]


def test_every_unknown_name_is_reported_though_the_nearest_is_looked_up_for_the_first_only(
    problems: Callable[..., list[str]],
) -> None:
    body = "\n\n".join(f"[@quiet-hours-unit-{number}]" for number in range(CITED))
    records = "".join(
        f"@misc{{quiet-hours-unit-x{number},\n  title = {{A{number}}},\n  url = {{https://example.org/}},\n"
        "  verified = {seed},\n}\n"
        for number in range(1000)
    )
    base = (PROJECT / "tests/bad/_base/references.bib").read_text(encoding="utf-8")
    found = problems({"pages/cited.md": _page(body), "references.bib": base + records})
    missing = [problem for problem in found if "KB202" in problem]
    assert len(missing) == CITED
    hinted = [index for index, problem in enumerate(missing) if "did you mean" in problem]
    assert 0 < len(hinted) < 100
    assert "add a record with this key" in missing[-1]


def test_letters_are_compared_up_to_the_limit() -> None:
    speller = Speller()
    known = [f"known-word-{number}" for number in range(1000)]
    lookups = 0
    while speller.nearest("known-wird-1", known):
        lookups += 1
    assert lookups == limits.SPELLING // (len("known-wird-1") * sum(map(len, known)))
    assert Speller().nearest("known-wird-1", known) == "known-word-1"


def test_a_word_that_is_no_slip_is_not_compared() -> None:
    assert Speller().nearest("a" * 10_000, ["a" * 10_000, "a" * 9_999]) is None


def test_the_limits_are_explained_to_curators() -> None:
    section = source("KB111").read_text(encoding="utf-8")
    inner = {"FILE_BYTES", "SPELLING", "SHOWN", "LIKENESS"}
    for name in (name for name in vars(limits) if name.isupper() and name not in inner):
        assert re.search(rf"(?<![\d,]){getattr(limits, name):,}(?![\d,])", section), name
    assert BRACES == OPEN_BRACKETS


def test_kb_check_names_the_file_that_nests_too_deep(tmp_path: Path) -> None:
    """Where it was not refused, the build ended with a word about recursion, and named no file."""
    shutil.copytree(PROJECT / "tests/bad/_base", tmp_path / "content")
    body = "\n".join(f"{'    ' * level}- x" for level in range(70))
    (tmp_path / "content/pages/deep.md").write_text(_page(body), encoding="utf-8")
    command = [sys.executable, "-m", "kb.cli", "check", "--today", "2026-11-22"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "content/pages/deep.md:17: KB111 lists and quotations may be nested" in done.stdout
