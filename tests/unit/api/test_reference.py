"""Every list of the API equals a plain reading of the contract over the model, for thousands of generated arguments."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from kb import model
from kb.api import ApiContext, make_context
from kb.check import Checked
from kb.grading import assess_all, favors
from kb.model import Certainty, Entry, EntryStatus, Intervention, KnowledgeBase, Verdict
from kb.search import open_index

pytestmark = pytest.mark.slow

CONTENT = Path(__file__).parents[3] / "content"
DRIVERS = sorted(path.stem for path in (CONTENT / "drivers").glob("*.md"))
INSTRUMENTS, INTERVENTIONS, STUDIES = (
    sorted(path.stem for path in (CONTENT / folder).glob("*.md"))[::3]
    for folder in ("instruments", "interventions", "studies")
)
TERMS = [
    f"{path.stem}/{term['slug']}"
    for path in sorted((CONTENT / "frameworks").glob("*.md"))
    for term in yaml.safe_load(path.read_text(encoding="utf-8").split("---\n")[1])["terms"]
]
STRONGEST = [
    *("EVIDENCE_BASED", "PROMISING", "EARLY_SIGNS", "UNCERTAIN", "UNTESTED", "NO_IMPORTANT_EFFECT", "HARMFUL"),
]
TIES = ["MEASURED", "STATED", "INFERRED", "DISCUSSED"]
COSTS = ["LOW", "MODERATE", "HIGH"]
OUTCOMES = ["burnout", "exhaustion", "stress", "depression", "satisfaction", "ehr-time", "privacy"]


def repeatable(examples: int) -> Any:
    return settings(derandomize=True, max_examples=examples, phases=(Phase.generate, Phase.shrink))


# What is asked ---------------------------------------------------------------------------------------------------


def some(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A list, which may be null or empty, or a single value in its place."""
    return st.none() | st.lists(values, max_size=4) | values


