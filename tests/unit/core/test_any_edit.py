"""Whatever an edit leaves in a file, kb check says what is wrong, and no Python error reaches a person."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.cli import main
from kb.model import KINDS
from kb.model.fields import Record, record_in
from kb.read.frontmatter import parse

pytestmark = pytest.mark.slow

BASE = Path(__file__).parents[2] / "bad" / "_base"
SIGNS = "\u00a0\u2009\u2212\u2013\u201c\u201d\u2018\u2019\ufeff\u200b\0\x07é½€🙂"
WORDS = st.one_of(
    st.text(max_size=20),
    st.text(SIGNS + "-+±<>=.,:;[]{}()#&*!|'\"% 0123456789nap", max_size=15),
    st.sampled_from(
        ["", " ", "NaN", ".inf", "-0", "1e999", "1" * 400, "P = 0.000", "-0.50 ± 0.20", "nap", "draft", "a/b"]
    ),
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-(10**400), 10**400),
    st.floats(),
    st.dates(),
    st.datetimes(),
    WORDS,
)
VALUES = st.recursive(
    SCALARS,
    lambda part: st.lists(part, max_size=4) | st.dictionaries(WORDS | st.integers(), part, max_size=4),
    max_leaves=8,
)


class _Plain(yaml.SafeDumper):
    """Writes values without anchors."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True


def _fields(model: type[Record], loc: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every field of a model by its place, the first item of each list."""
    for name, info in model.model_fields.items():
        if info.json_schema_extra:
            continue
        place = (*loc, info.alias or name)
        yield place
        inner = record_in(info.annotation)
        if inner and len(loc) < 6:
            yield from _fields(inner, (*place, 0) if "tuple" in str(info.annotation) else place)


PLACES = [(kind, place) for kind in KINDS for place in _fields(kind)]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("edits") / "content"
    shutil.copytree(BASE, folder)
    return folder


def _checked(root: Path, path: str, data: bytes) -> None:
    """Check and fix the small content with another file; nothing of Python is shown."""
    file = root / path
    before = file.read_bytes() if file.exists() else None
    file.write_bytes(data)
    try:
        for words in (["check"], ["check", "--fix", "--yes"]):
            result = CliRunner().invoke(main, [*words, "--content", str(root), "--today", "2026-11-22"])
            assert result.exit_code in (0, 1), result.output
            assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
            assert not re.search(r"Traceback|<class|pydantic|NoneType|object has no attribute", result.output), (
                result.output
            )
    finally:
        if before is None:
            file.unlink()
        else:
            file.write_bytes(before)


def _put(values: Any, place: tuple[str | int, ...], value: Any) -> Any:
    """The values with another one at a place; groups and lists on the way are made."""
    if not place:
        return value
    first, *rest = place
    if isinstance(first, int):
        items = list(values) if isinstance(values, list) and values else [{}]
        return [_put(items[0], tuple(rest), value), *items[1:]]
    group = dict(values) if isinstance(values, dict) else {}
    return {**group, first: _put(group.get(first), tuple(rest), value)}


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(where=st.sampled_from(PLACES), value=VALUES, flow=st.booleans())
def test_any_value_in_any_field(root: Path, where: tuple[Any, tuple[str | int, ...]], value: Any, flow: bool) -> None:
    kind, place = where
    file = next(iter(sorted((root / kind.folder).glob("*.md"))))
    front, _ = parse(file.read_text(encoding="utf-8"), "")
    assert front
    values = _put(dict(front.values), place, value)
    plain = yaml.dump(_numbers(values), Dumper=_Plain, default_flow_style=flow, allow_unicode=True, width=10_000)
    text = f"---\n{plain}---\n{front.body}\n"
    _checked(root, f"{kind.folder}/{file.name}", text.encode("utf-8", "surrogatepass"))


def _numbers(value: Any) -> Any:
    """Decimals as numbers that YAML writes."""
    if isinstance(value, dict):
        return {name: _numbers(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_numbers(part) for part in value]
    return value if isinstance(value, str | int | float | date | None) else float(value)


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_slip_of_the_keyboard(root: Path, data: st.DataObject) -> None:
    """Some characters of a valid entry are left out, written twice or replaced."""
    path = data.draw(st.sampled_from(["studies/trial-2024.md", "interventions/quiet-hours.md", "instruments/pfi.md"]))
    text = (root / path).read_text(encoding="utf-8")
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = start + data.draw(st.integers(0, 12))
        text = text[:start] + data.draw(st.text(SIGNS + "-:,[]{}'\"#|> \t\n0123.<=x", max_size=6)) + text[end:]
    _checked(root, path, text.encode("utf-8", "surrogatepass"))


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(
    data=st.binary(max_size=200), after=st.booleans(), codec=st.sampled_from(["utf-8", "utf-16", "utf-32", "cp1252"])
)
def test_any_bytes(root: Path, data: bytes, after: bool, codec: str) -> None:
    text = (root / "studies/trial-2024.md").read_text(encoding="utf-8").encode(codec)
    _checked(root, "studies/trial-2024.md", text[: len(text) // 2] + data + text[len(text) // 2 :] if after else data)
