"""Adding works to references.bib: read from files and registries, normalized, compared with what is there, written."""

from kb.cite.additions import Addition, Change, Duplicate, Plan, RefusedError, apply, plan
from kb.cite.files import read_file
from kb.cite.incoming import Fault, Incoming, Reading
from kb.cite.registries import Registries, look_up

__all__ = [
    "Addition",
    "Change",
    "Duplicate",
    "Fault",
    "Incoming",
    "Plan",
    "Reading",
    "RefusedError",
    "Registries",
    "apply",
    "look_up",
    "plan",
    "read_file",
]
