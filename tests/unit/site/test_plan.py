"""The plan: options in the order of all lists, money bands, whom texts name, and what doing nothing costs."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.check import Checked
from kb.grading import statements
from kb.model import Cost, CostBand, EntryStatus, Intervention, InterventionCategory, Magnitude
from kb.site.context import Context
from kb.site.plan import Option, plan_page
from kb.view import figures
from kb.view.audience import PEOPLE, PLACES, people_of, places_of, roles_of
from kb.view.catalog import Catalog
from kb.view.doing_nothing import Estimate, besides, due_to_burnout, estimates, money
from kb.view.price import LABELS, band, paid, price, price_text
from kb.view.relations import addressed

SHARES = st.floats(0, 1)


@pytest.fixture(scope="module")
def page(real: Checked) -> Context:
    return plan_page(Catalog(real.knowledge))


@pytest.fixture(scope="module")
def ways(real: Checked) -> tuple[Estimate, ...]:
    return estimates(Catalog(real.knowledge))


def _options(page: Context) -> dict[str, Option]:
    """All options of the page by slug, each once."""
    complaints = [complaint for _, complaints in page.groups for complaint in complaints]
    return {option.entry.slug: option for complaint in complaints for option in complaint.options}


def test_every_intervention_that_addresses_a_driver_is_an_option_under_each_of_its_drivers(
    page: Context, real: Checked
) -> None:
    listed = {
        (complaint.driver.slug, option.entry.slug)
        for _, complaints in page.groups
        for complaint in complaints
        for option in complaint.options
    }
    published = [i for i in real.knowledge.interventions.values() if i.status is EntryStatus.PUBLISHED]
    assert listed == {(driver, entry.slug) for entry in published for driver in addressed(entry)}


def test_options_rank_as_in_all_lists(page: Context, real: Checked) -> None:
    ranked = sorted(_options(page).values(), key=lambda option: option.rank)
    order = [entry.slug for entry in Catalog(real.knowledge).relations.interventions]
    assert [option.entry.slug for option in ranked] == [slug for slug in order if slug in _options(page)]
    assert [option.entry.slug for option in page.strongest] == order[: len(page.strongest)]


def test_what_an_option_may_change_is_what_its_own_page_says(page: Context) -> None:
    shown = 0
    for option in _options(page).values():
        headline = option.assessment.headline
        if headline is None:
            assert (option.statement, option.hundred) == (option.assessment.verdict.meaning, "")
            continue
        assert option.statement == statements.statement(headline)
        said = statements.of_hundred(headline.synthesis) or ""
        assert (
            option.hundred.replace("Of 100 nurses", "Of 100 people").replace("Of 100 physicians", "Of 100 people")
            == said
        )
        shown += bool(said)
    assert shown > 10


def test_of_100_names_physicians_only_where_only_physicians_were_studied(page: Context) -> None:
    named = [option for option in _options(page).values() if option.hundred.startswith("Of 100 physicians")]
    assert named
    for option in named:
        assert option.assessment.headline
        for result in option.assessment.headline.counted:
            assert people_of([result.study.population or ""]) == ("physicians",)


def test_every_published_figure_on_the_page_has_its_source(ways: tuple[Estimate, ...]) -> None:
    for way in ways:
        for item in way.assumptions:
            assert (item.value is None) == (item.source is None), item.name
            assert item.source is None or (item.source.href.startswith("/studies/") and item.source.place)
    assert [item.name for way in ways for item in way.assumptions if item.value is None] == [
        *("turnover-others", "low-others", "high-others"),
    ]


def test_the_worked_example(ways: tuple[Estimate, ...]) -> None:
    assert [(way.title, way.result) for way in ways] == [
        ("Physicians who leave or cut their hours because of burnout", "$760,000 a year"),
        ("Nurses who leave, whatever the reason", "About 16 a year, $337,000 to $1 million"),
        ("Others who leave, whatever the reason", "Nobody entered"),
        ("Physicians who leave because of burnout", "About 2.6 a year, $1.3 million to $2.6 million"),
        ("Nurses who leave because of burnout", "$1.7 million a year"),
    ]


def test_in_short_there_is_one_way_to_count_for_each_kind_of_people(ways: tuple[Estimate, ...], built: Path) -> None:
    assert [way.role for way in ways if way.cautious] == ["physicians", "nurses", "others"]
    written = (built / "plan/index.html").read_text(encoding="utf-8")
    short = written.partition('<ul id="answer">')[2].partition("</ul>")[0]
    for way in ways:
        assert (way.title in short) is (way.cautious and way.role != "others"), way.title
    before, _, after = written.partition("Other ways to count")
    assert "do not fit with the figures above" in after
    for way in ways:
        assert f'data-estimate="{way.name}" data-role="{way.role}"' in (
            before.replace(" data-short", "") if way.cautious else after
        )


def test_what_the_page_says_of_how_the_ways_fit_holds_for_the_published_figures(ways: tuple[Estimate, ...]) -> None:
    value = {item.name: float(item.value) for way in ways for item in way.assumptions if item.value is not None}
    part = due_to_burnout(
        *(value[f"{name}-physicians"] / 100 for name in ("turnover", "burnout")), value["times-physicians"]
    )
    assert value["model-physicians"] < part * value["low-physicians"]
    assert value["model-nurses"] > value["turnover-nurses"] / 100 * value["high-nurses"]


def test_what_is_not_counted_is_told_with_its_source(page: Context) -> None:
    assert [(fact.label, fact.source.label) for fact in page.besides] == [
        ("Not counted", "Sinsky et al 2022"),
        ("For comparison", "Hamidi et al 2018"),
    ]
    assert "260 million US dollars per year" in page.besides[0].text
    assert "15.5 to 55.5 million US dollars over two years" in page.besides[1].text


def test_where_no_study_on_money_is_there_the_figures_are_open(real: Checked) -> None:
    """A knowledge base without them still has the page, which asks for the reader's own figures."""
    bare = Catalog(dataclasses.replace(real.knowledge, studies={}))
    assert besides(bare) == ()
    results = [way.result for way in estimates(bare)]
    missing = "Enter the figures that are missing"
    assert results == [missing, missing, "Nobody entered", missing, missing]


