"""Works on their way into references.bib: read from files and registries, brought to house form, compared, added."""

from kb.cite.additions import Addition, Plan, RefusedError, apply, plan
from kb.cite.files import read_file
from kb.cite.found import Fault, Found, Reading
from kb.cite.registries import Registries, look_up

__all__ = [
    "Addition",
    "Fault",
    "Found",
    "Plan",
    "Reading",
    "RefusedError",
    "Registries",
    "apply",
    "look_up",
    "plan",
    "read_file",
]
