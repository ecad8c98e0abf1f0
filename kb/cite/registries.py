"""Asking Crossref and PubMed over the network for the work of a DOI or a PMID, and for notices about works."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from http.client import HTTPException
from typing import Any
from urllib.parse import quote, urlencode

from kb import __version__
from kb.cite import csl, tagged
from kb.cite.incoming import Fault, Incoming, Place, Reading

CROSSREF = "https://api.crossref.org"
PUBMED = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils"
MAX_BYTES = 10_000_000
BATCH = 20
"""DOIs in one request."""
_BY_FILE = "or export the work from your reference manager, and give kb cite that file"


@dataclass(frozen=True)
class Registries:
    """Where to ask, how long to wait (seconds), and an e-mail address that the registries can write to, if any."""

    crossref: str = CROSSREF
    pubmed: str = PUBMED
    mailto: str = ""
    timeout: float = 20


class UnansweredError(Exception):
    """Raised where a registry gives no usable answer; says why and what to do."""

    def __init__(self, message: str, hint: str) -> None:
        self.message, self.hint = message, hint
        super().__init__(message)


def look_up(registries: Registries, *, doi: str = "", pmid: str = "") -> Reading:
    """The work of a DOI, as Crossref knows it, or of a PMID, as PubMed does.

    Its record is verified by ``search`` and the address that was asked.
    """
    place = Place(f"doi {doi}" if doi else f"pmid {pmid}")
    try:
        return Reading.of([_crossref(registries, doi, place) if doi else _pubmed(registries, pmid, place)])
    except UnansweredError as error:
        return Reading(faults=(Fault(place, error.message, error.hint),))


def _crossref(registries: Registries, doi: str, place: Place) -> Incoming | Fault:
    address = f"{registries.crossref.rstrip('/')}/works/{quote(doi, safe='/')}"
    elsewhere = "DOIs of data sets and theses are often registered elsewhere"
    missing = ("Crossref does not know this DOI", f"compare it with the page of the work; {elsewhere}: {_BY_FILE[3:]}")
    message = _message(_ask(registries, "Crossref", address, missing))
    if not isinstance(message, dict) or not message.get("DOI"):
        raise _broken("Crossref")
    return csl.work(message, place, f"search: {address}")


def _pubmed(registries: Registries, pmid: str, place: Place) -> Incoming | Fault:
    wanted = {"db": "pubmed", "id": pmid, "rettype": "medline", "retmode": "text"}
    address = f"{registries.pubmed.rstrip('/')}/efetch.fcgi?{urlencode(wanted)}"
    missing = f"PubMed has no work with the number {pmid}", "compare it with the page of the work"
    body = _ask(registries, "PubMed", address, missing)
    text = body.decode("utf-8", "replace").replace("\r\n", "\n")
    form = tagged.FORMS["nbib"]
    found = next(tagged.read_tagged(text, place.source, form, f"search: {address}"), None)
    if isinstance(found, Fault) or (found and found.work.fields.get("pmid") == pmid):
        return replace(found, place=place)
    if not found and (not text.strip() or re.match(r"\s*id:", text, re.I) or "error occurred" in text.lower()):
        raise UnansweredError(*missing)
    raise _broken("PubMed")


def works_of(registries: Registries, dois: Iterable[str]) -> Iterator[dict[str, Any]]:
    """What Crossref knows of each DOI, in its own JSON, asked for in batches. Raises UnansweredError."""
    wanted_dois = sorted(dois)
    for start in range(0, len(wanted_dois), BATCH):
        batch = wanted_dois[start : start + BATCH]
        wanted = {"filter": ",".join(f"doi:{doi}" for doi in batch), "rows": str(len(batch))}
        address = f"{registries.crossref.rstrip('/')}/works?{urlencode(wanted)}"
        refused = ("Crossref did not accept the request", "check the DOIs")
        message = _message(_ask(registries, "Crossref", address, refused))
        items = message.get("items") if isinstance(message, dict) else None
        if not isinstance(items, list):
            raise _broken("Crossref")
        yield from (item for item in items if isinstance(item, dict))


def _message(body: bytes) -> Any:
    """What an answer of Crossref contains. Raises UnansweredError if it is not one."""
    try:
        return json.loads(body)["message"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _broken("Crossref") from None


def _broken(name: str) -> UnansweredError:
    return UnansweredError(f"{name} sent an answer that cannot be read", f"try again later, {_BY_FILE}")


def _ask(registries: Registries, name: str, address: str, missing: tuple[str, str]) -> bytes:
    """The answer of a registry. Raises UnansweredError, with ``missing`` if the registry has no such work."""
    mail = registries.mailto
    if name == "PubMed":
        contact = {"tool": "burnout-kb"} | ({"email": mail} if mail else {})
    else:
        contact = {"mailto": mail} if mail else {}
    if contact:
        address += f"{'&' if '?' in address else '?'}{urlencode(contact)}"
    agent = f"burnout-kb/{__version__}{f' (mailto:{mail})' if mail else ''}"
    later = f"try again in a few minutes, {_BY_FILE}"
    try:
        request = urllib.request.Request(  # noqa: S310 the command takes only http and https
            address, headers={"User-Agent": agent, "Accept": "application/json, text/plain"}
        )
        with urllib.request.urlopen(request, timeout=registries.timeout) as answer:  # noqa: S310
            body: bytes = answer.read(MAX_BYTES + 1)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code in (400, 404, 410):
            raise UnansweredError(*missing) from None
        if error.code in (401, 403):
            message = f"{name} refused to answer (HTTP {error.code})"
            raise UnansweredError(message, f"give --mailto, {_BY_FILE}") from None
        words = "is too busy to answer" if error.code == 429 or error.code >= 500 else "did not accept the request"
        raise UnansweredError(f"{name} {words} (HTTP {error.code})", later) from None
    except HTTPException:
        raise _broken(name) from None
    except OSError as error:
        if isinstance(getattr(error, "reason", error), TimeoutError):
            raise UnansweredError(f"{name} did not answer within {registries.timeout:g} seconds", later) from None
        message = f"{name} cannot be reached: this computer seems to be offline, or a firewall blocks it"
        raise UnansweredError(message, f"try again when you are online, {_BY_FILE}") from None
    except ValueError:
        raise UnansweredError(f"{address[:80]!r} is not a usable address", "check the option") from None
    if len(body) > MAX_BYTES:
        raise _broken(name)
    return body
