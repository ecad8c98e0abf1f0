"""What is said of a field: the docstring under it, the form of its values, and the words that it takes.

The docstrings are read from the source where somebody asks: pydantic would do it for all fields at each start, which
takes longer than to make the models.
"""

from __future__ import annotations

import ast
import inspect
import types
import typing
from collections.abc import Iterator, Mapping
from enum import Enum
from functools import cache
from itertools import pairwise
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from kb.model.fields import Form


def meaning(record: type[BaseModel], name: str) -> str:
    """What a field of a record means; empty where nothing is said of it."""
    owner = next((base for base in record.__mro__ if name in inspect.get_annotations(base)), None)
    return _docstrings(owner).get(name, "") if owner else ""


def form(info: FieldInfo) -> Form | None:
    """How the value of a field is written, or each item of its list; None where it is free text or no scalar."""
    inner = (mark for option in options(info.annotation) for mark in getattr(option, "__metadata__", ()))
    forms = [mark for mark in (*info.metadata, *inner) if isinstance(mark, Form)]
    return forms[-1] if forms else None


def allowed(info: FieldInfo) -> tuple[str, ...]:
    """The words of which a field takes one, none where it is free."""
    for option in options(info.annotation):
        if isinstance(option, type) and issubclass(option, Enum):
            return tuple(str(member.value) for member in option)
        if option is bool or typing.get_args(option)[:1] == (bool,):
            return ("true", "false")
    return ()


def options(annotation: Any) -> Iterator[Any]:
    """The types inside tuple[Type, ...] and Type | None, or the type itself."""
    if typing.get_origin(annotation) in (tuple, types.UnionType, typing.Union):
        for option in typing.get_args(annotation):
            yield from options(option)
    elif annotation not in (Ellipsis, type(None)):
        yield annotation


@cache
def _docstrings(record: type) -> Mapping[str, str]:
    (definition,) = ast.parse(inspect.getsource(record)).body
    found: dict[str, str] = {}
    for field, below in pairwise(definition.body if isinstance(definition, ast.ClassDef) else ()):
        match field, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                found[name] = inspect.cleandoc(text)
    return found
