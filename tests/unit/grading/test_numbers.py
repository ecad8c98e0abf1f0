"""Numbers that must agree: a check fails only if no values that round to the printed ones agree."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from kb.grading.numbers import mismatches, null_of, p_range, spread
from kb.model import EffectMeasure, Finding


def codes(finding):
    return [mismatch.code for mismatch in mismatches(finding)]


def test_printed_digits_are_kept(finding):
    assert str(finding(estimate="-0.60").estimate) == "-0.60"
    assert spread(Decimal("-0.60")) == (-0.605, -0.595)
    assert spread(Decimal("-0.6")) == (-0.65, -0.55)
    assert spread(Decimal("12")) == (11.5, 12.5)


def test_every_row_of_a_real_trials_table_agrees_with_itself(real):
    rows = [f for f in real.knowledge.studies["kiser-2024"].findings if f.place.startswith("Table 3")]
    rows = [row for row in rows if row.ci]
    assert len(rows) == 10
    assert {row.id: codes(row) for row in rows} == {row.id: [] for row in rows}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"estimate": "-0.79", "ci": ("-1.27", "-0.32"), "p": ".001"}, []),
        # The estimate and its interval
        ({"estimate": "-0.79", "ci": ("-0.70", "-0.32")}, ["KB301"]),
        ({"estimate": "-0.79", "ci": ("-0.32", "-1.27")}, ["KB301"]),
        ({"estimate": "33", "ci": ("35", "40"), "measure": "proportion"}, ["KB301"]),
        ({"estimate": "34", "ci": ("34.4", "40"), "measure": "proportion"}, []),
        # Symmetry, within what rounding allows
        ({"estimate": "-0.79", "ci": ("-1.27", "-0.23")}, ["KB302"]),
        ({"estimate": "-0.79", "ci": ("-1.26", "-0.32")}, []),
        ({"estimate": "-0.8", "ci": ("-1.27", "-0.32")}, []),
        ({"estimate": "2.0", "ci": ("1.1", "3.6"), "measure": "odds-ratio"}, []),
        ({"estimate": "34", "ci": ("20", "60"), "measure": "proportion"}, []),
        ({"estimate": "0.5", "ci": ("0.1", "0.7"), "measure": "correlation"}, []),
        # The P value and the interval
        ({"estimate": "-0.79", "ci": ("-1.27", "-0.32"), "p": ".04"}, ["KB303"]),
        ({"estimate": "-0.09", "ci": ("-0.60", "0.42"), "p": "<.001"}, ["KB303"]),
        ({"estimate": "-0.09", "ci": ("-0.60", "0.42"), "p": ".73"}, []),
        ({"estimate": "-0.79", "ci": ("-1.27", "-0.32"), "p": "<.05"}, []),
        ({"estimate": "-0.79", "ci": ("-1.27", "-0.32"), "p": ">.05"}, ["KB303"]),
        ({"estimate": "6.17", "ci": ("1.1", "41"), "measure": "odds-ratio", "p": ".04"}, []),
        ({"estimate": "2.0", "ci": ("1.1", "3.6"), "measure": "odds-ratio", "p": ".02"}, []),
        ({"estimate": "2.0", "ci": ("1.1", "3.6"), "measure": "odds-ratio", "p": ".30"}, ["KB303"]),
        ({"estimate": "-0.79", "ci": ("-1.19", "-0.39"), "ci_level": "90", "p": ".001"}, []),
        ({"estimate": "34", "ci": ("30", "38"), "measure": "proportion", "p": ".90"}, []),
        # A percentage and its counts
        ({"measure": "proportion", "unit": "%", "estimate": "42.5", "events": 17, "total": 40}, []),
        ({"measure": "proportion", "unit": "%", "estimate": "42", "events": 17, "total": 40}, []),
        ({"measure": "proportion", "unit": "%", "estimate": "43", "events": 17, "total": 40}, []),
        ({"measure": "proportion", "unit": "%", "estimate": "34", "events": 17, "total": 40}, ["KB304"]),
        ({"measure": "proportion", "unit": "%", "estimate": "42.6", "events": 17, "total": 40}, ["KB304"]),
        ({"measure": "proportion", "events": 41, "total": 40}, ["KB304"]),
        ({"measure": "proportion", "events": 0, "total": 0}, ["KB304"]),
    ],
)
def test_numbers_are_checked_for_all_values_that_round_to_what_is_printed(finding, fields, expected):
    assert codes(finding(**fields)) == expected


def test_a_mismatch_names_the_field_the_numbers_and_the_place(finding):
    (mismatch,) = mismatches(finding(estimate="-0.79", ci=("-0.70", "-0.32"), place="Table 3, row 3"))
    assert mismatch.loc == ("estimate",)
    assert all(number in mismatch.message for number in ("-0.79", "-0.70", "-0.32"))
    assert "Table 3, row 3" in mismatch.hint


@pytest.mark.parametrize(
    ("printed", "values"),
    [("<.001", (0.0, 0.001)), (">.05", (0.05, 1.0)), (".04", (0.035, 0.045)), ("1", (0.5, 1.0))],
)
def test_a_printed_p_value_stands_for_all_that_round_to_it(printed, values):
    assert p_range(printed) == pytest.approx(values)


def test_the_null_is_zero_for_differences_one_for_ratios_and_missing_for_the_rest():
    nulls = {measure: null_of(measure) for measure in EffectMeasure}
    assert {m for m, null in nulls.items() if null == 1} == {
        *("odds-ratio", "risk-ratio", "hazard-ratio", "incidence-rate-ratio", "ratio-of-means")
    }
    assert {m for m, null in nulls.items() if null == 0} == {
        *("mean-difference", "standardized-mean-difference", "mean-change", "relative-change", "risk-difference"),
        *("median-difference", "regression-coefficient", "correlation"),
    }


@given(estimate=st.integers(-500, 500), half=st.integers(1, 500), places=st.integers(0, 2))
def test_a_symmetric_interval_rounded_to_any_digits_is_never_refused(estimate, half, places):
    def rounded(hundredths):
        return Decimal(hundredths).scaleb(-2).quantize(Decimal(1).scaleb(-places))

    shown = Finding(
        id="a",
        outcome="burnout",
        comparison="randomized",
        measure="mean-difference",
        estimate=rounded(estimate),
        ci=(rounded(estimate - half), rounded(estimate + half)),
        place="Table 1",
    )
    assert codes(shown) == []


@given(events=st.integers(0, 500), more=st.integers(0, 500), places=st.integers(0, 2))
def test_a_percentage_computed_from_its_counts_is_never_refused(events, more, places):
    total = max(1, events + more)
    exact = Decimal(100 * events) / Decimal(total)
    shown = Finding(
        id="a",
        outcome="burnout",
        comparison="descriptive",
        measure="proportion",
        unit="%",
        estimate=round(exact, places),
        events=events,
        total=total,
        place="Table 1",
    )
    assert codes(shown) == []


@pytest.mark.parametrize("level", ["0", "100", "150", "-5"])
def test_a_level_that_no_interval_can_have_is_refused(finding, level):
    with pytest.raises(ValidationError):
        finding(estimate="-0.79", ci=("-1.27", "-0.32"), p=".001", ci_level=level)