def one(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


def names(kind: Any) -> st.SearchStrategy[str]:
    return st.sampled_from([value.name for value in kind])


drivers, terms = some(st.sampled_from(DRIVERS)), some(st.sampled_from(TERMS))
outcomes = some(st.sampled_from(OUTCOMES))
certainties = {
    "minCertainty": ("Certainty", one(names(Certainty))),
    "certainties": ("[Certainty!]", some(names(Certainty))),
    "graded": ("Boolean", one(st.booleans())),
}
words = some(st.sampled_from(["nurse", "Physicians", "residents", "hospital ", "united", "U", "zz"]))
days = st.sampled_from([str(date(2026, 6, 1) + timedelta(days=number)) for number in range(-1, 8)])
INPUTS: dict[str, dict[str, tuple[str, st.SearchStrategy[Any]]]] = {
    "InterventionFilter": {
        "drivers": ("[String!]", drivers),
        "allDrivers": ("Boolean", one(st.booleans())),
        "terms": ("[String!]", terms),
        "claimBasis": ("ClaimBasis", one(names(model.ClaimBasis))),
        "verdicts": ("[Verdict!]", some(names(Verdict))),
        **certainties,
        "outcomes": ("[String!]", outcomes),
        "populations": ("[String!]", words),
        "categories": ("[InterventionCategory!]", some(names(model.InterventionCategory))),
        "levels": ("[InterventionLevel!]", some(names(model.InterventionLevel))),
        "maxCost": ("Magnitude", one(names(model.Magnitude))),
        "maxEffort": ("Magnitude", one(names(model.Magnitude))),
        "reviewedSince": ("Date", one(days)),
    },
    "StudyFilter": {
        "designs": ("[StudyDesign!]", some(names(model.StudyDesign))),
        "drivers": ("[String!]", drivers),
        "terms": ("[String!]", terms),
        "readingBasis": ("[ReadingBasis!]", some(names(model.ReadingBasis))),
        "populations": ("[String!]", words),
        "countries": ("[String!]", words),
    },
    "InstrumentFilter": {"drivers": ("[String!]", drivers), "constructs": ("[String!]", outcomes)},
    "FindingFilter": {
        "outcomes": ("[String!]", outcomes),
        "comparisons": ("[Comparison!]", some(names(model.Comparison))),
        "measures": ("[EffectMeasure!]", some(names(model.EffectMeasure))),
        "instruments": ("[String!]", some(st.sampled_from(INSTRUMENTS))),
        "interventions": ("[String!]", some(st.sampled_from(INTERVENTIONS))),
        "studies": ("[String!]", some(st.sampled_from(STUDIES))),
    },
    "SearchFilter": {
        "kinds": ("[EntryKind!]", some(st.sampled_from(["INTERVENTION", "INSTRUMENT", "STUDY", "DRIVER"]))),
        "drivers": ("[String!]", drivers),
        "verdicts": ("[Verdict!]", some(names(Verdict))),
        "outcomes": ("[String!]", outcomes),
        **certainties,
        "designs": ("[StudyDesign!]", some(names(model.StudyDesign))),
    },
}


def filters(kind: str) -> st.SearchStrategy[Any]:
    """A filter with one, a few or all of its fields, each of which may be null or empty; or null."""
    fields = {name: values for name, (_, values) in INPUTS[kind].items()}
    few = st.sets(st.sampled_from(sorted(fields)), max_size=3).flatmap(
        lambda chosen: st.fixed_dictionaries({name: fields[name] for name in sorted(chosen)})
    )
    return st.none() | few | few | few | st.fixed_dictionaries({}, optional=fields)


CRITERIA = st.fixed_dictionaries(
    {"field": st.sampled_from(["CERTAINTY", "VERDICT", "TITLE", "STUDY_COUNT", "REVIEWED"])},
    optional={"direction": st.sampled_from(["ASC", "DESC", None])},
)
ORDERS = some(CRITERIA)
PAGE = " { totalCount edges { cursor node { slug } } pageInfo { hasNextPage hasPreviousPage } }"
SPELLINGS = st.sampled_from(["written", "variable", "inside"])
FIRSTS = st.fixed_dictionaries({}, optional={"first": st.none() | st.integers(1, 100) | st.integers(1, 9)})
PLACES = st.none() | st.integers(0, 60)


@dataclass(frozen=True)
class Spelling:
    """Arguments as they stand in a document, with the variables that they use and the values of those."""

    arguments: tuple[str, ...]
    declared: tuple[str, ...]
    values: Mapping[str, Any]

    def document(self, field: str) -> str:
        """A document that asks a connection for a page; what it opens, it closes."""
        body = field.replace("ARGUMENTS", ", ".join((*self.arguments, "first: $first, after: $after")))
        head = f"query ({', '.join((*self.declared, '$first: Int, $after: String'))}) {{ {body}"
        return head + PAGE + " }" * (body.count("{") - body.count("}") + 1)


def written(value: Any, kind: str) -> str:
    """A value as a literal of the type."""
    if isinstance(value, list):
        return "[" + ", ".join(written(item, kind) for item in value) + "]"
    if isinstance(value, dict):
        fields = INPUTS.get(kind, {"field": ("Enum", None), "direction": ("Enum", None)})
        return "{" + ", ".join(f"{name}: {written(inner, fields[name][0])}" for name, inner in value.items()) + "}"
    plain = isinstance(value, str) and not re.search("String|Date", kind)
    return value if plain else json.dumps(value)


def spell(how: str, kind: str, asked: Any, order: Any = None) -> Spelling:
    """A filter, and an order where there is one: in the document, as variables, or with variables inside of them.

    Inside, a field that is not asked for is a variable without a value.
    """
    orders = () if order is None else ((order, "[InterventionOrder!]", "orderBy"),)
    given = ((asked, kind, "filter"), *orders)
    if how == "written":
        return Spelling(tuple(f"{name}: {written(value, kind)}" for value, kind, name in given), (), {})
    if how == "variable" or asked is None:
        return Spelling(
            tuple(f"{name}: ${name}" for _, _, name in given),
            tuple(f"${name}: {kind}" for _, kind, name in given),
            {name: value for value, _, name in given},
        )
    fields = INPUTS[kind]
    arguments = ["filter: {" + ", ".join(f"{name}: ${name}" for name in fields) + "}"]
    declared = [f"${name}: {type_name}" for name, (type_name, _) in fields.items()]
    values = dict(asked)
    for value, _, name in orders:
        items = listed(value)
        inner = [f"{{field: {item['field']}, direction: $direction{n}}}" for n, item in enumerate(items)]
        arguments.append(f"{name}: [{', '.join(inner)}]")
        declared += [f"$direction{n}: SortDirection" for n in range(len(items))]
        values |= {f"direction{n}": item["direction"] for n, item in enumerate(items) if "direction" in item}
    return Spelling(tuple(arguments), tuple(declared), values)


# What the contract says ------------------------------------------------------------------------------------------


def listed(value: Any) -> list[Any]:
    """A list as GraphQL reads it: null is none, a single value a list of one."""
    return value if isinstance(value, list) else [] if value is None else [value]


class Reading:
    """The contract, read over a knowledge base; lists of published entries in their order."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge
        self.behind = {slug: self._studies_behind(item) for slug, item in knowledge.interventions.items()}
        self.interventions = sorted(self.published("interventions"), key=self._strength)
        self.instruments, self.studies, self.drivers = map(self.by_title, ("instruments", "studies", "drivers"))
        self.questions = self.by_title("questions")

    def published(self, folder: str) -> list[Any]:
        return [entry for entry in getattr(self.knowledge, folder).values() if entry.status is EntryStatus.PUBLISHED]

    def by_title(self, folder: str) -> list[Any]:
        return sorted(self.published(folder), key=lambda entry: (entry.title.casefold(), entry.slug))

    def verdict(self, item: Intervention) -> str:
        return self.knowledge.assessments[item.slug].verdict.name

    def certainty(self, item: Intervention) -> int:
        """0 where it is not graded."""
        headline = self.knowledge.assessments[item.slug].headline
        return int(headline.certainty or 0) if headline else 0

    def paths(self, item: Intervention) -> list[str]:
        """The findings in its bodies of evidence."""
        bodies = self.knowledge.assessments[item.slug].bodies
        return [f"{result.study.slug}/{result.finding.id}" for body in bodies for result in body.results]

    def _studies_behind(self, item: Intervention) -> set[str]:
        return {path.partition("/")[0] for path in self.paths(item)}

    def _strength(self, item: Intervention) -> tuple[Any, ...]:
        headline = self.knowledge.assessments[item.slug].headline
        people = (headline.people if headline else None) or 0
        return (
            *(STRONGEST.index(self.verdict(item)), -self.certainty(item), -people),
            *(item.title.casefold(), item.slug),
        )

    def graded(self, asked: Any, certainty: int) -> bool:
        """Whether a certainty, 0 for none, is what a filter asks for."""
        asked = asked or {}
        level = Certainty(certainty).name if certainty else ""
        return (
            certainty >= (Certainty[asked["minCertainty"]] if asked.get("minCertainty") else 0)
            and within(asked, "certainties", [level])
            and asked.get("graded") in (None, bool(certainty))
        )

    def tied(self, items: list[Intervention], driver: str) -> list[Intervention]:
        """Those of a driver: first where one of its outcomes was measured, and there where it shows a gain."""

        def tie(item: Intervention) -> tuple[int, bool]:
            claims = [claim for claim in item.drivers if claim.driver == driver]
            found = [self.knowledge.evidence(claim.finding) for claim in claims if claim.finding]
            shown = [each for each in found if each and each[0].status is not model.EntryStatus.DRAFT]
            directions = [favors(*each, self.knowledge.instruments) for each in shown]
            return min(TIES.index(c.basis.name) for c in claims), "favors-intervention" not in directions

        return sorted(items, key=tie)

    def ordered(self, items: list[Intervention], order: Any) -> list[Intervention]:
        """Those that stand strongest first by the criteria, from the last to the first."""
        values: dict[str, Callable[[Intervention], Any]] = {
            "CERTAINTY": self.certainty,
            "VERDICT": lambda item: -STRONGEST.index(self.verdict(item)),
            "TITLE": lambda item: item.title.casefold(),
            "STUDY_COUNT": lambda item: len(self.behind[item.slug]),
            "REVIEWED": lambda item: item.reviewed,
        }
        for criterion in reversed(listed(order)):
            items = sorted(items, key=values[criterion["field"]], reverse=criterion.get("direction") == "DESC")
        return items

    def has_claims(self, item: Intervention, asked: Mapping[str, Any], driver: str | None) -> bool:
        allowed = {
            claim.driver
            for claim in item.drivers
            if (not listed(asked.get("terms")) or claim.term in listed(asked["terms"]))
            and asked.get("claimBasis") in (None, claim.basis.name)
        }
        wanted = set(listed(asked.get("drivers")))
        if driver is not None and driver not in allowed:
            return False
        if not wanted:
            return bool(allowed)
        return wanted <= allowed if asked.get("allDrivers") else bool(wanted & allowed)

    def choose_interventions(self, asked: Any, driver: str | None = None) -> list[Intervention]:
        asked = asked or {}
        bodies = {slug: self.knowledge.assessments[slug].bodies for slug in self.knowledge.interventions}
        return [
            item
            for item in self.interventions
            if self.has_claims(item, asked, driver)
            and within(asked, "verdicts", [self.verdict(item)])
            and self.graded(asked, self.certainty(item))
            and within(asked, "outcomes", [body.key.outcome.value for body in bodies[item.slug]])
            and mentions(asked, "populations", item.populations)
            and within(asked, "categories", [item.category.name])
            and within(asked, "levels", [item.level.name])
            and (asked.get("maxCost") is None or item.cost.level.name in up_to(asked["maxCost"]))
            and (asked.get("maxEffort") is None or item.effort.level.name in up_to(asked["maxEffort"]))
            and item.reviewed >= date.fromisoformat(asked.get("reviewedSince") or "1900-01-01")
        ]

    def choose_studies(self, asked: Any) -> list[model.Study]:
        return [
            study
            for study in self.studies
            if within(asked, "designs", [study.design.name])
            and within(asked, "drivers", study.drivers)
            and within(asked, "terms", study.classifications)
            and within(asked, "readingBasis", [study.reading_basis.name])
            and mentions(asked, "populations", [study.population])
            and mentions(asked, "countries", [study.country])
        ]

    def choose_instruments(self, asked: Any) -> list[model.Instrument]:
        return [
            item
            for item in self.instruments
            if within(asked, "drivers", item.drivers)
            and within(asked, "constructs", [construct.value for construct in item.constructs])
        ]

    def choose_findings(self, asked: Any) -> list[str]:
        """As study/finding, by study."""
        stood = {path: slug for slug, item in self.knowledge.interventions.items() for path in self.paths(item)}
        homes: dict[str, set[str]] = {path: set() for path in stood}
        for slug, item in self.knowledge.interventions.items():
            for path in self.paths(item):
                homes[path].add(slug)
        return [
            f"{study.slug}/{finding.id}"
            for study in sorted(self.studies, key=lambda study: study.slug)
            for finding in sorted(study.findings, key=lambda finding: finding.id)
            if within(asked, "outcomes", [finding.outcome.value])
            and within(asked, "comparisons", [finding.comparison.name])
            and within(asked, "measures", [finding.measure.name])
            and within(asked, "instruments", [finding.instrument or ""])
            and within(asked, "interventions", homes.get(f"{study.slug}/{finding.id}", ()))
            and within(asked, "studies", [study.slug])
        ]

    def choose_found(self, asked: Any) -> list[Entry]:
        """What a search that asks for nothing finds."""
        everything = [entry for kind in model.KINDS for entry in self.published(kind.folder)]
        return [
            entry
            for entry in sorted(everything, key=lambda entry: f"{entry.kind}/{entry.slug}")
            if within(asked, "kinds", [entry.kind.upper()])
            and within(asked, "drivers", _drivers_of(entry))
            and within(asked, "verdicts", [self.verdict(entry)] if isinstance(entry, Intervention) else [])
            and within(asked, "designs", [entry.design.name] if isinstance(entry, model.Study) else [])
            and within(asked, "outcomes", [self.outcome(entry)] if isinstance(entry, Intervention) else [])
            and self.graded(asked, self.certainty(entry) if isinstance(entry, Intervention) else 0)
        ]

    def outcome(self, item: Intervention) -> str:
        outcome = self.knowledge.assessments[item.slug].outcome
        return outcome.value if outcome else ""

    def cited(self, entry: Entry) -> list[str]:
        """The works that an entry cites, in its text and then in its fields."""
        brackets = re.findall(r"\[(@[^\[\]]*)\]", entry.body)
        in_text = [key for bracket in brackets for key in re.findall(r"@([a-z0-9-]+)", bracket)]
        return list(dict.fromkeys([*in_text, *_sources(entry.model_dump())]))


def within(asked: Any, name: str, has: Iterable[str]) -> bool:
    """Whether one of the values asked for is there, or none was asked for."""
    wanted = listed((asked or {}).get(name))
    return not wanted or bool(set(wanted) & set(has))


def mentions(asked: Any, name: str, texts: Iterable[str | None]) -> bool:
    """Whether words of a text begin like one of those asked for, or none was asked for."""
    wanted = [word.strip().lower() for word in listed((asked or {}).get(name))]
    found = [text.lower() for text in texts if text]
    starts = [text[n:] for text in found for n in range(len(text)) if not n or not text[n - 1].isalnum()]
    return not wanted or any(start.startswith(word) for start in starts for word in wanted)


def up_to(most: str) -> list[str]:
    return COSTS[: COSTS.index(most) + 1] if most in COSTS else []


def _drivers_of(entry: Any) -> list[str]:
    if isinstance(entry, model.Driver):
        return [entry.slug]
    if isinstance(entry, model.Question | model.Framework | model.Page):
        return []
    return [claim.driver for claim in entry.drivers] if isinstance(entry, Intervention) else list(entry.drivers)


SOURCES = ("source", "reference", "by")
"""Fields that name a work."""


def _sources(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [(name, inner) for name, inner in value.items() if inner is not None]
        return [
            key
            for name, inner in own
            for key in (
                [inner] if name in ("source", "reference", "by") and isinstance(inner, str) else _sources(inner)
            )
        ]
    return [key for inner in value for key in _sources(inner)] if isinstance(value, list | tuple) else []


# The knowledge base ----------------------------------------------------------------------------------------------


def vary(knowledge: KnowledgeBase) -> KnowledgeBase:
    """The real content with all that filters and orders look at dealt anew, and some entries withdrawn or drafts."""
    random = Random(5)

    def dealt(entries: Mapping[str, Any], drafts: bool = True) -> dict[str, Any]:
        changed = {}
        for number, (slug, entry) in enumerate(entries.items()):
            update: dict[str, Any] = {"title": random.choice([entry.title, "The same", "the Same", "Theſame Ümlaut"])}
            if number % 9 == 4:
                reason = model.entry.Withdrawal(date=date(2026, 7, 1), reason="It was wrong.")
                update |= {"status": EntryStatus.WITHDRAWN, "withdrawn": reason}
            elif number % 9 == 7 and drafts:
                update |= {"status": EntryStatus.DRAFT}
            if isinstance(entry, Intervention):
                cost = model.Cost(level=random.choice(list(model.Magnitude)), source="work", place="Page 1")
                effort = model.Extent(level=random.choice(list(model.Magnitude)), source="work", place="Page 1")
                day = date(2026, 6, 1) + timedelta(days=random.randrange(7))
                update |= {
                    "cost": cost,
                    "effort": effort,
                    "reviewed": day,
                    "level": random.choice(list(model.InterventionLevel)),
                }
                bases = random.choices(list(model.ClaimBasis), k=len(entry.drivers))
                claims = zip(entry.drivers, bases, strict=True)
                update["drivers"] = tuple(claim.model_copy(update={"basis": basis}) for claim, basis in claims)
            changed[slug] = entry.model_copy(update=update)
        return changed

    interventions, studies = dealt(knowledge.interventions), dealt(knowledge.studies)
    instruments, drivers = dealt(knowledge.instruments), dealt(knowledge.drivers, drafts=False)
    assessments = {}
    some_body = next(a.headline for a in knowledge.assessments.values() if a.headline)
    for slug, assessment in assess_all(interventions, studies, instruments).items():
        people = random.choice([None, 90, 90, 400])
        headline = replace(assessment.headline or some_body, certainty=random.choice([None, *Certainty]), people=people)
        verdict, outcome = random.choice(list(Verdict)), model.Outcome(random.choice(OUTCOMES))
        assessments[slug] = replace(
            assessment,
            verdict=verdict,
            outcome=random.choice([None, outcome, outcome]),
            headline=random.choice([None, headline, headline]),
        )
    return replace(
        knowledge,
        interventions=interventions,
        studies=studies,
        instruments=instruments,
        drivers=drivers,
        assessments=assessments,
    )


@pytest.fixture(scope="module")
def knowledge(real: Checked) -> KnowledgeBase:
    return vary(real.knowledge)


@pytest.fixture(scope="module")
def reading(knowledge: KnowledgeBase) -> Reading:
    return Reading(knowledge)


@pytest.fixture(scope="module")
def context(knowledge: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory) -> ApiContext:
    public = knowledge.public()
    return make_context(public, open_index(public, tmp_path_factory.mktemp("varied"), lambda _message: None))


def connection(answer: Any) -> Any:
    """The one connection in an answer."""
    while "edges" not in answer:
        answer = next(iter(answer.values()))
    return answer


@pytest.fixture(scope="module")
def same_pages(ask: Any, context: ApiContext) -> Callable[..., None]:
    """Asserts that a list is the one expected: the whole, and the page of a size behind a place, where one is asked."""

    def check(
        field: str, spelling: Spelling, wanted: list[Any], first: dict[str, Any], behind: int | None, usual: int = 20
    ) -> None:
        slugs = [entry.slug for entry in wanted]
        document = spelling.document(field)
        whole = connection(ask(document, {**spelling.values, "first": 100}, context))
        assert [edge["node"]["slug"] for edge in whole["edges"]] == slugs[:100]
        assert whole["totalCount"] == len(slugs)
        start = 0 if behind is None or not whole["edges"] else behind % len(whole["edges"]) + 1
        after = whole["edges"][start - 1]["cursor"] if start else None
        page = connection(ask(document, {**spelling.values, "after": after, **first}, context))
        size = first.get("first") or usual
        assert [edge["node"]["slug"] for edge in page["edges"]] == slugs[start : start + size]
        assert page["totalCount"] == len(slugs)
        assert page["pageInfo"] == {"hasNextPage": start + size < len(slugs), "hasPreviousPage": start > 0}

    return check


# The comparisons -------------------------------------------------------------------------------------------------


@repeatable(800)
@given(asked=filters("InterventionFilter"), order=ORDERS, how=SPELLINGS, first=FIRSTS, behind=PLACES)
def test_interventions(
    reading: Reading, same_pages: Any, asked: Any, order: Any, how: str, first: dict[str, Any], behind: int | None
) -> None:
    """Of any filter and order, on any page, however they are spelled."""
    wanted = reading.ordered(reading.choose_interventions(asked), order)
    same_pages("interventions(ARGUMENTS)", spell(how, "InterventionFilter", asked, order), wanted, first, behind)


@repeatable(300)
@given(
    driver=st.sampled_from(DRIVERS),
    asked=filters("InterventionFilter"),
    order=ORDERS,
    how=SPELLINGS,
    first=FIRSTS,
    behind=PLACES,
)
def test_interventions_of_a_driver(
    *,
    reading: Reading,
    same_pages: Any,
    driver: str,
    asked: Any,
    order: Any,
    how: str,
    first: dict[str, Any],
    behind: int | None,
) -> None:
    """The filter holds of the claim for that driver, and drivers in it are further drivers."""
    chosen = reading.choose_interventions(asked, driver)
    wanted = reading.ordered(chosen, order) if listed(order) else reading.tied(chosen, driver)
    field = f'driver(slug: "{driver}") {{ interventions(ARGUMENTS)'
    spelling = spell(how, "InterventionFilter", asked, order)
    same_pages(field, spelling, wanted, first, behind)


def test_every_value_alone(reading: Reading, ask: Any, context: ApiContext) -> None:
    """Each value of each field, and each term of a claim, for all interventions and for those of each driver."""
    enums = (("claimBasis", model.ClaimBasis), ("minCertainty", Certainty), ("maxCost", model.Magnitude))
    lists = (
        ("verdicts", Verdict),
        ("certainties", Certainty),
        ("categories", model.InterventionCategory),
        ("levels", model.InterventionLevel),
    )
    filters: list[dict[str, Any]] = [{name: value.name} for name, values in (*enums, *lists) for value in values]
    filters += [
        {"terms": [term]} for term in TERMS if any(term == c.term for e in reading.interventions for c in e.drivers)
    ]
    filters += [{"drivers": [driver]} for driver in DRIVERS]
    listing = "interventions(filter: $filter, first: 100) { nodes { slug } }"
    for driver in (None, *DRIVERS):
        field = listing if driver is None else f'driver(slug: "{driver}") {{ {listing} }}'
        for asked in filters:
            found = ask(f"query ($filter: InterventionFilter) {{ {field} }}", {"filter": asked}, context)
            nodes = (found if driver is None else found["driver"])["interventions"]["nodes"]
            wanted = reading.choose_interventions(asked, driver)
            wanted = reading.tied(wanted, driver) if driver else wanted
            assert [n["slug"] for n in nodes] == [entry.slug for entry in wanted], asked


@repeatable(300)
@given(asked=filters("StudyFilter"), how=SPELLINGS, first=FIRSTS, behind=PLACES)
def test_studies(
    reading: Reading, same_pages: Any, asked: Any, how: str, first: dict[str, Any], behind: int | None
) -> None:
    """Of any filter, on any page."""
    wanted = reading.choose_studies(asked)
    same_pages("studies(ARGUMENTS)", spell(how, "StudyFilter", asked), wanted, first, behind)


@repeatable(200)
@given(asked=filters("InstrumentFilter"), how=SPELLINGS, first=FIRSTS, behind=PLACES)
def test_instruments(
    reading: Reading, same_pages: Any, asked: Any, how: str, first: dict[str, Any], behind: int | None
) -> None:
    """Of any filter, on any page."""
    wanted = reading.choose_instruments(asked)
    same_pages("instruments(ARGUMENTS)", spell(how, "InstrumentFilter", asked), wanted, first, behind)


@repeatable(300)
@given(asked=filters("FindingFilter"), how=SPELLINGS)
def test_findings(reading: Reading, ask: Any, context: ApiContext, asked: Any, how: str) -> None:
    """Of any filter, page after page."""
    spelling = spell(how, "FindingFilter", asked)
    document = spelling.document("findings(ARGUMENTS)").replace("node { slug }", "node { slug study { slug } }")
    wanted, found, after = reading.choose_findings(asked), [], None
    while len(found) <= len(wanted):
        page = ask(document, {**spelling.values, "first": 90, "after": after}, context)["findings"]
        found += [f"{edge['node']['study']['slug']}/{edge['node']['slug']}" for edge in page["edges"]]
        assert page["totalCount"] == len(wanted)
        assert page["pageInfo"]["hasNextPage"] is (len(found) < len(wanted))
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["edges"][-1]["cursor"]
    assert found == wanted


@repeatable(300)
@given(asked=filters("SearchFilter"), how=SPELLINGS, first=FIRSTS, behind=PLACES)
def test_a_search_for_nothing(
    reading: Reading, same_pages: Any, asked: Any, how: str, first: dict[str, Any], behind: int | None
) -> None:
    """It lists all that passes the filter."""
    wanted = reading.choose_found(asked)
    spelling = spell(how, "SearchFilter", asked)
    same_pages('search(query: "", ARGUMENTS)', spelling, wanted, first, behind, usual=10)


RELATIONS: dict[str, Callable[[Reading, Any], list[Any]]] = {
    "driver.instruments": lambda reading, of: [e for e in reading.instruments if of in e.drivers],
    "driver.studies": lambda reading, of: [e for e in reading.studies if of in e.drivers],
    "intervention.studies": lambda reading, of: [e for e in reading.studies if e.slug in reading.behind[of]],
    "intervention.instruments": lambda reading, of: [
        e for e in reading.instruments if e.slug in reading.knowledge.interventions[of].instruments
    ],
    "instrument.studies": lambda reading, of: [
        e for e in reading.studies if of in e.instruments or of in [finding.instrument for finding in e.findings]
    ],
    "study.interventions": lambda reading, of: [e for e in reading.interventions if of in reading.behind[e.slug]],
    "study.instruments": lambda reading, of: [
        e
        for e in reading.instruments
        if (study := reading.knowledge.studies[of])
        and e.slug in (*study.instruments, *(finding.instrument for finding in study.findings))
    ],
    "term.interventions": lambda reading, of: [e for e in reading.interventions if of in [c.term for c in e.drivers]],
    "term.studies": lambda reading, of: [e for e in reading.studies if of in e.classifications],
    "reference.citedBy": lambda reading, of: [
        entry
        for kind in (reading.interventions, reading.instruments, reading.studies, reading.drivers, reading.questions)
        for entry in kind
        if of in reading.cited(entry)
    ],
}
"""The connections that are fields of an object: what they list, by the slug, path or key of the object."""


@repeatable(500)
@given(relation=st.sampled_from(sorted(RELATIONS)), number=st.integers(0, 250), first=FIRSTS, behind=PLACES)
def test_back_relations(
    reading: Reading, same_pages: Any, relation: str, number: int, first: dict[str, Any], behind: int | None
) -> None:
    """Of any object that is listed, on any page."""
    kind, _, field = relation.partition(".")
    folder = {"driver": "drivers", "study": "studies"}.get(kind, f"{kind}s")
    known = {"term": TERMS, "reference": list(reading.knowledge.references)}.get(kind)
    slugs = known or [entry.slug for entry in getattr(reading, folder)]
    of = slugs[number % len(slugs)]
    name = {"term": "path", "reference": "key"}.get(kind, "slug")
    wanted = RELATIONS[relation](reading, of)
    same_pages(f'{kind}({name}: "{of}") {{ {field}(ARGUMENTS)', Spelling((), (), {}), wanted, first, behind)


def test_lists_without_pages(reading: Reading, knowledge: KnowledgeBase, ask: Any, context: ApiContext) -> None:
    """What entries name, in their order, each once, and without what was withdrawn or is a draft."""

    def slugs(named: Iterable[str], folder: str) -> list[dict[str, str]]:
        shown = {entry.slug for entry in reading.published(folder)}
        return [{"slug": slug} for slug in dict.fromkeys(named) if slug in shown]

    for item in reading.interventions:
        document = f"""{{ intervention(slug: "{item.slug}") {{ studyCount drivers {{ slug }} related {{ slug }}
          partOf {{ slug }} citations {{ key }} driverClaims {{ driver {{ slug }} basis term {{ path }} }}
          evidence {{ key findings {{ slug study {{ slug }} }} instrument {{ slug }} }} }} }}"""
        assert ask(document, context=context)["intervention"] == {
            "studyCount": len(reading.behind[item.slug]),
            "drivers": slugs([claim.driver for claim in item.drivers], "drivers"),
            "related": slugs(item.related, "interventions"),
            "partOf": slugs(item.part_of, "interventions"),
            "citations": [{"key": key} for key in reading.cited(item) if key in knowledge.references],
            "driverClaims": [
                {"driver": {"slug": c.driver}, "basis": c.basis.name, "term": {"path": c.term} if c.term else None}
                for c in item.drivers
            ],
            "evidence": [
                {
                    "key": str(body.key),
                    "findings": [{"slug": r.finding.id, "study": {"slug": r.study.slug}} for r in body.results],
                    "instrument": {"slug": body.synthesis.instrument}
                    if body.synthesis and body.synthesis.instrument in context.knowledge.instruments
                    else None,
                }
                for body in knowledge.assessments[item.slug].bodies
            ],
        }
    for study in reading.studies:
        document = f"""{{ study(slug: "{study.slug}") {{ drivers {{ slug }} classifications {{ path }}
          findings {{ slug }} citations {{ key }} reference {{ key }} }} }}"""
        assert ask(document, context=context)["study"] == {
            "drivers": slugs(study.drivers, "drivers"),
            "classifications": [{"path": path} for path in study.classifications],
            "findings": [{"slug": finding.id} for finding in study.findings],
            "citations": [{"key": key} for key in reading.cited(study) if key in knowledge.references],
            "reference": {"key": study.reference},
        }
    for driver in reading.drivers:
        found = ask(f'{{ driver(slug: "{driver.slug}") {{ crosswalk {{ term {{ path }} }} }} }}', context=context)
        mapped = [
            f"{framework.slug}/{term.slug}"
            for framework in sorted(reading.published("frameworks"), key=lambda f: (f.title.casefold(), f.slug))
            for term in framework.terms
            for mapping in term.mappings
            if mapping.driver == driver.slug
        ]
        assert [each["term"]["path"] for each in found["driver"]["crosswalk"]] == mapped
    for kind in (None, *model.DriverKind):
        found = ask(
            "query ($kind: DriverKind) { drivers(kind: $kind) { slug } }", {"kind": kind and kind.name}, context
        )
        assert found["drivers"] == [{"slug": d.slug} for d in reading.drivers if kind in (None, d.driver_kind)]
