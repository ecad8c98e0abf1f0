"""How the theme's templates are read."""

from __future__ import annotations

from jinja2 import BaseLoader, Environment, StrictUndefined


def environment(loader: BaseLoader | None) -> Environment:
    """Jinja's environment: a name that is not there, or a text that is not escaped, is a mistake in a template."""
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
