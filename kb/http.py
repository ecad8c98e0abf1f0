"""What HTTP asks of all that is served: media type, entity tag, whether a client has it already, what it prefers."""

from __future__ import annotations

import hashlib
import re

API_METHODS = "GET, HEAD, POST, OPTIONS"
"""What the API answers."""
_TYPES = {
    "atom": "application/atom+xml",
    "bib": "application/x-bibtex; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "graphql": "text/plain; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "ics": "text/calendar; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "md": "text/markdown; charset=utf-8",
    "ndjson": "application/x-ndjson",
    "png": "image/png",
    "ris": "application/x-research-info-systems; charset=utf-8",
    "svg": "image/svg+xml",
    "ttl": "text/turtle; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "xml": "application/xml",
}
"""By the ending of a name; a machine's own list may lack some."""


def type_of(name: str) -> str:
    """The media type of a file, by its name."""
    return _TYPES.get(name.rpartition(".")[2], "application/octet-stream")


def etag_of(data: bytes) -> str:
    """An ETag of bytes. It is weak, so that it may be used for both gzipped and plain bytes."""
    return f'W/"{hashlib.sha256(data).hexdigest()[:20]}"'


def is_fresh(tags: str, etag: str) -> bool:
    """Whether If-None-Match names the ETag, so that the client has the bytes (RFC 9110, section 13.1.2).

    Weak and strong tags compare equal in it.
    """
    named = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
    return "*" in named or etag.removeprefix("W/") in named


_WEIGHT = re.compile(r";\s*q\s*=\s*(\d+(?:\.\d*)?)\s*(?:;|$)", re.IGNORECASE)


def weights(accepted: str) -> dict[str, float]:
    """The items of an Accept or Accept-Encoding header, in lower case, with their weights (RFC 9110, 12.4.2)."""
    return dict(map(_weighed, accepted.split(",")))


def prefers_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding header prefers gzip to no encoding, which is sent where it allows neither."""
    given = weights(accepted)
    weight = given.get("gzip", given.get("*", 0.0))
    return weight > 0 and weight >= given.get("identity", 0.0)


def _weighed(item: str) -> tuple[str, float]:
    name, _, parameters = item.partition(";")
    weight = _WEIGHT.search(f";{parameters}")
    return name.strip().lower(), float(weight[1]) if weight else 1.0
