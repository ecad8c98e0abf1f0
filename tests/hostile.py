"""A knowledge base whose every text tries to act: payloads in all fields that take text, found by walking the models.

Fields that take no payload refuse it, which is inert too. The rules are passed by, so that what is built must be safe
by itself.
"""

from __future__ import annotations

import enum
import typing
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from kb.grading import assess_all
from kb.model import (
    KINDS,
    ComparatorClass,
    Entry,
    Fact,
    Finding,
    KnowledgeBase,
    Move,
    Pooled,
    Reference,
    Screening,
    Study,
)
from kb.read import bibliography
from kb.read.bibliography.bibtex import FIELDS as BIBTEX_FIELDS

ACTS = "document.body.dataset.acted=1;window.__acted=1;alert(1)"
PAYLOADS = (
    f"<script>{ACTS}</script>",
    f"<img src=x onerror={ACTS}>",
    f"<svg onload={ACTS}><animate onbegin={ACTS} attributeName=x dur=1s></svg>",
    f'"><script>{ACTS}</script>',
    f"'><script>{ACTS}</script>",
    f'" onmouseover="{ACTS}" autofocus onfocus="{ACTS}" x="',
    f"' onpointerenter='{ACTS}' style='animation-name:x' onanimationstart='{ACTS}'",
    f"` onclick=`{ACTS}`",
    f"</title></textarea></style></noscript></template><script>{ACTS}</script>",
    f"</script><script>{ACTS}</script>",
    f"<!--</script><script>{ACTS}//-->",
    f"]]><script>{ACTS}</script>",
    f"<a href=javascript:{ACTS}>x</a>",
    f"[x](javascript:{ACTS})",
    f"[x](data:text/html,<script>{ACTS}</script>)",
    f"[x](vbscript:{ACTS}) <JaVaScRiPt:{ACTS}>",
    f'![x](x"onerror="{ACTS})',
    f"<iframe srcdoc='<script>{ACTS}</script>'></iframe><object data=x></object><embed src=x>",
    "<form action=https://evil.example/><input name=q autofocus><button>Go</button></form>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'><base href=https://evil.example/>",
    "<link rel=stylesheet href=https://evil.example/x.css><style>@import 'https://evil.example/';*{display:none}</style>",
    '<div style="position:fixed;inset:0;background:url(https://evil.example/)" class="badge" id="main">x</div>',
    "</text></svg><foreignObject><body xmlns='http://www.w3.org/1999/xhtml'></foreignObject>",
    "{{ 7*191 }} {% raw %} {{ config }} ${7*191} #{7*191} <%= 7*191 %> {static}/etc/passwd |filename|x.md",
    "</summary></entry><entry><title>evil</title></entry>&lt;script&gt; &evil; <!DOCTYPE x [<!ENTITY e SYSTEM 'file:///'>]>",
    "END:VEVENT\nBEGIN:VEVENT\nSUMMARY:evil\nATTACH:https://evil.example/; , \\n \\",
    "A\nER  - \nTY  - JOUR\nTI  - evil",
    '}\n@article{evil, title = {evil}} % # \\input{/etc/passwd} \\" ~',
    '"@en . <urn:evil> <urn:evil> "evil\\',
    "a;=HYPERLINK(1)\t@SUM(1)\n+1",
    "&#x3c;script&#x3e; &lt;b&gt; &amp;lt; %3Cscript%3E \\u003cscript\\u003e +ADw-script+AD4-",
    f"https://example.org/?a=';{ACTS}//&b=%22%3E%3Cscript%3E",
    f'10.1000/"onmouseover="{ACTS}',
    f'2020-05-18, 10.1000/"><script>{ACTS}</script>',
    f'search: https://example.org/"><script>{ACTS}</script>',
    "javascript:alert(1)",
    "//evil.example/",
    "../../../../etc/passwd",
    "2026-11-01T00:00:00Z'\"><b>",
)
FORMULA = "=HYPERLINK(1)"
HARMLESS = "harmless words"
FROM_FILE = frozenset({"slug", "body"})
ONLY_WHERE_HELD = frozenset({"withdrawn", "pooled"})
"""Fields that change what an entry or a finding is."""
_FORMS = ("search: https://example.org/", "2020-05-18, 10.1000/", "https://example.org/", "10.1000/", "2026-11-01")
SOME = (
    *(
        "trial-2024",
        "trial-2024/fell",
        "burnout/inactive/short/randomized",
        "burnout",
        "A reason of that length.",
        "https://example.org/",
        ">=",
    ),
    *(Decimal(1), 1, date(2026, 11, 1), True),
)
"""Values of which each field that takes no payload takes one."""


