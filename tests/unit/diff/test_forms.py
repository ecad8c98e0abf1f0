"""The forms of a difference: harmless as a comment, bounded, and stable for programs."""

from __future__ import annotations

import json
import re

from kb.diff import FORMATS, Change, Difference, EntryChange, What, formats

EVIL = "`a` | b @someone #12 [x](https://evil.example) <img src=x> www.evil.example\n| c **d** &lt; \x1b[31m -->"


def entry(slug: str = "a", title: str = EVIL) -> EntryChange:
    return EntryChange("page", slug, title, What.CHANGED, "", (Change("title", EVIL, title),))


def test_markdown_lets_no_text_of_the_content_act() -> None:
    """It is in backticks, and has none in it. A test of the workflow says the rest."""
    text = FORMATS["markdown"](Difference(entries=(entry(),)))
    assert "b @someone #12 [x](https://evil.example) <img src=x>" in text
    shown = re.sub(r"`[^`\n]+`|</?(?:details|summary)>", "", text)
    assert not re.search(r"[@`<>\[\]#\x1b]|://|www\.", shown.removeprefix("### "))
    assert len([line for line in text.splitlines() if line.lstrip().startswith("- `")]) == 2


def test_markdown_stays_below_what_a_comment_holds_and_says_what_was_cut() -> None:
    """A folded section is closed where it is cut."""
    text = FORMATS["markdown"](Difference(entries=tuple(entry(f"page-{n}", "@" * 500) for n in range(200))))
    assert 50_000 < len(text) < 62_000
    assert text.count("<details>") == text.count("</details>") == 1
    assert re.search(r"\d+ more lines did not fit here", text)


def test_text_steers_no_terminal() -> None:
    text = FORMATS["text"](Difference(entries=(entry(),)))
    assert "\x1b[31m" not in text
    assert "[31m" in text


def test_json_has_the_fields_that_it_documents() -> None:
    found = json.loads(FORMATS["json"](Difference(entries=(entry("a", "b"),))))
    assert found["format"] == formats.JSON_FORMAT
    assert all(f"``{name}``" in (formats.as_json.__doc__ or "") for name in found)
    assert found["entries"][0]["what"] == "changed"
    assert found["entries"][0]["fields"] == [{"name": "title", "before": EVIL, "after": "b", "causes": []}]