def test_the_published_worksheet_is_met() -> None:
    """Shanafelt, Goh and Sinsky 2017: 7% turnover, 54% burned out, twice as likely to leave; 2.5 of 100 a year."""
    part = due_to_burnout(0.07, 0.54, 2)
    assert round(100 * part, 1) == 2.5
    assert money(100 * part * 500_000) == "$1.2 million"


@given(SHARES, SHARES, st.floats(0, 50))
def test_the_part_due_to_burnout_is_a_part(turnover: float, burnout: float, times: float) -> None:
    part = due_to_burnout(turnover, burnout, times)
    assert 0 <= part <= turnover
    assert due_to_burnout(turnover, 0, times) == 0
    assert due_to_burnout(turnover, burnout, 1) == 0


@given(st.floats(0, 0.9), SHARES, st.floats(1, 50))
def test_those_who_are_burned_out_leave_as_many_times_as_often(turnover: float, burnout: float, times: float) -> None:
    """The two groups' rates, weighed by their sizes, give the turnover of all."""
    without = turnover - due_to_burnout(turnover, burnout, times)
    assert burnout * times * without + (1 - burnout) * without == pytest.approx(turnover)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "$0"), (1, "$1"), (7600, "$7,600"), (9999, "$9,999"), (10_400, "$10,000"), (760_000, "$760,000"),
        (999_499, "$999,000"), (999_500, "$1 million"), (1_250_001, "$1.3 million"), (2.6e9, "$2.6 billion"),
        (5e13, "$50 trillion"),
    ],
)  # fmt: skip
def test_money_has_no_more_digits_than_an_estimate_deserves(amount: float, text: str) -> None:
    assert money(amount) == text


def _entry(real: Checked, cost: Cost, category: InterventionCategory) -> Intervention:
    some = next(iter(real.knowledge.interventions.values()))
    return some.model_copy(update={"cost": cost, "category": category})


def _cost(**given: object) -> Cost:
    return Cost.model_validate({"source": "a-2020", "place": "Abstract", **given})


def test_a_band_is_the_one_recorded_else_that_of_an_amount_for_one_person() -> None:
    assert band(_cost(band="under-50", amount=1400, currency="USD", per="participant")) is CostBand.UNDER_50
    for amount, found in (
        (0, CostBand.UNDER_50),
        (50, CostBand.UNDER_50),
        (51, CostBand.TO_250),
        (5001, CostBand.OVER_5000),
    ):
        assert band(_cost(amount=amount, currency="USD", per="participant")) is found
    for other in (
        {"currency": "EUR", "per": "participant"},
        {"currency": "USD", "per": "hospital"},
        {"currency": "USD"},
    ):
        assert band(_cost(amount=100, **other)) is CostBand.UNKNOWN
    assert band(Cost()) is CostBand.UNKNOWN


def test_without_a_figure_a_source_has_the_word_and_only_software_is_asked_of_a_vendor(real: Checked) -> None:
    assert price(_entry(real, _cost(level="low"), InterventionCategory.TECHNOLOGY)).label == "Low, no figure given"
    assert price(_entry(real, Cost(), InterventionCategory.TECHNOLOGY)).label == "Ask the vendor"
    assert price(_entry(real, Cost(), InterventionCategory.TRAINING)).label == "Not reported"
    known = price(_entry(real, _cost(band="1000-5000"), InterventionCategory.TRAINING))
    assert known == ("1000-5000", "$1,000 to $5,000 a person and year", 1000, 5000)
    assert price(_entry(real, _cost(band="over-5000"), InterventionCategory.TRAINING)).high is None