@dataclass
class Hostile:
    """Writes payloads, or harmless words in their place, into the fields of a knowledge base."""

    harmless: bool = False
    filled: set[tuple[str, str]] = field(default_factory=set)
    """The fields that took a payload, as record and name."""
    number: int = 0

    def knowledge(self, base: KnowledgeBase) -> KnowledgeBase:
        """The small valid knowledge base with every text field filled, and works that are hostile throughout."""
        works = {**base.references, **dict(self._references())}
        entries: dict[str, Any] = {
            kind.folder: {slug: self._entry(entry, works) for slug, entry in base.of_kind(kind).items()}
            for kind in KINDS
        }
        considered = (self._record(constructed(Screening)),)
        filled = replace(base, references=works, screening=considered, moves=tuple(self._moves(base)), **entries)
        return replace(filled, assessments=assess_all(filled.interventions, filled.studies, filled.instruments))

    def _moves(self, base: KnowledgeBase) -> Iterator[Move]:
        """For each entry a move of its verdict, from and to payloads, and a payload as the reason."""
        words = f"{FORMULA} {HARMLESS}" if self.harmless else f"{FORMULA} {' '.join(PAYLOADS)}"
        for entry in base.public().entries():
            fact = Fact(f"{entry.folder}/{entry.slug}", "verdict")
            yield Move(base.today, fact, f"{words} before", f"{words} after", words)

    def _entry(self, entry: Entry, works: dict[str, Reference]) -> Entry:
        cited = "".join(f" [@{key}, page 1]" for key in works)
        body = f"{entry.body}\n\nIt fell{cited}.\n"
        if not self.harmless:
            body += "".join(f"\n\n{payload}\n\nWords *{payload}* and [words]({payload}).\n" for payload in PAYLOADS)
        more = {"reference": next(reversed(works))} if isinstance(entry, Study) else {}
        if isinstance(entry, Study) and entry.arms:
            entry = entry.model_copy(update={"findings": (*entry.findings, pooled(entry))})
        changed: Entry = self._record(entry).model_copy(update={"body": body, **more})
        return changed

    def _record(self, record: Any) -> Any:
        kind, update = type(record), dict[str, Any]()
        for name, info in kind.model_fields.items():
            held, many = getattr(record, name), typing.get_origin(info.annotation) is tuple
            named = name == "label" and getattr(record, "arm", None)  # an arm of the study has its label there
            if name in FROM_FILE or named or (name in ONLY_WHERE_HELD and held is None):
                continue
            if taken_by(kind, name):
                self.filled.add((kind.__name__, name))
                text = self._text(kind, name)
                update[name] = (text,) if many else text
            elif models := list(models_in(info.annotation)):
                parts = (held if many else (held,)) if held else (constructed(models[0]),)
                filled = tuple([self._record(part) for part in parts])
                update[name] = filled if many else filled[0]
        return record.model_copy(update=update)

    def _text(self, kind: type[BaseModel], name: str) -> str:
        """All payloads that a field takes, where it takes them in one; else the first of them."""
        taken = taken_by(kind, name)
        self.number += 1
        whole = f"{FORMULA} {self.number:04d} {' '.join(taken)}"
        if not accepts(kind, name, whole):
            return without_payload(taken[0]) if self.harmless else taken[0]
        return f"{FORMULA} {self.number:04d} {HARMLESS}" if self.harmless else whole

    def _references(self) -> Iterator[tuple[str, Reference]]:
        """One work for each payload, with it in all fields of its record that take it."""
        good = {"title": "Quiet", "verified": "seed", "publisher": "Press", "year": "2024"}
        for index, payload in enumerate(PAYLOADS):
            taken = {name for name in sorted(BIBTEX_FIELDS) if _work("h", good | {name: payload})}
            self.filled |= {("references.bib", name) for name in taken}
            written = without_payload(payload) if self.harmless else payload
            key = f"h-{index:02d}"
            if work := _work(key, good | dict.fromkeys(sorted(taken), written)):
                yield key, work


