"""The index on disk: only a whole and current one is served; the last good one stays until a new one is complete."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.model import KnowledgeBase
from kb.search import SearchEngine, build_index, open_index

Open = Callable[..., SearchEngine]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def folder(tmp_path: Path, knowledge: KnowledgeBase) -> Path:
    """A good index of the small knowledge base."""
    build_index(knowledge, tmp_path / "index")
    return tmp_path / "index"


def test_a_missing_index_is_built_with_a_message(knowledge: KnowledgeBase, open_with: Open, tmp_path: Path) -> None:
    said: list[str] = []
    index = open_with(knowledge, said.append)
    assert index.search("huddle").total == 20
    assert index.version == "version-1"
    assert said == [f"search index is missing: building a new one in {tmp_path / 'index'}"]


def test_a_good_index_is_opened_as_it_is(knowledge: KnowledgeBase, folder: Path, open_with: Open) -> None:
    said: list[str] = []
    before = {path: path.stat().st_ino for path in folder.iterdir()}
    assert open_with(knowledge, said.append).search("huddle").total == 20
    assert said == []
    assert {path: path.stat().st_ino for path in folder.iterdir()} == before


def test_what_somebody_else_put_there_is_neither_opened_nor_removed(
    knowledge: KnowledgeBase, folder: Path, open_with: Open
) -> None:
    (folder / "more.seg").write_text("mine")
    said: list[str] = []
    assert open_with(knowledge, said.append).search("huddle").total == 20
    assert said == []
    assert (folder / "more.seg").read_text() == "mine"


def _change_a_byte(folder: Path) -> None:
    path = max(folder.iterdir(), key=lambda path: path.stat().st_size)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def _manifest(folder: Path, **values: object) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def _first_file(folder: Path) -> Path:
    return min(path for path in folder.iterdir() if path.suffix == ".seg")


DAMAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "a byte": (_change_a_byte, "was changed"),
    "a missing file": (lambda folder: _first_file(folder).unlink(), "No such file"),
    "a short file": (lambda folder: _first_file(folder).write_bytes(b""), "was changed"),
    "no manifest": (lambda folder: (folder / "manifest.json").unlink(), "manifest cannot be read"),
    "no JSON": (lambda folder: (folder / "manifest.json").write_text("{"), "manifest cannot be read"),
    "no object": (lambda folder: (folder / "manifest.json").write_text("[]"), "manifest cannot be read"),
    "no files": (lambda folder: _manifest(folder, files=None), "manifest cannot be read"),
    "other content": (
        lambda folder: _manifest(folder, **{"the content": "version-0"}),
        "another version of the content",
    ),
    "another schema": (lambda folder: _manifest(folder, **{"the schema": "0"}), "another version of the schema"),
    "another Whoosh": (lambda folder: _manifest(folder, Whoosh="0"), "another version of Whoosh"),
}


@pytest.mark.parametrize("fault", DAMAGE)
def test_a_damaged_or_stale_index_is_rebuilt_and_the_message_says_why(
    knowledge: KnowledgeBase, folder: Path, open_with: Open, fault: str
) -> None:
    damage, reason = DAMAGE[fault]
    damage(folder)
    said: list[str] = []
    assert open_with(knowledge, said.append).search("huddle").total == 20
    assert len(said) == 1
    assert reason in said[0]
    said.clear()
    open_with(knowledge, said.append)
    assert said == [], "what was rebuilt is good"


def test_whoosh_opens_nothing_before_the_manifest_was_checked(
    knowledge: KnowledgeBase, folder: Path, open_with: Open
) -> None:
    toc = next(path for path in folder.iterdir() if path.suffix == ".toc")
    mark = folder.parent / "opened"
    toc.write_bytes(b"cos\nsystem\n(S'touch " + os.fsencode(mark) + b"'\ntR.")
    assert open_with(knowledge).search("huddle").total == 20
    assert not mark.exists()


def test_changed_content_is_found(knowledge: KnowledgeBase, folder: Path, open_with: Open) -> None:
    fewer = replace(knowledge, version="version-2", interventions={})
    said: list[str] = []
    index = open_with(fewer, said.append)
    assert index.search("huddle").total == 0
    assert index.version == "version-2"
    assert "another version of the content" in said[0]


def _edited(knowledge: KnowledgeBase, version: str, texts: Mapping[str, str]) -> KnowledgeBase:
    """Other content: the interventions have these texts, by slug."""
    some = knowledge.interventions["scribes"]
    changes = {slug: {"slug": slug, "title": text[:20], "body": text} for slug, text in texts.items()}
    return replace(
        knowledge,
        version=version,
        instruments={},
        studies={},
        interventions={slug: some.model_copy(update=change) for slug, change in changes.items()},
        assessments=dict.fromkeys(texts, knowledge.assessments["scribes"]),
    )


def test_an_edit_reads_the_edited_entry_alone(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    texts = {"one": "zebra", "two": "okapi", "three": "lion"}
    build_index(_edited(knowledge, "before", texts), tmp_path / "index")
    seen: list[tuple[int, int]] = []
    said: list[str] = []
    after = _edited(knowledge, "after", {"one": "zebra", "two": "tapir"})
    index = open_index(after, tmp_path / "index", said.append, lambda done, of: seen.append((done, of)))
    assert [index.search(word).total for word in ("zebra", "tapir", "okapi", "lion")] == [1, 1, 0, 0]
    assert seen == [(1, 1)]
    assert "2 of its entries brought up to date" in said[0]


_QUERIES = ("", "huddle", "coach nurses", "nurse notes zebra", '"peer coaching"', "coaxhing hudddle", "scribes -zebra")
_TEXTS = st.lists(st.sampled_from(["huddle", "coaching", "nurses", "peer", "notes", "zebra"]), min_size=1, max_size=8)


@pytest.mark.slow
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.dictionaries(st.sampled_from("abcdefgh"), _TEXTS.map(" ".join)), min_size=2, max_size=6))
def test_whatever_was_edited_an_index_answers_like_a_new_one(
    knowledge: KnowledgeBase, contents: list[dict[str, str]]
) -> None:
    with TemporaryDirectory() as name:
        for number, texts in enumerate(contents):
            content = _edited(knowledge, f"version-{number}", texts)
            old = open_index(content, Path(name) / "old", lambda _: None)
            new = open_index(content, Path(name) / f"new-{number}", lambda _: None)
            for query in _QUERIES:
                found, expected = old.search(query, limit=100), new.search(query, limit=100)
                assert [(hit.slug, hit.score) for hit in found.hits] == [(hit.slug, hit.score) for hit in expected.hits]
                assert (found.total, found.facets) == (expected.total, expected.facets)
                assert found.suggestion == expected.suggestion


def test_an_open_index_answers_on_while_a_new_one_takes_its_place(
    knowledge: KnowledgeBase, folder: Path, open_with: Open
) -> None:
    index = open_with(knowledge)
    build_index(replace(knowledge, version="version-2", interventions={}), folder)
    assert index.search("huddle").total == 20
    assert len(index.search("huddle", limit=100).hits) == 20


def test_progress_counts_the_entries(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    build_index(knowledge, tmp_path / "index", lambda done, of: seen.append((done, of)))
    assert seen == [(number, 28) for number in range(1, 29)]


def test_a_build_that_fails_leaves_the_last_good_index(knowledge: KnowledgeBase, folder: Path) -> None:
    before = contents(folder)

    def stop(done: int, _: int) -> None:
        if done == 5:
            raise RuntimeError

    with pytest.raises(RuntimeError):
        build_index(replace(knowledge, version="version-2"), folder, stop)
    with pytest.raises(RuntimeError):
        open_index(_edited(knowledge, "version-2", dict.fromkeys("abcdefg", "zebra")), folder, lambda _: None, stop)
    assert contents(folder) == before
    assert [path.name for path in folder.parent.iterdir()] == ["index"]


_BUILD_AND_WAIT = """
import sys
from datetime import date
from pathlib import Path
from kb.model import Driver, KnowledgeBase
from kb.search import build_index

def wait(done, of):
    if done == 2:
        print("in the middle", flush=True)
        sys.stdin.read()

fields = {"summary": "A.", "status": "published", "reviewed": date(2026, 1, 1), "kind": "driver", "scope_note": "B."}
drivers = {s: Driver.model_validate({"slug": s, "title": s, "body": s, **fields}) for s in ("one", "two", "three")}
build_index(KnowledgeBase(date(2026, 1, 1), "version-2", drivers=drivers), Path(sys.argv[1]), wait)
"""


@pytest.mark.slow
def test_a_build_that_is_killed_leaves_the_last_good_index(
    knowledge: KnowledgeBase, folder: Path, open_with: Open
) -> None:
    before = contents(folder)
    command = [sys.executable, "-c", _BUILD_AND_WAIT, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "in the middle\n"
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    assert contents(folder) == before
    said: list[str] = []
    assert open_with(knowledge, said.append).search("huddle").total == 20
    assert said == []
