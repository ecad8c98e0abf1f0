"""An entry that is wrong in part is checked as far as it can be read, and never published."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from kb.check import check
from kb.model import EntryStatus, Finding, Intervention, Study
from kb.read.content import load
from kb.read.frontmatter import build, lacks, parse, salvage

STUDY = """---
title: A study
summary: A study of quiet hours.
status: published
reviewed: 2026-11-01
reference: moss-2024
design: rct
reading_basis: full-text
findings:
  - {id: fell, outcome: burnout, comparison: randomized, measure: mean-difference, estimate: '-0,79', place: Table 3}
  - {id: out, outcome: burnout, comparison: randomized, measure: mean-difference, estimate: -1, ci: [2, 3], place: Box}
---
Words.
"""
RICH = {
    "studies/a.md": """---
title: A trial
summary: A study of quiet hours.
status: published
reviewed: 2026-11-01
reference: moss-2025
design: rct
reading_basis: abstract
dates: '2030'
sample_size: 10
registration: NCT01234567
reports: [moss-2024]
sites: 3
arms:
  - {slug: quiet, label: Quiet hours, role: intervention, intervention: quiet-hours, n_randomized: 60, n_analyzed: 50}
  - {slug: usual, label: Usual work, role: control, comparator_class: inactive, n_randomized: 60, n_analyzed: 50}
allocation: {unit: cluster, design: parallel, clusters: 4, clustering: ignored, icc: 0.1}
interventions: [quiet-hours]
instruments: [pfi]
drivers: [workload, workload]
classifications: [themes/kind]
appraisals: [{tool: RoB 2, overall: low, domains: [{domain: Bias, judgement: low, reason: None seen.}]},
             {tool: RoB 2, by: moss-2021, place: Figure 2, overall: high}]
findings:
  - {id: fell, outcome: burnout, instrument: pfi, scale: burnout, comparison: randomized, measure: mean-difference,
     estimate: -1, ci: [2, 3], ci_level: 90, p: '.9', unit: miles, n: 100, contrast: A against B, place: Table 3,
     weeks_after_end: 1, primary: true, analysis: as-randomized, se: 0.001, range: [0, 100],
     arms: [{arm: quiet, n: 10, events: 20, total: 11, baseline_mean: 3, mean: 14, sd: 9, change: 2, ci: [3, 4],
             relative_change: 5, baseline_sd: 1}, {arm: usual, n: 20, mean: 1.23, sd: 2}]}
  - {id: narrow, outcome: burnout, instrument: pfi, scale: burnout, comparison: randomized, measure: mean-difference,
     estimate: -1, ci: [-1.01, -0.99], n: 100, weeks_after_end: 30, sd: 5, adjusted_for: age, place: Table 3,
     arms: [{arm: quiet, n: 50}, {arm: nobody, n: 50}]}
  - {id: shares, outcome: task-load, comparison: randomized, measure: risk-ratio, estimate: 0.5, ci: [0.3, 0.8],
     weeks_after_start: 3, place: Table 3,
     arms: [{arm: quiet, events: 5, total: 50}, {arm: usual, events: 9, total: 50}]}
  - {id: pooled, outcome: stress, comparison: randomized, intervention: quiet-hours, weeks_after_end: 1,
     measure: standardized-mean-difference, estimate: 1, ci: [0, 2], n: 90, place: Figure 2,
     pooled: {studies: 3, kinds: [randomized, descriptive], includes: [trial-2024], i_squared: 60, prediction: [-1, 3],
              risk_of_bias_of_trials: high}}
  - {id: share, outcome: burnout, comparison: association, measure: proportion, estimate: 50, unit: '%', events: 9,
     total: 10, direction: favors-intervention, place: Table 4}
  - {id: settled, outcome: burnout, comparison: randomized, measure: odds-ratio, estimate: 2, place: Table 5}
discrepancies:
  - {place: Box, issue: The table and the text differ here., resolution: The table is what is recorded.,
     findings: [settled, nobody], disputed: [interval]}
---
Words [@trial-2024].
""",
    "interventions/quiet-hours.md": """---
title: Quiet hours
summary: Two hours a day. Without messages.
status: published
reviewed: 2027-11-01
review_by: 2026-11-01
formerly: [calm-hours]
category: workflow
level: team
part_of: [nothing]
related: [nobody]
drivers:
  - {driver: workload, basis: stated, source: trial-2024, place: Box 1, term: themes/too-much-work}
  - {driver: workload, basis: stated, source: trial-2024, place: Box 1, term: themes/too-much-work}
  - {driver: workload, basis: measured, source: trial-2024, place: Box 1, finding: trial-2024/fell}
cost: {level: low, source: trial-2024, place: Box}
mechanism: [{text: Fewer interruptions., source: trial-2024, place: Box}]
judgements:
  - body: burnout/inactive/short/randomized
    down: [{domain: imprecision, steps: 0, reason: There were few people in it.},
           {domain: inconsistency, steps: 9, reason: The two of them disagree.}]
    up: [{domain: large_effect, steps: 1, reason: It was as large as it gets.}]
    overrides: [{domain: imprecision, floor: 1, reason: It is good enough for all.}]
    not_pooled: {reason: They asked about different things.}
  - {body: burnout/inactive/short/randomized}
  - {body: exhaustion/active/long/controlled}
reported: [{outcome: burnout, study: retracted-2019, place: Box}]
resources: [{title: A kit, url: 'https://example.org/', source: trial-2024}]
---
Words.
""",
    "instruments/pfi.md": """---
