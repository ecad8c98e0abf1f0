"""What the rules let pass, and what they must find beyond the cases of tests/bad."""

from pathlib import Path

import pytest

from kb.check.rules import RULES
from kb.problems import CODES

BASE = Path(__file__).parents[2] / "bad" / "_base"
CLAIM = "  - {driver: workload, basis: inferred, source: trial-2024, place: Box 1}\n"
HEAD = "summary: A short entry.\nreviewed: 2026-11-01\n"


def page(text, status="draft"):
    return f"---\ntitle: A page\nstatus: {status}\n{HEAD}---\n{text}\n"


def study(findings, more=""):
    return (
        f"---\ntitle: A study\nstatus: draft\n{HEAD}reference: trial-2024\ndesign: rct\nreading_basis: full-text\n"
        "findings:\n  - {outcome: burnout, instrument: pfi, scale: burnout, comparison: randomized, place: Table 3, "
        f"{findings}}}\n{more}---\n"
    )


def intervention(claims=CLAIM, more=""):
    return f"---\ntitle: A way\nstatus: draft\n{HEAD}category: workflow\nlevel: team\ndrivers:\n{claims}{more}---\n"


def codes(problems):
    return [problem.split(": ")[1][:5] for problem in problems]


def test_every_rule_states_itself_with_its_code():
    for rule in (rule.find for rule in RULES):
        assert rule.__doc__, rule.__name__
        assert any(code in rule.__doc__ for code in CODES), f"{rule.__name__} names no code"


def test_a_mismatch_that_a_discrepancy_names_is_no_error(problems):
    wrong = "id: fell, measure: mean-difference, estimate: -0.79, ci: [-0.70, -0.32]"
    settled = (
        "discrepancies:\n  - place: Table 3\n    issue: The table prints -0.79 outside of its interval.\n"
        "    resolution: The estimate is recorded as printed.\n    findings: [fell]\n"
    )
    assert problems({"studies/a.md": study(wrong, settled)}) == []


def test_a_mismatch_of_another_finding_stays_an_error(problems):
    wrong = "id: fell, measure: mean-difference, estimate: -0.79, ci: [-0.70, -0.32]}\n"
    other = "  - {id: rose, outcome: stress, comparison: qualitative, measure: other, place: Table 4"
    settled = (
        "discrepancies:\n  - place: Table 4\n    issue: The table and the text do not agree here.\n"
        "    resolution: The table is recorded as printed.\n    findings: [rose]\n"
    )
    text = study("@", settled).replace(", @}", f", {wrong}{other}}}")
    assert codes(problems({"studies/a.md": text})) == ["KB301"]


def test_a_direction_is_recorded_where_no_scale_says_which_way_is_good(problems):
    told = "id: fell, measure: mean-change, p: '<.001', direction: favors-intervention"
    assert problems({"studies/a.md": study(told)}) == []


def test_an_inferred_claim_in_a_term_needs_no_sibling(problems):
    claims = CLAIM.replace("}", ", term: themes/kind-of-work}")
    assert problems({"interventions/a.md": intervention(claims=claims)}) == []


def test_a_draft_may_name_a_draft_and_a_withdrawn_entry(problems):
    claims = CLAIM.replace("workload", "unfinished")
    reported = "reported: [{outcome: burnout, study: retracted-2019, place: Table 3}]\n"
    assert problems({"interventions/a.md": intervention(claims, reported)}) == []


def test_a_draft_may_lack_sections(problems):
    assert problems({"interventions/a.md": intervention()}) == []


@pytest.mark.parametrize(
    "link",
    [
        "[x](https://example.org/a)",
        "[x](http://example.org)",
        "[x](mailto:a@example.org)",
        "[x](#what-it-is)",
        "[x](/drivers/workload/)",
        "[x](/drivers/workload/#what-it-is)",
        "[x](/drivers/)",
        "[x](/about/)",
        "[x](/)",
        "`[x](javascript:alert(1))`",
        "```\n[x](nowhere)\n```",
    ],
)
def test_a_link_that_leads_somewhere_passes(problems, link):
    assert problems({"pages/a.md": page(link)}) == []


