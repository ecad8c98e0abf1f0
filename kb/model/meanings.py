"""Meanings: what the docstring under a field says, which is the documentation for everyone.

They are read from the source where somebody asks: pydantic would do it for all fields at each start, which takes longer
than to make the models.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping
from functools import cache
from itertools import pairwise

from pydantic import BaseModel


def meaning(record: type[BaseModel], name: str) -> str:
    """What a field of a record means; empty where nothing is said of it."""
    owner = next((base for base in record.__mro__ if name in inspect.get_annotations(base)), None)
    return _docstrings(owner).get(name, "") if owner else ""


@cache
def _docstrings(record: type) -> Mapping[str, str]:
    (definition,) = ast.parse(inspect.getsource(record)).body
    found: dict[str, str] = {}
    for field, below in pairwise(definition.body if isinstance(definition, ast.ClassDef) else ()):
        match field, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                found[name] = inspect.cleandoc(text)
    return found
