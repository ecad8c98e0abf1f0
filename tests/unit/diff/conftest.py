"""A small trial of an intervention, in files whose text the tests of this folder know."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

STUDY = """---
title: A trial
summary: A study of quiet hours.
status: published
reviewed: 2026-11-01
reference: moss-2024
design: rct
reading_basis: full-text
sites: 4
funding: not-read
conflicts: not-read
interventions: [quiet-hours]
arms:
  - {slug: quiet, label: Quiet, role: intervention, intervention: quiet-hours}
  - {slug: usual, label: Usual, role: control, comparator_class: inactive}
appraisals:
  - {tool: RoB 2, overall: low}
findings:
  - {id: fell, outcome: burnout, instrument: pfi, scale: burnout, comparison: randomized, measure: mean-difference, \
estimate: -0.79, ci: [-1.27, -0.32], p: '.001', sd: 1.5, n: 123, weeks_after_start: 12, place: Table 3, \
arms: [{arm: quiet}, {arm: usual}]}
  - {id: theme, outcome: burnout, comparison: qualitative, measure: other, n: 26, place: Box 1}
---
## What was done

Words.

## What was found

Words.

## How far to trust it

Words.
""".replace("\\\n", "")
INTERVENTION = """---
title: Quiet hours
summary: Two hours a day without messages.
status: published
reviewed: 2026-11-01
category: workflow
level: team
ongoing: true
drivers:
  - {driver: workload, basis: stated, source: trial-2024, place: Box 1, term: themes/kind-of-work}
  - {driver: paperwork, basis: stated, source: trial-2024, place: Box 1, term: themes/kind-of-work}
instruments: [pfi]
judgements:
  - body: burnout/inactive/short/randomized
    down:
      - {domain: imprecision, steps: 1, reason: The trial had 123 participants.}
---
## What it is

See [workload](/drivers/workload/).

## Does it work

It may [@moss-2024, Table 3].

## Who it suits

Words.

## How to do it

Words.

## What to measure

Words.

## What is not known

Words.
"""


@pytest.fixture
def small() -> Callable[[Path], None]:
    """Writes them into a content folder, in place of those that are there."""

    def write(root: Path) -> None:
        (root / "studies/trial-2024.md").write_text(STUDY)
        (root / "interventions/quiet-hours.md").write_text(INTERVENTION)

    return write
