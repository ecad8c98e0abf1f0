"""Characters that nobody sees or that look like others are named; what people write in their languages stays."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.model import KINDS, Page
from kb.problems import Problem
from kb.read import frontmatter
from kb.text import addresses
from kb.text.characters import as_latin, hidden, like, lookalikes, suspects, without_hidden

PAGE = "---\ntitle: {title}\nsummary: A short entry.\nstatus: draft\nreviewed: 2026-11-01\n---\nWords{body}.\n"
HIDDEN = {
    "\u202e": "U+202E (Right-to-left override)",
    "\u2066": "U+2066 (Left-to-right isolate)",
    "\u200e": "U+200E (Left-to-right mark)",
    "\u061c": "U+061C (Arabic letter mark)",
    "\u200b": "U+200B (Zero width space)",
    "\u200d": "U+200D (Zero width joiner)",
    "\u2060": "U+2060 (Word joiner)",
    "\u00ad": "U+00AD (Soft hyphen)",
    "\ufeff": "U+FEFF (byte order mark)",
    "\ufe0f": "U+FE0F (Variation selector-16)",
    "\U000e0100": "U+E0100 (Variation selector-17)",
    "\U000e0041": "U+E0041 (Tag latin capital letter a)",
    "\u3164": "U+3164 (Hangul filler)",
    "\u115f": "U+115F (Hangul choseong filler)",
    "\u2800": "U+2800 (Braille pattern blank)",
    "\u034f": "U+034F (Combining grapheme joiner)",
    "\ufff9": "U+FFF9 (Interlinear annotation anchor)",
    "\ufffd": "U+FFFD (Replacement character)",
    "\ue000": "U+E000",
    "\U000f0000": "U+F0000",
    "\U0010fffd": "U+10FFFD",
    "\u0378": "U+0378",
    "\uffff": "U+FFFF",
    "\ufdd0": "U+FDD0",
    "\u2028": "U+2028 (Line separator)",
    "\x1b": "U+001B",
    "\x00": "U+0000",
    "\x85": "U+0085",
}
LEGAL = (
    *("naïve Café 2nd – — … ‘’ “” ≥ ± × ° µg I² χ² 5\u00a0% 1\u2009000", "Straße, Łódź, Ångström, ı", "nai\u0308ve"),
    *("IL-1β, TNFα, Δt, Spearman’s ρ, η², κ = 0.7, Χ² test", "Всемирная организация здравоохранения"),
    *("Россия and Spain", "Сара", "世界保健機関 (WHO)", "ＭＢＩ日本語版", "Tシャツ", "منظمة الصحة العالمية", "한국어"),
    *("می\u200cخواهم", "क्\u200dष", "ארגון הבריאות העולמי", "Ⅰ Ⅵ ª ﬁndings", "𝑝 < .05", "https://example.org/a_b?c=d#e"),
    *("👩\u200d⚕\ufe0f ✔\ufe0f 1\ufe0f\u20e3 👍🏽 ☺",),
)
ALIKE = {
    "Burn\u043eut": "о U+043E (Cyrillic small letter o), which looks like o",
    "\u0410re you well": "А U+0410 (Cyrillic capital letter a), which looks like A",
    "in \u0430 hospital": "а U+0430 (Cyrillic small letter a), which looks like a",
    "\u0412MI": "В U+0412 (Cyrillic capital letter ve), which looks like B",
    "\u039fdds": "Ο U+039F (Greek capital letter omicron), which looks like O",
    "the \u0392\u039c\u0399 rose": "Β U+0392 (Greek capital letter beta), which looks like B",
    "\uff22urnout": "Ｂ U+FF22 (Fullwidth latin capital letter b), which looks like B",
    "\uff22\uff35\uff32\uff2e fell": "Ｂ U+FF22 (Fullwidth latin capital letter b), which looks like B",
    "\U0001d401urnout": "𝐁 U+1D401 (Mathematical bold capital b), which looks like B",
    "w\u0585rk": "օ U+0585 (Armenian small letter oh), which looks like o",
    "burn\u0436out": "ж U+0436 (Cyrillic small letter zhe) in the Latin word 'burnжout'",
}


@pytest.mark.parametrize("character", HIDDEN)
@pytest.mark.parametrize("place", ["title", "body"])
def test_a_hidden_character_is_a_problem_at_its_line(
    problems: Callable[..., list[str]], character: str, place: str
) -> None:
    """In the fields, where a published page once vanished without a word, and in the text."""
    texts = {"title": "A page", "body": ""} | {place: f" a{character}b"}
    found = problems({"pages/a.md": PAGE.format(**texts)})
    line = 2 if place == "title" else 7
    assert [problem for problem in found if problem.startswith(f"content/pages/a.md:{line}: KB110")]
    assert HIDDEN[character] in found[0]


@pytest.mark.parametrize("character", sorted(set(HIDDEN) - {"\x85"}))
def test_a_hidden_character_in_the_references_is_a_problem_at_its_line(
    problems: Callable[..., list[str]], character: str
) -> None:
    record = f"@book{{a, title = {{A{character}b}},\n  publisher = {{P}}, verified = {{seed}}}}\n"
    (found,) = problems({"references.bib": record}, base=False)
    assert found.startswith("content/references.bib:1: KB110")
    assert HIDDEN[character] in found


def test_the_rest_of_a_file_with_hidden_characters_is_still_checked(problems: Callable[..., list[str]]) -> None:
    text = PAGE.format(title="A\u200b page", body="\u00ad [x](javascript:x)").replace("draft", "drafd")
    assert [problem.split()[1] for problem in problems({"pages/a.md": text})] == ["KB110", "KB103", "KB110", "KB403"]


def test_a_file_full_of_hidden_characters_has_a_bounded_number_of_problems(
    problems: Callable[..., list[str]],
) -> None:
    text = PAGE.format(title="A page", body="\n\u200b" * 1_000)
    assert len(problems({"pages/a.md": text})) == 20


@pytest.mark.parametrize("text", LEGAL)
def test_what_people_write_in_their_languages_is_no_problem(text: str) -> None:
    assert list(suspects(text)) == []
    assert without_hidden(text) == text


@pytest.mark.parametrize("text", ALIKE)
def test_a_letter_that_looks_like_another_is_named_with_it(text: str) -> None:
    assert next(lookalikes(text)).what == ALIKE[text]


@pytest.mark.parametrize("text", ["Z" + "\u0301" * 5, "\u0336struck", "a \u0301b"])
def test_marks_that_cover_others_or_stand_alone_are_hidden_text(text: str) -> None:
    assert list(hidden(text))
    assert not list(hidden(without_hidden(text)))


@given(st.text())
def test_nothing_hidden_is_left_where_it_was_taken_out(text: str) -> None:
    assert not list(hidden(without_hidden(text)))
    assert list(hidden(text)) or without_hidden(text) == text


def test_every_field_that_takes_text_takes_no_character_that_misleads(hostile: ModuleType) -> None:
    """Found by walking the models; a slug, a key and an address refuse it too."""
    asked, seen = [*KINDS], set()
    while asked:
        kind = asked.pop()
        for name, info in kind.model_fields.items():
            held = [model for model in hostile.models_in(info.annotation) if model not in seen]
            asked += held
            seen |= {*held}
            if name == "body":  # read from the file, whose characters are judged as a whole
                continue
            for text in ("https://example.org/quiet\u202e-hours", "quiet\u200b-hours", "qui\u0435t-hours of the day"):
                assert not hostile.accepts(kind, name, text), (kind, name, text)


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("https://wh\u043e.int/", "looks like o"),
        ("https://xn--wh-emc.int/", "looks like o"),
        ("https://\u0441\u043e\u0441\u043e.com/", "looks like c"),
        ("https://\uff57ho.int/", "looks like w"),
        ("https://g\u0131thub.com/", "looks like i"),
        ("https://who.int@example.org/", "it leads to example.org"),
        ("https://who.int\\@example.org/", "backslash"),
        ("https:\\\\example.org/", "backslash"),
        ("https://who\u3002int/", "cannot be read"),
        ("https://who%2eint/", "cannot be read"),
        ("https:///path", "no host"),
        ("https://[::1/", "cannot be read"),
        ("https://a:99999/", "cannot be read"),
        ("https://example.org/qui\u0435t", "looks like e"),
        ("https://example.org/%E2%80%AEx", "Right-to-left override"),
    ],
)
def test_an_address_that_misleads_is_reported(address: str, why: str) -> None:
    assert why in (addresses.fault(address) or "")


@pytest.mark.parametrize(
    "address",
    [
        *(
            "https://www.who.int/",
            "http://example.org:8080/a(b)?c=d&e=%20#f",
            "https://müller.example/ä",
            "https://1.2.3.4/",
        ),
        *(
            "https://пример.рф/",
            "https://日本.example/",
            "https://xn--mller-kva.example/",
            "https://[::1]/",
            "https://a_b.org/",
        ),
    ],
)
def test_an_address_that_leads_where_it_seems_to_is_fine(address: str) -> None:
    assert addresses.fault(address) is None


def test_the_letter_of_another_alphabet_in_a_slug_is_named(
    problems: Callable[..., list[str]],
) -> None:
    (found,) = problems({"pages/night-sh\u0456fts.md": PAGE.format(title="A page", body="")})
    assert "KB101" in found
    assert "U+0456 (Cyrillic small letter byelorussian-ukrainian i) looks like i" in found
    assert "rename it, e.g. night-shifts.md" in found


def test_hidden_characters_of_a_file_name_are_shown_as_codes(problems: Callable[..., list[str]]) -> None:
    (found,) = problems({"pages/night\u202eshifts.md": PAGE.format(title="A page", body="")})
    assert "night\\u202eshifts.md" in found
    assert found.isprintable() or found.replace("\n", "").isprintable()


def test_a_look_alike_is_put_into_latin_letters() -> None:
    assert as_latin("\u0440fi \uff22 é") == "pfi B é"
    assert like("pfi é") == ""


def test_what_a_problem_quotes_steers_no_terminal() -> None:
    problem = Problem("a.md", 1, "KB104", "there is no field \x1b[31m\u202ex", "write \x07 x\nor y")
    assert str(problem) == "a.md:1: KB104 there is no field \\x1b[31m\\u202ex\n    hint: write \\x07 x\nor y"


def test_no_word_of_a_text_stands_for_a_value_that_could_not_be_read() -> None:
    """What takes its place in the front matter is reported by its line, not by what it is."""
    text = '---\ntitle: "\\uE000"\nsummary: [not closed\nstatus: null\nreviewed: 2026-11-01\n---\nWords.\n'
    front, _ = frontmatter.parse(text, "a.md")
    assert front
    assert front.unread == {("summary",)}
    found = [problem.code for problem in frontmatter.build(Page, front, slug="a", body="")[1]]
    assert sorted(found) == ["KB103", "KB110"]
