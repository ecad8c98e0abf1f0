"""Rules on bodies of evidence that need more than one file: what may stand together, and what may be set aside."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Check = Callable[..., list[str]]
REASON = "A reason that is long enough to be one."


def entry(body: str) -> dict[str, str]:
    text = (
        "---\ntitle: Louder hours\nsummary: A new one.\nstatus: draft\nreviewed: 2026-11-01\ncategory: workflow\n"
        "level: team\ndrivers:\n  - {driver: workload, basis: inferred, source: trial-2024, place: Box 1}\n"
        f"evidence:\n  - {{id: a, outcome: burnout, {body}}}\n---\n"
    )
    return {"interventions/louder-hours.md": text}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            "findings: [trial-2024/fell-in-many, trial-2024/theme]",
            "a body must not mix randomized findings with qualitative",
        ),
        (
            f"findings: [trial-2024/fell-in-many], overrides: [{{domain: imprecision, floor: 0, reason: {REASON}}}]",
            "imprecision has no floor above 0 to override",
        ),
        (
            "findings: [trial-2024/fell-in-many], reported_direction: favors-intervention",
            "have reported_direction",
        ),
        (
            f"findings: [trial-2024/fell-in-many], not_graded_reason: {REASON}",
            "not have not_graded_reason",
        ),
    ],
)
def test_what_a_body_may_not_hold(problems: Check, body: str, said: str) -> None:
    assert any(said in problem for problem in problems(entry(body)))


def test_an_override_of_a_real_floor_passes(problems: Check) -> None:
    override = f"overrides: [{{domain: imprecision, floor: 0, reason: {REASON}}}]"
    assert problems(entry(f"findings: [trial-2024/no-interval], {override}")) == []


def test_a_misspelled_scale_of_a_finding_gives_no_advice_to_remove_steps(problems: Check, content: Callable) -> None:
    study = (
        "---\ntitle: B\nsummary: A study.\nstatus: draft\nreviewed: 2026-11-01\n"
        "reference: trial-2024\ndesign: rct\n"
        "reading_basis: full-text\nfindings:\n  - {id: a, outcome: burnout, instrument: pfi, scale: burn-out, "
        "comparison: randomized, measure: mean-difference, estimate: -0.5, ci: [-0.7, -0.3], n: 900, "
        "place: Table 1}\n---\n"
    )
    found = problems({"studies/b.md": study, **entry("findings: [b/a]")})
    assert [problem.split()[1] for problem in found if "b.md" in problem or "louder" in problem] != []
    assert not any("KB308" in problem or "KB306" in problem for problem in found)
