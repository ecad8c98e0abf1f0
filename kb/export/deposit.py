"""What citation managers and archives read of the evidence base: CITATION.cff, .zenodo.json and RO-Crate."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from kb.export.identity import ABSTRACT, KEYWORDS, LICENSE, NAME
from kb.model import Release

CONTRIBUTORS = f"The {NAME} contributors"
CITATION, ZENODO, CRATE = "CITATION.cff", ".zenodo.json", "ro-crate-metadata.json"


def repository_files(release: Release | None) -> Mapping[str, bytes]:
    """The files at the root of the repository that describe a release; before the first one, the evidence base."""
    return {CITATION: as_cff(release).encode(), ZENODO: as_zenodo(release)}


def as_cff(release: Release | None) -> str:
    """How to cite it, in the Citation File Format 1.2.0: YAML, of which each value is written as JSON."""
    given: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "If you use this evidence base, please cite it with the version that you used.",
        "title": NAME,
        "abstract": ABSTRACT,
        "type": "dataset",
        "authors": [{"name": CONTRIBUTORS}],
        "keywords": list(KEYWORDS),
        "license": "CC-BY-4.0",
    }
    if release:
        given |= {"version": release.name, "date-released": release.date.isoformat()}
        given |= {"doi": release.doi} if release.doi else {}
    lines = (f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in given.items())
    return f"# Written by kb release --record.\n{''.join(lines)}"


def as_zenodo(release: Release | None) -> bytes:
    """What Zenodo shows of a deposit, in its own words for its fields."""
    given: dict[str, Any] = {
        "title": NAME,
        "description": ABSTRACT,
        "upload_type": "dataset",
        "access_right": "open",
        "creators": [{"name": CONTRIBUTORS}],
        "keywords": list(KEYWORDS),
        "language": "eng",
        "license": "cc-by-4.0",
    }
    if release:
        given |= {"version": release.name, "publication_date": release.date.isoformat()}
    return _json(given)


def as_crate(release: Release, files: Iterable[tuple[str, str]], folders: Iterable[tuple[str, str]]) -> bytes:
    """A bundle as a Research Object Crate 1.1: its main files and folders, each a path with what it holds."""
    parts = [{"@id": path, "@type": "File", "description": holds} for path, holds in files]
    parts += [{"@id": path, "@type": "Dataset", "description": holds} for path, holds in folders]
    whole = {
        "@id": "./",
        "@type": "Dataset",
        "name": f"{NAME}, release {release.name}",
        "description": ABSTRACT,
        "version": release.name,
        "datePublished": release.date.isoformat(),
        "license": {"@id": LICENSE},
        "keywords": ", ".join(KEYWORDS),
        "author": {"@id": "#contributors"},
        "hasPart": [{"@id": part["@id"]} for part in parts],
        **({"identifier": f"https://doi.org/{release.doi}"} if release.doi else {}),
    }
    itself = {
        "@id": CRATE,
        "@type": "CreativeWork",
        "about": {"@id": "./"},
        "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
    }
    people = {"@id": "#contributors", "@type": "Organization", "name": CONTRIBUTORS}
    terms = {"@id": LICENSE, "@type": "CreativeWork", "name": "Creative Commons Attribution 4.0 International"}
    return _json(
        {"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": [itself, whole, people, terms, *parts]}
    )


def _json(value: Mapping[str, Any]) -> bytes:
    return f"{json.dumps(value, ensure_ascii=False, indent=2)}\n".encode()
