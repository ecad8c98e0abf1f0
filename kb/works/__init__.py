"""Works on their way into references.bib: read from files and registries, brought to house form, compared, added."""

from kb.works.additions import Addition, Plan, RefusedError, apply, plan
from kb.works.files import read_file
from kb.works.found import Fault, Found, Reading
from kb.works.registries import Registries, look_up

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
