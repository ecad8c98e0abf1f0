"""What a value must be, and how the one that was found is written right."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from kb.model.fields import FINDING_FORM, P_FORM, SLUG, SLUG_FORM, TERM_FORM, URL_FORM, Form, allowed, form
from kb.problems import Speller
from kb.text.characters import as_latin

_BOOLEANS = {
    **dict.fromkeys(("yes", "y", "on", "1", "true"), "true"),
    **dict.fromkeys(("no", "n", "off", "0", "false"), "false"),
}
COMPUTED = {
    **dict.fromkeys(
        ("certainty", "grade", "verdict", "rating", "quality", "strength", "level_of_evidence"),
        "remove it: certainty and verdict are computed from the findings and the judgements:",
    ),
    **dict.fromkeys(
        ("author", "authors", "journal", "volume", "issue", "pages", "doi", "pmid", "year"),
        "remove it: what describes the work belongs in its record in references.bib",
    ),
    **dict.fromkeys(
        ("evidence", "bodies", "headline"),
        "remove it: bodies of evidence are found from the arms of studies; judge them under judgements:",
    ),
    **dict.fromkeys(
        ("items", "item_texts", "questions", "wording"),
        "remove it: the texts of items belong to their owner; say how many there are in item_count:",
    ),
}
"""Fields that the model leaves out on purpose, each with what to do instead."""


RENAMED = {
    **dict.fromkeys(("p_value", "pvalue", "p-value", "p_val", "P"), "p"),
    **dict.fromkeys(("confidence_interval", "ci95", "ci_95", "95ci", "interval", "CI"), "ci"),
    **dict.fromkeys(("standard_error", "sem", "stderr", "SE"), "se"),
    **dict.fromkeys(("standard_deviation", "std", "SD"), "sd"),
    **dict.fromkeys(("effect_size", "effect", "result", "value"), "estimate"),
    **dict.fromkeys(("sample", "participants", "N"), "n"),
    **dict.fromkeys(("source_place", "page", "table", "location"), "place"),
}
"""Fields as curators call them, by what they are called here."""


@dataclass(frozen=True)
class Field:
    """What is known of the field that has a wrong value."""

    name: str
    about: str
    """What it means."""
    info: FieldInfo | None
    beside: Collection[str]
    """The fields of its group."""
    written: str
    """Its line in the file, if it is a list of too many values; else empty."""
    first: str = ""
    """The first field of the group that it is; empty if it is none."""

    @property
    def form(self) -> Form | None:
        return form(self.info) if self.info else None

    @property
    def must(self) -> str:
        return f"must be {self.form.words}" if self.form else "must be written in another form"

    def example(self, start: str) -> str:
        """What it means, with a right value after what comes before it in its line."""
        return f"{self.about} Write e.g. {start}{self.form.example}" if self.form else self.about


def expectation(error: ErrorDetails, field: Field, speller: Speller) -> tuple[str, str]:
    """What a value must be, and a hint that shows the right one."""
    name, about = field.name, field.about
    kind, context, found = error["type"], error.get("ctx", {}), error["input"]
    in_list = not isinstance(error["loc"][-1], str)
    start = "" if in_list else f"{name}: "  # what comes before the value
    if kind in _OF_SCALARS and isinstance(found, list | dict):
        return _one_value(found, field, in_list)
    match kind:
        case "enum":
            words = allowed(field.info) if field.info else ()
            return (
                "must be one of the allowed words",
                f"{_meant(str(found), words, speller)}allowed: {', '.join(words)}",
            )
        case "int_type" | "int_from_float" | "int_parsing":
            return field.must, _number(found, field, start, whole=True)
        case "number" | "decimal_type" | "finite_number":
            return field.must, _number(found, field, start)
        case "day":
            return _day(found, field, start)
        case "bool_type":
            word = _BOOLEANS.get(str(found).lower())
            return "must be true or false", f"write {name}: {word}" if word else about
        case "string_type" if found is None:
            return "must be text", "remove the empty item" if in_list else about
        case "string_type" if field.form is P_FORM and read_p(str(found)) != (plain(found)):
            return field.must, _text(str(found), field, start)
        case "string_type":
            return "must be text", f"{about} Put it in quotes, e.g. {start}'{plain(found)}'"
        case "tuple_type":
            return "must be a list", _list(found, field)
        case "model_type":
            return "must be a group of fields", _group(found, field)
        case "string_too_short" if context.get("min_length", 1) > 1:
            return f"must say why in at least {context['min_length']} characters", about
        case "string_too_short" | "too_short":
            return "must not be empty", about
        case "string_too_long":
            return f"must have at most {context['max_length']} characters", about
        case "missing" | "too_long":
            inside = re.search(rf"\b{re.escape(name)}:\s*(\[[^\[\]]*\]?)", field.written)
            ends = read_interval(inside[1]) if inside else None
            example = f"write {name}: [{', '.join(ends)}], with points" if ends else ""
            return "must contain exactly two values", example or f"{about} Write e.g. {name}: [-1.27, -0.32]"
        case "greater_than_equal":
            return "must not be negative", about
        case "less_than_equal":
            return f"must be at most {context['le']}", about
        case "string_pattern_mismatch":
            return field.must, _text(str(found), field, start)
        case _:
            return error["msg"], about


_ALSO_CALLED = {
    **dict.fromkeys(
        ("pre-post", "pretest-posttest", "pre-test-post-test", "pre-and-post"), ("before-after", "uncontrolled")
    ),
    **dict.fromkeys(("randomized-controlled-trial", "randomized-trial", "randomized", "trial"), ("rct", "cluster-rct")),
    **dict.fromkeys(("cluster-randomized-trial", "cluster-randomized", "cluster-trial"), ("cluster-rct",)),
    **dict.fromkeys(("quasi-experimental", "quasi-experiment"), ("non-randomized-controlled", "before-after")),
    **dict.fromkeys(("pilot", "pilot-study", "feasibility"), ("rct", "non-randomized-controlled", "before-after")),
    **dict.fromkeys(("observational", "longitudinal"), ("cohort", "cross-sectional", "before-after")),
    **dict.fromkeys(("survey", "prevalence-study"), ("cross-sectional",)),
    **dict.fromkeys(("review", "literature-review"), ("systematic-review", "scoping-review", "narrative-review")),
    **dict.fromkeys(("editorial", "opinion", "letter", "viewpoint"), ("commentary",)),
    **dict.fromkeys(
        ("smd", "cohen-d", "cohens-d", "d", "g", "hedges-g", "effect-size"), ("standardized-mean-difference",)
    ),
    **dict.fromkeys(("or", "aor", "adjusted-odds-ratio"), ("odds-ratio",)),
    **dict.fromkeys(("rr", "arr", "relative-risk"), ("risk-ratio",)),
    **dict.fromkeys(("hr", "ahr"), ("hazard-ratio",)),
    **dict.fromkeys(("irr", "rate-ratio"), ("incidence-rate-ratio",)),
    **dict.fromkeys(("md", "difference", "difference-in-means"), ("mean-difference",)),
    **dict.fromkeys(("rd", "absolute-risk-difference"), ("risk-difference",)),
    **dict.fromkeys(("b", "beta", "coefficient", "slope"), ("regression-coefficient",)),
    **dict.fromkeys(("percent", "percentage", "prevalence"), ("proportion",)),
    **dict.fromkeys(("r", "pearson-r"), ("correlation",)),
    **dict.fromkeys(("rct", "randomised", "randomly-assigned"), ("randomized",)),
    **dict.fromkeys(("nonrandomized", "non-randomized", "quasi-randomized"), ("controlled",)),
    "emotional-exhaustion": ("exhaustion",),
    "personal-accomplishment": ("accomplishment",),
    "job-satisfaction": ("satisfaction",),
    **dict.fromkeys(("final", "done", "live", "complete"), ("published",)),
}
"""What sources and curators call some words of the vocabularies."""
_LIKE_A_WORD = 0.66
"""How alike a word must be to one that is allowed: a wrong one would change what the entry says."""


def _meant(found: str, words: Collection[str], speller: Speller) -> str:
    """Which of the allowed words was meant, as the start of a hint; empty where none is near."""
    called = re.sub(r"['\u2019.]", "", re.sub(r"[\s_/]+", "-", found.strip().lower().replace("randomis", "randomiz")))
    meant = [word for word in _ALSO_CALLED.get(called, ()) if word in words]
    if not meant and (near := speller.nearest(called, words, _LIKE_A_WORD)):
        meant = [near]
    return f"did you mean {' or '.join(map(repr, meant))}? " if meant else ""


def divided(written: str, field: Field) -> str:
    """How a value is written that a comma within {} ended too early."""
    start = f"{field.name}: "
    words = field.form.words if field.form else ""
    if field.name == "ci" or "number" in words:
        pair = field.name == "ci"
        return _interval(written, field) if pair else _number(written, field, start, whole="whole" in words)
    return f"write {start}'{written.replace(chr(39), chr(39) * 2)}', in quotes"


_P_ALONE = re.compile(r"[pP=\s]*[<>]?[=\s]*[\d.,]+")


def exact(error: ErrorDetails, field: Field) -> str | None:
    """The one right way to write a value, as its hint spells it out; None where a person must choose."""
    found, kind = error["input"], error["type"]
    if not isinstance(found, str | int | Decimal):
        return None
    written = str(found)
    match kind:
        case "string_pattern_mismatch" | "string_type" if field.form is P_FORM:
            zero = not written.strip("0.")
            short = len(written) <= _LONGEST_P
            told = zero or (kind == "string_pattern_mismatch" and short and _P_ALONE.fullmatch(written))
            return f"'{figure}'" if told and (figure := read_p(written)) else None
        case "string_pattern_mismatch" if field.form is SLUG_FORM:
            return slug if SLUG.fullmatch(slug := _slug(written)) else None
        case "number" | "decimal_type" | "int_type" if isinstance(found, str):
            numbers = read_numbers(found, whole=kind == "int_type")
            left = re.sub(r"[\d.,\s+\u2010-\u2015\u2212-]", "", found)
            return numbers[0][0] if len(numbers) == 1 and len(numbers[0]) == 1 and not left else None
        case "bool_type" if isinstance(found, str):
            return _BOOLEANS.get(found.lower())
        case "tuple_type" if isinstance(found, str):
            return _exact_list(found, field)
    return None


def _exact_list(found: str, field: Field) -> str | None:
    if field.name == "ci":
        plain_one = not re.sub(r"\b(?:to|bis)\b|[\d.,;\s\[\]()\u2010-\u2015\u2212-]", "", found)
        ends = read_interval(found) if plain_one else None
        return f"[{', '.join(ends)}]" if ends else None
    parts = re.split(r"[,;]\s*", found.strip("[] "))
    return f"[{', '.join(parts)}]" if all(SLUG.fullmatch(part) for part in parts) else None


_OF_SCALARS = frozenset(
    ("string_type", "enum", "number", "decimal_type", "int_type", "bool_type", "day", "literal_error", "date_type")
)
"""Errors of pydantic where something else than one value was expected too."""


def _one_value(found: Any, field: Field, in_list: bool) -> tuple[str, str]:
    """What to do about a list, or a group of fields, in the place of one value."""
    name = field.name
    inside = list(found.values()) if isinstance(found, dict) else found
    plain_ones = [str(value) for value in inside if isinstance(value, str | int | Decimal)]
    if len(plain_ones) != len(inside) or not inside or len(inside) > _FEW:
        inside = []
    if isinstance(found, dict):
        right = f"{name}: [{', '.join(plain_ones)}]" if in_list else f"{name}: {plain_ones[0]}" if plain_ones else ""
        hint = f"write {right}, without names before the values" if inside and right else field.about
        return "must be one value, found fields", hint
    if in_list:
        hint = f"write {name}: [{', '.join(plain_ones)}]" if inside else field.about
        return (
            "must be a list of single values, found a list in a list",
            f"{hint}, with one pair of brackets, or one dash an item",
        )
    hint = f"write {name}: {plain_ones[0]}" if len(inside) == 1 else f"{field.about} It takes one value only"
    return "must be one value, found a list", hint


_FEW = 20
"""Values that a hint repeats."""


def _group(found: Any, field: Field) -> str:
    """What to do about something else in the place of a group of fields."""
    first = field.first
    if isinstance(found, list):
        return f"{field.about} Write one dash before the first field of each, and no brackets around it"
    if isinstance(found, str) and first and SLUG.fullmatch(found):
        return f"write {{{first}: {found}}}, with its other fields after a comma"
    return f"{field.about} Indent its fields below it"


_IN_UNITS = frozenset(("estimate", "mean", "baseline_mean", "change"))
"""Fields whose unit has a field of its own."""
_LESS_OR_MORE = re.compile(
    r"\b(?:low|less|few|fall|fell|drop|declin|decreas|reduc|down|high|more|great|ris|rose|increas|gain|up)\w*", re.I
)
_ERROR_OR_SD = re.compile(r"\b(?:(?P<se>se|sem|s\.e\.?|standard error)|(?P<sd>sd|s\.d\.?|standard deviation))\b", re.I)


def _number(found: Any, field: Field, start: str, whole: bool = False) -> str:
    numbers = read_numbers(found, whole) if isinstance(found, str) else ()
    if not start and isinstance(found, str) and len(numbers) == 2 and (ends := read_interval(found)):
        return f"write {field.name}: [{', '.join(ends)}]"
    if len(numbers) == 1 and numbers[0]:
        first, *others = numbers[0]
        if "ci" in field.beside and _LESS_OR_MORE.search(found) and not first.startswith("-"):
            return f"write {start}-{first} for less or a fall, {start}{first} for more or a rise"
        hint = f"write {start}{first}" + "".join(f", or {other} if the comma starts the fraction" for other in others)
        left = re.sub(r"[\d.,\s+\u00b7\u2010-\u2015\u2212'’\"‘“”-]", "", str(found))
        if re.search(r"[^\W\d_]{2}|%", left) and "unit" in field.beside and not whole and field.name in _IN_UNITS:
            return f"{hint}; the unit belongs in unit:"
        return hint + (", digits only" if left else "" if others or first != found else ", without quotes")
    if len(numbers) == 2 and "se" in field.beside and all(numbers) and not whole:
        return f"write {start}{numbers[0][-1]}; {_spread(found, numbers[1][-1], numbers[0][-1])}"
    if len(numbers) == 3 and "ci" in field.beside and all(numbers):
        estimate, low, high = (number[-1] for number in numbers)
        return f"write {start}{estimate}, and ci: [{low}, {high}]"
    if isinstance(found, Decimal) and found == found.to_integral_value():
        return f"write {start}{found.to_integral_value()}"
    if whole and isinstance(found, Decimal) and _GROUPED_BY_POINT.fullmatch(str(found)):
        return f"write {start}{str(found).replace('.', '')} if the point divides thousands, digits only"
    return field.example(start)


_GROUPED_BY_POINT = re.compile(r"[1-9]\d{0,2}\.\d{3}")


def _spread(found: str, spread: str, estimate: str | None = None) -> str:
    """What to do with a figure that says how far an estimate spreads: an error, a deviation, or half an interval."""
    told = _ERROR_OR_SD.search(found)
    if told and told["se"]:
        return f"for the standard error write se: {spread}, and no ci:"
    if told:
        return f"for the standard deviation write sd: {spread}, and no ci:"
    ends = ""
    if estimate is not None and "±" in found:
        low, high = Decimal(estimate) - abs(Decimal(spread)), Decimal(estimate) + abs(Decimal(spread))
        ends = f", for half of the interval ci: [{low}, {high}]"
    either = f"for a standard error write se: {spread}, for a standard deviation sd: {spread}"
    return f"look up what {spread} is: {either}{ends}"


def _day(found: Any, field: Field, start: str) -> tuple[str, str]:
    written = found.isoformat()[:10] if isinstance(found, date) else str(found)
    days = read_days(written)
    if not days:
        return "must be a real date" if is_full_date(written) else field.must, field.example(start)
    if not all(_FIRST_YEAR <= day.year <= _LAST_YEAR for day in days):
        return f"must be a date from {_FIRST_YEAR} to {_LAST_YEAR}", field.example(start)
    if len(days) > 1:
        ways = (f"{day} for {day.day} {day:%B}" for day in days)
        return field.must, f"write {start}{', or '.join(ways)}"
    right = str(days[0])
    return field.must, f"write {start}{right}, {'without quotes' if right == written else 'year-month-day'}"


def _list(found: Any, field: Field) -> str:
    name, about = field.name, field.about
    if name == "ci":
        return _interval(found, field)
    if isinstance(found, dict):
        return f"{about} Write a dash before its first field"
    if isinstance(found, str):
        parts = re.split(r"[,;]\s*", found.strip("[] "))
        if all(SLUG.fullmatch(part) for part in parts):
            return f"write {name}: [{', '.join(parts)}]"
    return f"{about} Write each item on a line of its own, after a dash"


def _interval(found: Any, field: Field) -> str:
    """How an interval is written that is no list; a single figure, or one after ±, may be something else."""
    example = f"write both ends as the source prints them, e.g. {field.name}: [-1.27, -0.32]"
    if isinstance(found, dict):
        ends = [str(value) for value in found.values() if isinstance(value, int | Decimal)]
        return f"write {field.name}: [{', '.join(ends)}]" if len(ends) == 2 == len(found) else example
    written = str(found)
    numbers = read_numbers(written)
    if "se" in field.beside and numbers and all(numbers) and len(numbers) <= 2:
        if len(numbers) == 1:
            return f"{example}; {_spread(written, numbers[0][-1])}"
        if re.search(r"[±()]|\+/-", written) and (not written.startswith("(") or _ERROR_OR_SD.search(written)):
            return _spread(written.replace("+/-", "±"), numbers[1][-1], numbers[0][-1])
    ends_of = read_interval(written)
    return f"write {field.name}: [{', '.join(ends_of)}]" if ends_of else example


def _text(found: str, field: Field, start: str) -> str:
    """How a text is written in the form of its field."""
    repair = _REPAIRS.get(field.form) if field.form else None
    if field.form is P_FORM and found.strip().lower() in ("ns", "n.s.", "not significant"):
        return f"leave {field.name}: out where the source gives no figure"
    if repair and (repaired := repair(found)):
        return f"write {start}{repaired}"
    return field.example(start)


def _slug(found: str) -> str:
    """A text as a slug: Latin letters in lower case, a hyphen before a year and for every other sign.

    Of a path or an address only the last part.
    """
    found = re.sub(r"\.(?:md|html)$", "", found.rstrip("/")).rpartition("/")[2]
    parted = re.sub(r"(?<=[A-Za-z])(?=(?:19|20)\d\d)", "-", as_latin(found)).lower()
    return re.sub(r"[^a-z0-9]+", "-", parted).strip("-")


def _path(found: str) -> str:
    """Two slugs and a slash; empty if there are not two."""
    parts = [_slug(part) for part in found.split("/")]
    return "/".join(parts) if len(parts) == 2 and all(parts) else ""


def _p_value(found: str) -> str:
    figure = read_p(found.strip("\u2018\u2019\u201c\u201d'\" "))
    return f"'{figure}'" if figure else ""


def _url(found: str) -> str:
    return f"https://{found}" if re.fullmatch(r"[\w-]+(?:\.[\w-]+)+(?:/\S*)?", found) else ""


_REPAIRS: Mapping[Form, Callable[[str], str]] = {
    SLUG_FORM: _slug,
    FINDING_FORM: _path,
    TERM_FORM: _path,
    P_FORM: _p_value,
    URL_FORM: _url,
}
"""How a text is put into a form; the result is empty if that is not clear."""


def plain(value: Any) -> str:
    """A value as it would be written."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value).replace("0.", ".", 1) if isinstance(value, Decimal) else str(value)


