"""The record of changes: what it holds, how it begins, and how a gap is found."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kb.check import Checked
from kb.cli import main
from kb.diff.changes import RecordError, recorded, render, state, unrecorded
from kb.model import Certainty, EntryStatus, Fact, KnowledgeBase, Move
from kb.model.entry import Withdrawal
from kb.read.changes import parse

SLUG = "physician-peer-coaching"
LINE = '{"date": "2026-11-22", "entry": "drivers/workload", "kind": "entry", "from": null, "to": "published", '
LINE += '"reason": "First."}'
ENTRY, KEY = f"interventions/{SLUG}", "burnout/inactive/short/randomized"


@pytest.fixture(scope="module")
def knowledge(real: Checked) -> KnowledgeBase:
    return real.knowledge


@pytest.fixture(scope="module")
def begun(knowledge: KnowledgeBase) -> list[Move]:
    return unrecorded(knowledge, [])


def moved(knowledge: KnowledgeBase) -> KnowledgeBase:
    """The same on a later day, with a body of peer coaching that is more certain."""
    assessment = knowledge.assessments[SLUG]
    bodies = tuple(
        replace(body, certainty=Certainty.MODERATE) if str(body.key) == KEY else body for body in assessment.bodies
    )
    headline = next(body for body in bodies if str(body.key) == KEY)
    changed = replace(assessment, bodies=bodies, headline=headline)
    return replace(knowledge, today=date(2027, 1, 5), assessments={**knowledge.assessments, SLUG: changed})


def test_the_record_begins_with_the_state_of_its_first_day(knowledge: KnowledgeBase, begun: list[Move]) -> None:
    """Each entry, each verdict, each certainty and estimate of a body; nothing is missing then."""
    assert {move.reason for move in begun} == {"begins"}
    assert {move.before for move in begun} == {None}
    assert recorded(begun) == {fact: now.value for fact, now in state(knowledge).items()}
    estimate = next(m for m in begun if (m.fact.entry, m.fact.kind, m.fact.body) == (ENTRY, "estimate", KEY))
    assert str(estimate.after).startswith("-0.79 (-1.27 to -0.3")
    assert str(estimate.after).endswith("points, important")
    assert unrecorded(knowledge, begun) == []


def test_lines_read_back_as_the_moves_that_were_written(begun: list[Move]) -> None:
    text = render(begun)
    assert parse(text, "changes.jsonl") == (tuple(begun), [])
    assert set(json.loads(text.splitlines()[0])) == {"date", "entry", "kind", "from", "to", "reason"}


def test_a_move_says_from_what_to_what_and_why(knowledge: KnowledgeBase, begun: list[Move]) -> None:
    """The reason is what the rating rests on now, or what is given."""
    (move,) = unrecorded(moved(knowledge), begun)
    assert (move.fact.entry, move.fact.kind, move.fact.body) == (ENTRY, "certainty", KEY)
    assert (move.before, move.after, move.date) == ("low", "moderate", date(2027, 1, 5))
    assert move.reason.startswith("Starts at high. Down 1 for risk of bias")
    (given,) = unrecorded(moved(knowledge), begun, "A second reader judged it.")
    assert given.reason == "A second reader judged it."


def test_a_verdict_that_moved_names_the_studies_that_are_new(knowledge: KnowledgeBase, begun: list[Move]) -> None:
    """And what it rests on now, in words for the page of what moved."""
    study = knowledge.studies["kiser-2024"]
    before = [
        replace(move, after="uncertain for burnout") if move.fact == Fact(ENTRY, "verdict") else move
        for move in begun
        if move.fact.entry != "studies/kiser-2024"
    ]
    (move,) = (move for move in unrecorded(knowledge, before) if move.fact.kind == "verdict")
    assert move.reason == f"New: {study.title}. It rests on 1 study with 123 people on burnout, low certainty."


def test_a_line_that_is_missing_is_a_gap(knowledge: KnowledgeBase, begun: list[Move]) -> None:
    moves = [*begun, *unrecorded(moved(knowledge), begun)]
    again = replace(moves[-1], before="moderate", after="high")
    assert recorded([*moves, again])
    with pytest.raises(RecordError, match=f"line {len(moves)}: a line is missing: .*'moderate'.*'low'"):
        recorded([*moves[:-1], again])
    with pytest.raises(RecordError, match="order of their days"):
        recorded([*moves, replace(begun[0], before=begun[0].after)])


@pytest.mark.parametrize(
    "line",
    [
        *("{", "[]", '"x"', '{"date": "2026-11-22"}', '{"date": 5, "entry": "x", "kind": "x"}'),
        LINE.replace("First.", ""),
        LINE.replace("First.", "\\u202e"),
        LINE.replace("drivers/workload", "workload"),
        LINE.replace('"published"', "5"),
    ],
)
def test_a_line_that_is_no_move_is_named_and_the_others_are_read(line: str) -> None:
    (move,), (problem,) = parse(f"\n{line}\n{LINE}", "content/changes.jsonl")
    assert (move.fact.entry, move.after) == ("drivers/workload", "published")
    assert (problem.code, problem.line) == ("KB218", 2)


def test_an_entry_that_is_withdrawn_takes_its_ratings_with_it(knowledge: KnowledgeBase, begun: list[Move]) -> None:
    """With the reason of the withdrawal."""
    why = Withdrawal(date=date(2027, 1, 5), reason="The trial was retracted.")
    entry = knowledge.interventions[SLUG].model_copy(update={"status": EntryStatus.WITHDRAWN, "withdrawn": why})
    gone = replace(knowledge, interventions={**knowledge.interventions, SLUG: entry})
    moves = {(move.fact.kind, move.fact.body): move for move in unrecorded(gone, begun)}
    assert moves["entry", None].reason == "The trial was retracted."
    assert (moves["entry", None].before, moves["entry", None].after) == ("published", "withdrawn")
    assert moves["verdict", None].after is None
    assert moves["estimate", KEY].after is None
    assert unrecorded(gone, [*begun, *moves.values()]) == []


def test_a_renamed_entry_keeps_its_record(knowledge: KnowledgeBase, begun: list[Move]) -> None:
    """One line says so; nothing else moves."""
    entry = knowledge.interventions[SLUG].model_copy(update={"slug": "coached-by-peers", "formerly": (SLUG,)})
    others = {slug: item for slug, item in knowledge.interventions.items() if slug != SLUG}
    assessments = {**knowledge.assessments, "coached-by-peers": knowledge.assessments[SLUG]}
    renamed = replace(knowledge, interventions={**others, "coached-by-peers": entry}, assessments=assessments)
    (move,) = unrecorded(renamed, begun)
    assert (move.fact.kind, move.before, move.after) == ("renamed", ENTRY, "interventions/coached-by-peers")
    assert unrecorded(renamed, parse(render([*begun, move]), "")[0]) == []


@pytest.mark.slow
def test_the_command_tells_what_is_missing_and_writes_it(tmp_path: Path, project: Path) -> None:
    """Exit status 1 as long as something is missing; a record with a gap is refused and left as it is."""
    root = tmp_path / "content"
    shutil.copytree(project / "content", root)
    path = root / "changes.jsonl"
    path.unlink(missing_ok=True)

    def run(*words: str) -> Result:
        return CliRunner().invoke(main, ["changes", "--content", str(root), "--today", "2026-11-22", *words])

    assert run().exit_code == 1
    assert not path.exists()
    assert run("--record").exit_code == 0
    lines = path.read_text().splitlines()
    assert run().output.startswith("0 moves not recorded")
    verdict = next(n for n, line in enumerate(lines) if '"verdict"' in line)
    path.write_text("\n".join([*lines[:verdict], *lines[verdict + 1 :], ""]))
    missing = run()
    assert (missing.exit_code, missing.output.count("verdict: nothing ->")) == (1, 1)
    assert run("--record", "--reason", "It was forgotten.").exit_code == 0
    assert json.loads(path.read_text().splitlines()[-1])["reason"] == "It was forgotten."
    path.write_text(path.read_text().replace('"from": null, "to": "published"', '"from": "x", "to": "published"', 1))
    broken = run("--record")
    assert broken.exit_code == 1
    assert "line 1: a line is missing" in broken.output