def test_a_list_says_every_amount_and_never_no_figure_above_a_figure(real: Checked) -> None:
    def said(category: InterventionCategory = InterventionCategory.TRAINING, **given: object) -> tuple[str, str]:
        return paid(_entry(real, _cost(**given), category))

    dollars = {"amount": 1400, "currency": "USD", "year": 2021, "per": "participant"}
    assert said(**dollars, note="N.") == ("$1,000 to $5,000 a person and year (1,400 USD (2021) per participant)", "N.")
    assert said(amount=98588, currency="USD", per="year for ten doctors") == ("98,588 USD per year for ten doctors", "")
    assert said(level="moderate", note="A trial lists $1400.") == ("A trial lists $1400.", "")
    assert said(level="moderate", note="No price.") == ("Moderate, no figure given", "No price.")
    assert said() == ("Not reported", "")
    assert said(band="50-250", note="About 99.") == ("$50 to $250 a person and year", "About 99.")


def test_no_cost_of_the_content_contradicts_itself(page: Context) -> None:
    for option in _options(page).values():
        cost = option.entry.cost
        assert cost.amount is None or figures.number(cost.amount) in option.paid, option.entry.slug
        if "no figure given" in option.paid or option.paid == "Not reported":
            assert not any(sign.isdigit() for sign in option.cost_note), option.entry.slug


def test_where_one_study_is_behind_an_effect_it_is_said_who_was_in_it(page: Context) -> None:
    tested = 0
    for option in _options(page).values():
        headline = option.assessment.headline
        studies = {result.study.slug: result.study for result in headline.counted} if headline else {}
        if len(studies) == 1:
            (study,) = studies.values()
            assert (study.population or "").rstrip(".") in option.tested
            assert (study.country or "") in option.tested
            tested += 1
        else:
            assert option.tested == "", option.entry.slug
    assert tested > 10


def test_all_bands_and_words_have_a_label() -> None:
    assert {*CostBand, *Magnitude} - {CostBand.UNKNOWN} <= {*LABELS, Magnitude.UNKNOWN}
    assert price_text(_cost(amount=1400, currency="USD", year=2021, per="participant")) == (
        "1,400 USD (2021) per participant; $1,000 to $5,000 a person and year"
    )


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Primary care physicians, nurse practitioners and physician assistants", ("physicians", "advanced-practice")),
        ("Physicians in training", ("physicians", "trainees")),
        ("Internists", ("physicians",)),
        ("Interns", ("trainees",)),
        ("Head nurses", ("nurses",)),
        ("Hospital pharmacists and pharmacy residents", ("other-people",)),
        ("Health care workers of all kinds", ("all-kinds",)),
        ("Police cadets and officers (where it was proposed)", ("other-people",)),
    ],
)
def test_whom_a_text_names(text: str, kinds: tuple[str, ...]) -> None:
    assert people_of([text]) == kinds


def test_what_names_nobody_is_not_reported_and_fits_all(real: Checked) -> None:
    nobody = _entry(real, Cost(), InterventionCategory.POLICY).model_copy(update={"populations": ()})
    assert people_of(()) == places_of(()) == ("not-reported",)
    assert roles_of(nobody) == ("physicians", "nurses", "others")
    assert roles_of(nobody.model_copy(update={"populations": ("Residents",)})) == ("physicians",)
    assert roles_of(nobody.model_copy(update={"populations": ("Nurses", "Medical assistants")})) == ("nurses", "others")


def test_every_text_of_the_content_is_put_somewhere_and_few_in_the_rest(real: Checked) -> None:
    entries = real.knowledge.interventions.values()
    for texts, kinds, of, rest in (
        ({t for e in entries for t in e.populations}, PEOPLE, people_of, "other-people"),
        ({t for e in entries for t in e.settings}, PLACES, places_of, "other-place"),
    ):
        found = [of([text]) for text in texts]
        assert all(set(words) <= set(kinds) and words for words in found)
        assert sum(words == (rest,) for words in found) < len(found) / 5


def test_the_page_holds_the_options_by_complaint_and_the_example_without_its_script(page: Context, built: Path) -> None:
    written = (built / "plan/index.html").read_text(encoding="utf-8")
    for _, complaints in page.groups:
        for complaint in complaints:
            group = written.partition(f'<tbody data-driver="{complaint.driver.slug}">')[2].partition("</tbody>")[0]
            assert [group.count(f'href="../{option.entry.path}index.html"') for option in complaint.options] == [
                1 for _ in complaint.options
            ]
    for way in page.estimates:
        assert written.count(way.result) >= 1
    assert Decimal(page.budget) == 150_000


def test_the_driver_pages_and_home_lead_to_the_plan(built: Path) -> None:
    assert "plan/index.html?driver=workload" in (built / "drivers/workload/index.html").read_text(encoding="utf-8")
    assert 'plan/index.html">Plan with your people and budget' in (built / "index.html").read_text(encoding="utf-8")