# Dates and numbers that are written another way, as front matter wants them.
_DAYS = ("%Y-%m-%d", "%d %B %Y", "%d %b %Y", "%B %d %Y", "%b %d %Y", "%d-%m-%Y", "%m-%d-%Y")
_FIRST_YEAR, _LAST_YEAR = 1900, 2200


def read_days(written: str) -> list[date]:
    """The days that a text can mean: two for 03/04/2027, none if it is no day."""
    words = re.sub(r"(?<=\d)(?:st|nd|rd|th)\b|(?<=[A-Za-z])\.|,", "", " ".join(written.split()))
    words = re.sub(r"[/.](?=\d)", "-", words).replace(".", "")
    days: dict[date, None] = {}
    for pattern in _DAYS:
        with suppress(ValueError):
            days[datetime.strptime(words, pattern).date()] = None
    return list(days)


def is_full_date(written: str) -> bool:
    """Whether a text looks like a day with its year, possible or not."""
    return bool(re.fullmatch(r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})", written.strip()))


_MINUS = re.compile(r"[\u2010-\u2015\u2212\ufe63\uff0d]\s*(?=[\d.,])")
_THOUSANDS = re.compile("(?<=\\d)[ \u00a0\u2009\u202f'\u2019](?=\\d{3}(?!\\d))")
_NUMBER = re.compile(r"(?<![\w.,])([-+]?)(\d++(?:[.,]\d++)*+|[.,]\d++)(?!\w)")
# A dash with blanks around it stands between two numbers, and is no sign of the second.
_BETWEEN = re.compile(r"(?<=\d)\s+[-\u2010-\u2015\u2212]\s+(?=[-\u2010-\u2015\u2212+]?[\d.,])")
_POINT = re.compile("(?<=\\d)[\u00b7\u2219\u22c5](?=\\d)")
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d{0,2}(?:\.\d{3}){2,}")
_P = re.compile(
    r"(?:p(?:[- ]?values?)?)?[ :=]*(?P<sign>[<>]|less than|greater than|more than)?[ =]*"
    r"(?P<figure>0?[.,]\d+|1(?:[.,]0+)?|0"
    r"|\d(?:[.,]\d+)? ?(?:e|[x×*·] ?10\^?) ?[-\u2212\u2013]\d{1,2}|\d{1,2}(?:[.,]\d+)? ?%)"
    r" ?(?:[*†‡§]+|\([^()]*\))?",
    re.I,
)