@pytest.mark.parametrize(
    "link",
    [
        "[x](javascript:alert(1))",
        "[x](JAVASCRIPT:alert(1))",
        "[x](data:text/html,x)",
        "[x](drivers/workload/)",
        "[x](../drivers/workload.md)",
        "[x](//example.org/a)",
        "[x](/driver/workload/)",
        "[x](/drivers/nobody/)",
        "[x](/abuot/)",
        "[x](/drivers/workload/more/)",
        "[x][1]\n\n[1]: javascript:alert(1)",
        "[x][1]\n\n[1]: /drivers/nobody/",
        "<javascript:alert(1)>",
        '<a href="javascript:alert(1)">x</a>',
    ],
)
def test_a_link_that_leads_nowhere_or_is_unsafe_is_found(problems, link):
    assert codes(problems({"pages/a.md": page(link)})) == ["KB403"]


def test_a_published_text_does_not_link_to_a_draft(problems):
    assert codes(problems({"pages/a.md": page("[x](/drivers/unfinished/)", "published")})) == ["KB403"]


def test_a_link_below_an_image_is_told_on_its_line(problems):
    found = problems({"pages/a.md": page("One.\n![a chart](chart.png)\n[x](nowhere.md)")})
    assert [problem.split(" ")[0] for problem in found] == ["content/pages/a.md:8:", "content/pages/a.md:9:"]


@pytest.mark.parametrize(
    "summary",
    [
        "Does it work?",
        "In the U.S. Army, P was .05 vs. .10 at the start.",
        "Dr. Moss, e.g. in Oslo, saw 12.5% less of it.",
    ],
)
def test_a_summary_of_one_sentence_may_hold_abbreviations_and_numbers(problems, summary):
    assert problems({"pages/a.md": page("x").replace("A short entry.", summary)}) == []


def test_a_heading_in_code_is_no_section(problems):
    text = "```\n## What was done\n```\n"
    published = study("id: fell, measure: other").replace("draft", "published") + text
    assert "KB401" in codes(problems({"studies/a.md": published}))


@pytest.mark.parametrize("entry", ["study", "driver", "intervention", "instrument", "framework"])
def test_what_does_not_exist_is_named_in_plain_english(problems, entry):
    reported = "reported: [{outcome: burnout, study: trial-1999, place: Table 3}]\n"
    named = {
        "study": {"interventions/a.md": intervention(more=reported)},
        "driver": {"interventions/a.md": intervention(claims=CLAIM.replace("workload", "nobody"))},
        "intervention": {"interventions/a.md": intervention(more="related: [nobody]\n")},
        "instrument": {"studies/a.md": study("id: a, measure: other", "instruments: [nobody]\n")},
        "framework": {"studies/a.md": study("id: a, measure: other", "classifications: [nobody/x]\n")},
    }
    (problem,) = problems(named[entry])
    assert f"there is no {'term' if entry == 'framework' else entry} " in problem


def test_one_doi_in_two_spellings_is_still_one(problems):
    known = (BASE / "references.bib").read_text(encoding="utf-8")
    bibliography = known.replace("10.1000/quiet-2024", "10.1000/QUIET-2025")
    assert codes(problems({"references.bib": bibliography})) == ["KB207"]


@pytest.mark.parametrize("slug", ["index", "theme", "graphql", "interventions", "search", "gap-map"])
def test_a_page_takes_no_address_of_the_site(problems, slug):
    assert codes(problems({f"pages/{slug}.md": page("Words.")})) == ["KB101"]


def test_a_finding_hidden_by_a_repeated_id_is_not_missing_too(problems):
    other = "  - {outcome: stress, comparison: qualitative, place: Table 4, id: rose, measure: other"
    twice = f"id: rose, measure: other}}\n{other}"
    claim = CLAIM.replace("inferred", "measured").replace("}", ", finding: a/fell}")
    files = {"studies/a.md": study(twice), "interventions/b.md": intervention(claim)}
    assert codes(problems(files)) == ["KB206"]


@pytest.mark.parametrize(("level", "found"), [("0.95", ["KB103"]), ("99.999", ["KB103"]), ("90", []), ("99.9", [])])
def test_the_level_of_an_interval_is_a_percentage_that_a_source_could_print(problems, level, found):
    numbers = f"id: fell, measure: mean-difference, estimate: -0.5, ci: [-0.8, -0.2], ci_level: {level}"
    assert codes(problems({"studies/a.md": study(numbers)})) == found