def without_payload(payload: str) -> str:
    """Harmless words of the same form as a payload: an address or a date stays one."""
    start = next((start for start in _FORMS if payload.startswith(start)), "")
    return f"{start}harmless" if start else HARMLESS


def _work(key: str, fields: dict[str, str]) -> Reference | None:
    """The work that a record of references.bib gives; None where the record has a problem."""
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    found, _, problems = bibliography.parse(f"@article{{{key},\n{lines}}}\n", "references.bib")
    return found[key] if list(found) == [key] and not problems else None


def text_fields() -> set[tuple[str, str]]:
    """Every field that takes a payload, of all records that entries hold."""
    found, asked = set[type[BaseModel]](), set[type[BaseModel]](KINDS)
    while asked:
        found |= asked
        held = {model for kind in asked for info in kind.model_fields.values() for model in models_in(info.annotation)}
        asked = held - found
    return {
        (kind.__name__, name)
        for kind in found
        for name in kind.model_fields
        if name not in FROM_FILE and taken_by(kind, name)
    }


@cache
def _adapter(kind: type[BaseModel], name: str) -> TypeAdapter[Any]:
    """What judges a value of a field, as the model does."""
    info = kind.model_fields[name]
    annotation: Any = info.annotation
    for constraint in info.metadata:
        annotation = Annotated[annotation, constraint]
    return TypeAdapter(annotation)


def accepts(kind: type[BaseModel], name: str, value: Any) -> bool:
    """Whether a field takes a value, as its own or as an item of its list."""
    many = typing.get_origin(kind.model_fields[name].annotation) is tuple
    try:
        _adapter(kind, name).validate_python((value,) if many else value)
    except ValidationError:
        return False
    return True


@cache
def taken_by(kind: type[BaseModel], name: str) -> tuple[str, ...]:
    """The payloads that a field takes."""
    return tuple(payload for payload in PAYLOADS if accepts(kind, name, payload))


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models that a field may hold."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in typing.get_args(annotation):
        yield from models_in(inner)


def pooled(study: Study) -> Finding:
    """A pooled estimate, with the numbers of the first finding of a study."""
    arm = next(arm for arm in study.arms if arm.intervention)
    named = {"intervention": arm.intervention, "comparator_class": ComparatorClass.INACTIVE}
    return study.findings[0].model_copy(update={"id": "pooled", "arms": (), "pooled": constructed(Pooled), **named})


def constructed(kind: type[BaseModel]) -> Any:
    """A record with the fields that it must have."""
    required = [name for name, info in kind.model_fields.items() if info.is_required()]
    return kind.model_construct(**{name: _some(kind, name) for name in required})


def _some(kind: type[BaseModel], name: str) -> Any:
    annotation = kind.model_fields[name].annotation
    for words in (annotation, *typing.get_args(annotation)):
        if isinstance(words, enum.EnumMeta):
            return next(iter(words)) if words is annotation else (next(iter(words)),)
    held = [(constructed(model),) for model in models_in(annotation)]
    return held[0] if held else next(value for value in SOME if accepts(kind, name, value))
