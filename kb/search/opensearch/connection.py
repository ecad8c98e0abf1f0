"""Connections to a cluster, and its faults in words."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from opensearchpy import OpenSearch
from opensearchpy.exceptions import (
    AuthenticationException,
    ConnectionError,
    ConnectionTimeout,
    NotFoundError,
    OpenSearchException,
    SerializationError,
    SSLError,
    TransportError,
)

from kb.search.engine import SearchUnavailableError
from kb.search.settings import CERTIFICATES, PASSWORD, USER, SearchSettings

OLDEST = 2
"""The oldest version of OpenSearch that is known to understand the requests made here."""
_THREADS = 40
"""Requests to a node at a time; the API answers in as many threads."""


class WrongClusterError(Exception):
    """Raised for what answers, but not as OpenSearch does."""


def connect(settings: SearchSettings) -> OpenSearch:
    """A client that asks the nodes in turn, and another one where a node is gone or slow. Contacts nobody yet."""
    # It would print the traceback of each failed request; `asking` says in words what failed.
    logging.getLogger("opensearch").setLevel(logging.CRITICAL)
    return OpenSearch(
        list(settings.nodes),
        http_auth=(settings.user, settings.password) if settings.user else None,
        ca_certs=settings.certificates or None,
        timeout=settings.timeout,
        max_retries=1,
        retry_on_timeout=True,
        retry_on_status=(502, 503, 504),
        maxsize=_THREADS,
    )


def require_opensearch(client: OpenSearch) -> None:
    """Raise WrongClusterError for another product, or too old a version."""
    version = client.info()["version"]
    name, number = version.get("distribution", "another product"), str(version["number"])
    if name != "opensearch" or int(number.split(".")[0]) < OLDEST:
        raise WrongClusterError(f"it is {name} {number}, not OpenSearch {OLDEST} or newer")


@contextmanager
def asking(settings: SearchSettings) -> Iterator[None]:
    """Tell whatever fails in the block as SearchUnavailableError, in words for those who run the server."""
    where = f"the search cluster ({', '.join(settings.nodes)})"
    try:
        yield
    except OpenSearchException as error:
        raise SearchUnavailableError(f"{where} {reason(error)}") from error
    except WrongClusterError as error:
        raise SearchUnavailableError(f"{where} cannot be used: {error}", retry_after=60) from None
    except (LookupError, TypeError, ValueError, AttributeError):
        raise SearchUnavailableError(f"{where} does not answer as OpenSearch does: check its address", 60) from None


def reason(error: OpenSearchException) -> str:
    """What failed, as the rest of a sentence about the cluster."""
    match error:
        case ConnectionTimeout():
            return "did not answer in time"
        case SSLError():
            return f"has a certificate that is not trusted: name the file with its authority in {CERTIFICATES}"
        case ConnectionError():
            return "cannot be reached: check its address, and that it runs"
        case SerializationError():
            return "does not answer as OpenSearch does: check its address"
        case AuthenticationException():
            return f"refuses the user: set {USER} and {PASSWORD}"
        case NotFoundError():
            return "does not have what was asked for"
        case TransportError():
            return f"refused with status {error.status_code} ({_said(error)})"
    return f"could not be asked ({type(error).__name__})"


def _said(error: TransportError) -> str:
    """The cluster's own words for a fault, and what it blames on the way down."""
    told: Any = error.info
    if not isinstance(told, dict) or not isinstance(told.get("error"), dict):
        return str(error.error)[:200]
    fault = told["error"]
    causes = [fault, *fault.get("root_cause", ())]
    return "; ".join(dict.fromkeys(str(cause.get("reason"))[:200] for cause in causes if cause.get("reason")))
