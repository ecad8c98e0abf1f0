"""Where searches are answered: in the process itself, or by a cluster."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

URL, FALLBACK = "KB_SEARCH_URL", "KB_SEARCH_FALLBACK"
"""Variables of the environment that say where searches are answered, and by what where the cluster cannot."""
USER, PASSWORD, CERTIFICATES = "KB_SEARCH_USER", "KB_SEARCH_PASSWORD", "KB_SEARCH_CERTIFICATES"
"""Variables of the environment that a cluster with users and certificates of its own needs."""


@dataclass(frozen=True)
class SearchSettings:
    """Where searches are answered. Without nodes, by the embedded engine."""

    nodes: tuple[str, ...] = ()
    """The addresses of an OpenSearch cluster's nodes, e.g. https://search-1.example.org:9200, without a user."""
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    certificates: str = ""
    """The file with the certificates that the cluster's are signed by; empty for those that everybody trusts."""
    fallback: bool = False
    """Whether the embedded engine answers where the cluster cannot."""
    timeout: float = 2
    """Seconds in which the cluster must answer a query."""

    @property
    def environment(self) -> dict[str, str]:
        """The variables from which `of_environment` makes these settings, for processes that are started."""
        return {
            URL: ",".join(self.nodes),
            FALLBACK: "embedded" if self.fallback else "none",
            USER: self.user,
            PASSWORD: self.password,
            CERTIFICATES: self.certificates,
        }


EMBEDDED = SearchSettings()
"""The engine in the process itself answers."""


def of_environment(environment: Mapping[str, str]) -> SearchSettings:
    """The settings that the environment gives; see `settings`."""
    return settings(environment.get(URL, ""), environment.get(FALLBACK) == "embedded", environment)


def settings(urls: str, fallback: bool, environment: Mapping[str, str]) -> SearchSettings:
    """The settings that addresses, separated by commas, and the environment give.

    Raises ValueError for what is no address; its text never holds a password.
    """
    nodes: list[str] = []
    user, password = environment.get(USER, ""), environment.get(PASSWORD, "")
    for number, url in enumerate(filter(None, (part.strip() for part in urls.split(","))), 1):
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            host, port = None, None
        if not host or parts.scheme not in ("http", "https") or parts.path.strip("/") or parts.query or parts.fragment:
            raise ValueError(
                f"address {number} must be like https://search.example.org:9200, with commas between several"
            )
        user, password = unquote(parts.username or user), unquote(parts.password or password)
        port = port or (443 if parts.scheme == "https" else 9200)
        nodes.append(f"{parts.scheme}://{f'[{host}]' if ':' in host else host}:{port}")
    if fallback and not nodes:
        fallback = False
    return SearchSettings(tuple(dict.fromkeys(nodes)), user, password, environment.get(CERTIFICATES, ""), fallback)