def read_numbers(written: str, whole: bool = False) -> tuple[tuple[str, ...], ...]:
    """The numbers in a text, each with what it can mean: a point before the fraction, a hyphen for minus, no spaces.

    A number has two meanings where its comma can be that of thousands as well as that of a fraction, none where it is
    not ``whole`` and should be.
    """
    pointed = _POINT.sub(".", _BETWEEN.sub(" to ", written))
    found = _NUMBER.finditer(_THOUSANDS.sub("", _MINUS.sub("-", pointed)))
    return tuple(_meanings(match[1].replace("+", ""), match[2], whole) for match in found)


def _meanings(sign: str, digits: str, whole: bool) -> tuple[str, ...]:
    marks = re.findall("[.,]", digits)
    if not marks:
        return (sign + digits,)
    joined = sign + re.sub("[.,]", "", digits)
    before, _, fraction = digits.rpartition(marks[-1])
    pointed = f"{sign}{re.sub('[.,]', '', before) or '0'}.{fraction}"
    if _GROUPED.fullmatch(digits):
        return (joined,) if whole or len(marks) > 1 else (joined, pointed)
    return () if whole or marks.count(marks[-1]) > 1 else (pointed,)


def read_interval(written: str) -> tuple[str, str] | None:
    """The two ends of an interval in a text, e.g. "-1,27 to -0,32" or "[-1,27, -0,32]"; None if it is no such."""
    inside = _BETWEEN.sub(" to ", written.strip("[]() "))
    parts = re.split(r",\s+|;|\bto\b|\bbis\b", inside)
    if len(parts) == 1 and written.count(",") == 3:
        first, second, third, fourth = inside.split(",")
        parts = [f"{first},{second}", f"{third},{fourth}"]
    ends = [read_numbers(part) for part in parts] if len(parts) == 2 else [(end,) for end in read_numbers(written)]
    if len(ends) != 2 or any(len(end) != 1 or not end[0] for end in ends):
        return None
    return ends[0][0][-1], ends[1][0][-1]


