"""Which side a finding speaks for: estimate, interval or P value, and the scale."""

from datetime import date

import pytest

from kb.grading import direction_of, higher_is_worse, lower_is_better
from kb.grading.direction import computed
from kb.model import Direction, Instrument

FOR, AGAINST, UNCLEAR = "favors-intervention", "favors-comparator", "no-clear-difference"


@pytest.mark.parametrize(
    ("fields", "worse", "direction"),
    [
        ({"estimate": "-0.79", "ci": ("-1.27", "-0.32")}, True, FOR),
        ({"estimate": "-0.79", "ci": ("-1.27", "-0.32")}, False, AGAINST),
        ({"estimate": "0.79", "ci": ("0.32", "1.27")}, True, AGAINST),
        ({"estimate": "0.79", "ci": ("0.32", "1.27")}, False, FOR),
        ({"estimate": "-0.09", "ci": ("-0.60", "0.42")}, True, UNCLEAR),
        ({"estimate": "-0.51", "ci": ("-1.02", "0.00")}, True, UNCLEAR),
        ({"estimate": "0.60", "ci": ("0.40", "0.90"), "measure": "odds-ratio"}, True, FOR),
        ({"estimate": "1.60", "ci": ("1.10", "2.33"), "measure": "risk-ratio"}, True, AGAINST),
        ({"estimate": "0.80", "ci": ("0.50", "1.28"), "measure": "hazard-ratio"}, True, UNCLEAR),
        ({"estimate": "-0.79", "p": ".001"}, True, FOR),
        ({"estimate": "-0.79", "p": "<.001"}, True, FOR),
        ({"estimate": "-0.79", "p": "<.05"}, True, FOR),
        ({"estimate": "-0.79", "p": ".05"}, True, UNCLEAR),
        ({"estimate": "-0.79", "p": ">.05"}, True, UNCLEAR),
        ({"estimate": "-0.79", "p": ">.01"}, True, UNCLEAR),
        ({"estimate": "-0.79", "p": ".73"}, True, UNCLEAR),
        ({"estimate": "-12", "p": ".01", "measure": "relative-change"}, True, FOR),
    ],
)
def test_the_direction_follows_from_the_numbers_and_the_scale(finding, fields, worse, direction):
    assert computed(finding(**fields), worse) == direction


@pytest.mark.parametrize(
    ("fields", "worse"),
    [
        ({"estimate": "-0.79", "ci": ("-1.27", "-0.32")}, None),
        ({"estimate": "-0.79"}, True),
        ({"p": ".001"}, True),
        ({"estimate": "34", "ci": ("30", "38"), "measure": "proportion"}, True),
        ({"estimate": "3.4", "p": ".001", "measure": "mean"}, True),
    ],
)
def test_the_direction_is_not_computed_where_something_is_missing(finding, fields, worse):
    assert computed(finding(**fields), worse) is None


def test_the_interval_counts_before_the_p_value(finding):
    shown = finding(estimate="-0.79", ci=("-1.60", "0.02"), p=".04")
    assert computed(shown, True) is Direction.NO_CLEAR_DIFFERENCE


def test_a_computed_direction_counts_before_a_recorded_one(finding):
    shown = finding(estimate="-0.79", ci=("-1.27", "-0.32"), direction="favors-comparator")
    assert direction_of(shown, True) is Direction.FAVORS_INTERVENTION
    assert direction_of(shown, None) is Direction.FAVORS_COMPARATOR


@pytest.mark.parametrize("comparison", ["association", "descriptive", "psychometric", "qualitative"])
def test_a_direction_does_not_apply_to_findings_that_show_no_effect(finding, comparison):
    shown = finding(comparison=comparison, estimate="-0.79", ci=("-1.27", "-0.32"))
    assert direction_of(shown, True) is Direction.NOT_APPLICABLE


def test_the_scale_of_the_finding_says_which_way_is_worse(finding):
    instrument = Instrument(
        slug="pfi",
        body="",
        title="Index",
        summary="A questionnaire.",
        status="published",
        reviewed=date(2026, 11, 1),
        constructs=["burnout"],
        scales=[
            {"slug": "burnout", "label": "Burnout", "higher_is_worse": True},
            {"slug": "fulfillment", "label": "Fulfillment", "higher_is_worse": False},
            {"slug": "hours", "label": "Hours"},
        ],
        source="trial-2024",
        place="Methods",
    )
    told = [
        higher_is_worse(finding(instrument="pfi", scale=scale), {"pfi": instrument})
        for scale in ("burnout", "fulfillment", "hours", "unknown", None)
    ]
    assert told == [True, False, None, None, None]
    assert higher_is_worse(finding(), {"pfi": instrument}) is None


@pytest.mark.parametrize(
    ("fields", "worse", "lower"),
    [
        ({"estimate": "0.79", "direction": FOR}, True, True),
        ({"estimate": "-6.7", "direction": FOR}, None, True),
        ({"estimate": "14.7", "direction": FOR, "measure": "risk-difference"}, None, False),
        ({"estimate": "5.8", "direction": AGAINST}, None, True),
        ({"estimate": "0.6", "direction": FOR, "measure": "odds-ratio"}, None, True),
        ({"estimate": "-6.7", "direction": UNCLEAR}, None, None),
    ],
)
def test_the_good_side_is_that_of_the_scale_or_of_a_recorded_direction(finding, fields, worse, lower):
    assert lower_is_better(finding(**fields), worse) is lower