title: Fulfillment Index
summary: A questionnaire on burnout.
status: published
reviewed: 2026-11-01
abbreviation: PFI
constructs: [burnout]
item_count: 1
response_scale: a 7-point scale
scales:
  - {slug: burnout, label: Burnout, min: 0, max: 10, item_count: 2, scoring: The mean of all items,
     cutoffs: [{value: 12, comparison: '>', meaning: High, source: trial-2024, place: Box}],
     mid: {value: 20, source: trial-2024, place: Box}}
  - {slug: exhaustion, label: Exhaustion, min: 10, max: 0, higher_is_worse: true}
cosmin: {category: A, properties: [{property: Validity, rating: '+', evidence: low, reason: One study.}]}
source: trial-2024
place: Methods
drivers: [workload]
---
Words.
""",
    "drivers/old.md": """---
title: Old
summary: What was called workload.
status: withdrawn
reviewed: 2026-11-01
withdrawn: {date: 2027-11-01, reason: It is workload., replaced_by: workload}
kind: driver
scope_note: The amount of work.
---
Words.
""",
}
"""Entries of well-formed fields, most of them wrong by some rule, so that rules ask for what their hints name too."""
Problems = Callable[..., list[str]]
Content = Callable[..., Path]


def codes(found: list[str]) -> list[str]:
    return [problem.split(": ")[1][:5] for problem in found]


def test_what_is_wrong_is_missing_and_the_rest_is_there() -> None:
    front, _ = parse(STUDY, "a.md")
    assert front is not None
    entry, _ = build(Study, front, slug="a", body="")
    left = salvage(Study, front, slug="a", body="")
    assert entry is None
    assert left.title == "A study"
    assert not hasattr(left.findings[0], "estimate")
    assert left.findings[1].ci is not None
    assert lacks(left, {Finding: ("estimate",)})
    assert not lacks(left, {Finding: ("ci",), Study: ("title",)})


def test_the_second_finding_is_checked_though_the_first_is_wrong(problems: Problems) -> None:
    found = problems({"studies/a.md": STUDY})
    assert "KB103" in codes(found)
    assert any("KB301 the estimate -1 must be inside its interval" in problem for problem in found)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("design: rct", "design: trial"),
        ("reading_basis: full-text\n", ""),
        ("findings:", "finding:"),
        ("findings:\n", "findings: none\nx:\n"),
        ("    id: burnout", "    id: Burn Out"),
        ("estimate: -0.79", "estimate: many"),
        ("n: 123", "n: some"),
        ("title: A trial", "title: [A, trial"),
    ],
)
def test_one_wrong_field_is_one_problem(content: Content, today: date, old: str, new: str) -> None:
    """Nothing follows from it: not in the entry, nor in those that rest on it."""
    root = content()
    path = root / "studies/trial-2024.md"
    text = path.read_text()
    path.write_text(text.replace(old, new, 1))
    found = check(root, today).problems
    lines = {(problem.path, problem.line) for problem in found}
    assert len(lines) <= (2 if "x:" in new else 1 if new != "    id: Burn Out" else 0), found


@pytest.mark.parametrize("status", ["publishd", "publish", "7"])
def test_a_status_that_cannot_be_read_counts_as_published(status: str) -> None:
    front, _ = parse(STUDY.replace("published", status), "a.md")
    assert front is not None
    assert salvage(Study, front, slug="a", body="").status is EntryStatus.PUBLISHED


def test_what_is_left_of_an_entry_is_never_in_the_knowledge_base(content: Content, today: date) -> None:
    loaded = load(content({"studies/a.md": STUDY}), today)
    assert "a" not in loaded.knowledge.studies
    assert [entry.slug for entry in loaded.salvaged] == ["a"]
    checked = check(loaded.root, today)
    assert "a" not in checked.knowledge.studies
    assert "studies/a" in checked.unread


def test_a_group_that_should_be_a_list_is_left_out_as_a_whole() -> None:
    text = "---\ntitle: A\njudgements: {body: a}\ndrivers: [{driver: b}]\ncost: high\n---\n"
    front, _ = parse(text, "a.md")
    assert front is not None
    left = salvage(Intervention, front, slug="a", body="")
    assert not hasattr(left, "judgements")
    assert not hasattr(left, "cost")
    assert left.drivers[0].driver == "b"
    assert not hasattr(left.drivers[0], "source")


def test_many_entries_with_the_same_fault_are_all_reported(problems: Problems) -> None:
    found = problems({f"studies/a-{n}.md": STUDY.replace("A study\n", f"Study {n}\n") for n in range(30)})
    assert codes(found).count("KB103") == codes(found).count("KB301") == 30


class Dumper(yaml.SafeDumper):
    """Writes decimals as numbers."""


Dumper.add_representer(Decimal, lambda dumper, number: dumper.represent_scalar("tag:yaml.org,2002:float", str(number)))


def places(value: object, loc: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The place of every field in front matter, groups and lists too."""
    named = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in named:
        yield (*loc, name)
        yield from places(part, (*loc, name))


@pytest.mark.slow
def test_whatever_field_is_wrong_every_rule_can_be_applied(content: Content, today: date) -> None:
    """A rule declares all fields that it needs: else one that could not be read would end the whole check."""
    root = content(RICH)
    for path in [root / name for name in (*RICH, "studies/trial-2024.md", "frameworks/themes.md")]:
        text = path.read_text()
        front, _ = parse(text, path.name)
        assert front is not None
        for loc in places(front.values):
            values = deepcopy(dict(front.values))
            around = values
            for part in loc[:-1]:
                around = around[part]
            around[loc[-1]] = {"wrong": "here"}
            path.write_text(f"---\n{yaml.dump(values, Dumper=Dumper)}---\n{front.body}\n")
            assert check(root, today).problems, loc
        path.write_text(text)