def read_p(written: str) -> str | None:
    """A P value as reported: digits with a point, and its sign before; None if it is none.

    One of zeros only, which programs print for what is smaller, becomes smaller than its last digit: .000 is <.001.
    """
    plain_text = html.unescape(written).replace("≤", "<").replace("≥", ">").replace("·", ".")
    words = " ".join(plain_text.split())
    match = _P.fullmatch(words) if len(words) <= _LONGEST_P else None
    if not match:
        return None
    said = (match["sign"] or "").lower()
    sign = "<" if said in ("<", "less than") else ">" if said else ""
    figure = match["figure"].replace(",", ".")
    if "%" in figure:
        figure = _fraction(Decimal(figure.rstrip("% ")).scaleb(-2))
    elif power := re.search(r"(?:e|[x×*·] ?10\^?) ?[-\u2212\u2013](\d+)$", figure, re.I):
        figure = _fraction(Decimal(figure[: power.start()].strip()).scaleb(-int(power[1])))
    if not figure.strip("0."):
        zeros = len(figure.rpartition(".")[2]) if "." in figure else 3
        return f"<.{'0' * (zeros - 1)}1" if sign != ">" else None
    return sign + figure


_LONGEST_P = 60
"""Characters of a P value with all that sources write around it."""


def _fraction(number: Decimal) -> str:
    return f"{number:f}".removeprefix("0")
