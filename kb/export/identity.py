"""What every file calls the evidence base and its entries, wherever it is published."""

from __future__ import annotations

from kb.model import Entry

NAME = "Clinician Burnout Evidence Base"
ROOT = "data/v1/"
"""Where the data is, below the site's root. A change that breaks a reader's program gets a new number."""
WHOLE = f"{ROOT}burnout-kb.json"
"""All of it in one file."""
LOCAL = "http://127.0.0.1:8000"
"""Where `kb serve` answers on a reader's own machine: the address in examples, until the site has one of its own."""
LICENSE = "https://creativecommons.org/licenses/by/4.0/"
"""The licence of the content; the code has its own."""


def urn(entry: Entry) -> str:
    """The name of an entry that stays the same at every address, e.g. ``urn:burnout-kb:driver:workload``."""
    return f"urn:burnout-kb:{entry.kind}:{entry.slug}"
