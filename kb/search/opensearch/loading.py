"""Loading: a version of the content into an index of its own, which readers see only once it is whole."""

from __future__ import annotations

import gzip
import json
import re
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import islice
from typing import Any, TypeVar
from uuid import uuid4

from opensearchpy import OpenSearch
from opensearchpy.exceptions import ConnectionError, NotFoundError, RequestError, TransportError

from kb.search.documents import Document
from kb.search.lexicon import VALUED, Digests, Gatherer, IndexedWords
from kb.search.opensearch.connection import WrongClusterError, asking, connect, require_opensearch
from kb.search.opensearch.mapping import ALIAS, KEY, index_body, source, version_alias
from kb.search.settings import SearchSettings

T = TypeVar("T")
Progress = Callable[[int, int], None]

KEPT = 2
"""Versions whose indexes stay: the newest, and the one before it, for the servers that still answer from it."""
BATCH = 200
"""Entries that are sent together."""
TRIES = 10
"""How often a request is made that the cluster cannot answer now; the pauses between them add up to two minutes."""
_LONGEST_PAUSE = 20
_TIMEOUT = 60
"""Seconds in which a request of loading must be answered."""
_PASSING = {429, 502, 503, 504}
"""Statuses of what may succeed later: too busy, or a node on its way out or in."""
_CHUNK = 1_000_000
"""Characters of the index's words in one of its documents."""
_ABANDONED = timedelta(days=1)
"""After so long an index that is not whole is no longer being loaded."""


def load(
    settings: SearchSettings,
    version: str,
    documents: Iterable[Document],
    total: int,
    progress: Progress | None = None,
    alias: str = ALIAS,
) -> str:
    """Load the ``total`` entries of a version, make it the current one, remove old ones, and return its index's alias.

    Where the cluster has the whole index of this version already, it is only made the current one. ``progress`` is
    called after each batch with the number done and the number of all. What fails for a while is tried again, for two
    minutes each. Raises SearchUnavailableError where it goes on failing, at once where the cluster cannot be reached at
    the start; readers then see nothing of it.
    """
    with asking(settings):
        client = connect(settings)
        require_opensearch(client)
        name = version_alias(version, alias)
        index = _whole(client, name)
        if not index:
            index = f"{name}.{uuid4().hex[:8]}"
            _again(lambda: _create(client, index))
            words, count = _fill(client, index, documents, total, progress)
            _verify(client, index, count, len(words))
            facts = {"version": version, "documents": count, "words": len(words)}
            _again(lambda: client.indices.put_mapping(index=index, body={"_meta": facts}, params=_patient()))
        _again(lambda: _switch(client, index, name, alias))
        _prune(client, alias, index)
        return name


def kept_words(client: OpenSearch, alias: str, version: str) -> tuple[int, IndexedWords]:
    """How many entries the index of a version holds, and the words that are kept with it."""
    try:
        (found,) = client.indices.get_mapping(index=alias).values()
    except NotFoundError:
        message = f"it has no index of content version {version} ({alias}): run kb build with the same address"
        raise WrongClusterError(message) from None
    facts = found["mappings"]["_meta"]
    if facts["version"] != version:
        raise WrongClusterError(f"its index {alias} is of content version {facts['version']}, not {version}")
    ids = [f"words/{number}" for number in range(facts["words"])]
    parameters = {**_patient(), "_source_includes": "words"}
    chunks = client.mget(body={"ids": ids}, index=alias, params=parameters)["docs"] if ids else []
    packed = b64decode("".join(chunk["_source"]["words"] for chunk in chunks))
    told = json.loads(gzip.decompress(packed))
    values = {field: frozenset(told["values"][field]) for field in VALUED}
    rare, identifiers = (Digests(b64decode(told[name])) for name in ("rare", "identifiers"))
    return facts["documents"], IndexedWords(
        told["counts"], told["terms"], rare, values, identifiers, facts["documents"]
    )


def _packed(words: IndexedWords) -> list[str]:
    """The words of an index as texts that its documents hold."""
    told = {
        "counts": words.counts,
        "terms": words.terms,
        "values": {field: sorted(values) for field, values in words.values.items()},
        "rare": b64encode(words.rare.data).decode(),
        "identifiers": b64encode(words.identifiers.data).decode(),
    }
    text = b64encode(gzip.compress(json.dumps(told).encode())).decode()
    return [text[start : start + _CHUNK] for start in range(0, len(text), _CHUNK)]


def _patient() -> dict[str, Any]:
    return {"request_timeout": _TIMEOUT}


def _again(ask: Callable[[], T]) -> T:
    """What a request gives, made again, after longer and longer pauses, while its failure may pass."""
    for tried in range(1, TRIES):
        try:
            return ask()
        except TransportError as error:
            if not (isinstance(error, ConnectionError) or error.status_code in _PASSING):
                raise
        time.sleep(min(_LONGEST_PAUSE, 0.5 * 2**tried))
    return ask()


def _whole(client: OpenSearch, name: str) -> str | None:
    """The index that has the alias of a version, which only whole ones have."""
    try:
        found = _again(lambda: client.indices.get_alias(name=name, params=_patient()))
    except NotFoundError:
        return None
    return next(iter(found), None)


def _create(client: OpenSearch, index: str) -> None:
    """Create an index, and wait a while for all copies of its shards, so that no node holds it alone."""
    try:
        client.indices.create(index=index, body=index_body(), params={**_patient(), "wait_for_active_shards": "all"})
    except RequestError as error:
        if error.error != "resource_already_exists_exception":  # by a first try, of which the answer was lost
            raise


def _fill(
    client: OpenSearch, index: str, documents: Iterable[Document], total: int, progress: Progress | None
) -> tuple[list[str], int]:
    """Send all entries, each batch while the next one is made, then the words; how many entries there were."""
    gatherer, done = Gatherer(), 0
    batches = _batches(documents, gatherer)
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, batches, None)
        while batch := coming.result():
            coming = pool.submit(next, batches, None)
            _send(client, index, batch)
            done += len(batch)
            if progress:
                progress(done, total)
    chunks = _packed(gatherer.words)
    for number, chunk in enumerate(chunks):
        _send(client, index, {f"words/{number}": {"words": chunk}})
    return chunks, done


def _batches(documents: Iterable[Document], gatherer: Gatherer) -> Iterator[dict[str, dict[str, Any]]]:
    """Documents of the index by id, BATCH at a time; their words are gathered."""
    rest = iter(documents)
    while batch := list(islice(rest, BATCH)):
        for document in batch:
            gatherer.add(document)
        yield {document.key: source(document) for document in batch}


def _send(client: OpenSearch, index: str, batch: dict[str, dict[str, Any]]) -> None:
    """Send documents by id, those that were refused for a while again, until the cluster has each once."""
    left = batch

    def send() -> None:
        nonlocal left
        lines = [line for key, document in left.items() for line in ({"create": {"_id": key}}, document)]
        answer = client.bulk(body=lines, index=index, params=_patient())
        refused = list(_refused(answer))
        left = {key: left[key] for key, _ in refused}
        for _, item in refused:
            error = item.get("error") or {}
            raise TransportError(item["status"], error.get("type"), {"error": error})

    _again(send)


def _refused(answer: Any) -> Iterator[tuple[str, Any]]:
    """The ids of what was not taken, each with the reason, those first that no second try would help."""
    items = [entry["create"] for entry in answer["items"]]
    # 409: an earlier try has come through, of which the answer was lost.
    refused = [item for item in items if item["status"] not in (200, 201, 409)]
    for item in sorted(refused, key=lambda item: item["status"] in _PASSING):
        yield item["_id"], item


def _verify(client: OpenSearch, index: str, documents: int, chunks: int) -> None:
    """Make what was sent visible, and count it: nothing may be lost or doubled."""

    def counted() -> tuple[int, int]:
        refreshed = client.indices.refresh(index=index, params=_patient())
        every = client.count(index=index, params=_patient())
        query = {"query": {"exists": {"field": KEY}}}
        entries = client.count(index=index, body=query, params=_patient())
        if any(answer["_shards"]["failed"] for answer in (refreshed, every, entries)):
            raise TransportError(503, "a shard could not be counted", {})
        return entries["count"], every["count"] - entries["count"]

    if (found := _again(counted)) != (documents, chunks):
        raise WrongClusterError(f"its new index {index} has {found[0]} entries instead of {documents}: try again")


def _switch(client: OpenSearch, index: str, name: str, alias: str) -> None:
    """Give an index the alias of its version, and make it the current one, in one step."""
    actions = [
        action
        for each in (alias, name)
        for action in (
            {"remove": {"index": f"{alias}-*", "alias": each, "must_exist": False}},
            {"add": {"index": index, "alias": each}},
        )
    ]
    client.indices.update_aliases(body={"actions": actions}, params=_patient())


def _prune(client: OpenSearch, alias: str, current: str) -> None:
    """Remove whole indexes but the current and the newest of the others, and those that nobody goes on loading.

    Only what has a name as given here: others may use the cluster, too.
    """
    ours = re.compile(rf"{re.escape(alias)}-[^-]+-[0-9a-f]{{8}}\.[0-9a-f]{{8}}")
    every = _again(lambda: client.indices.get(index=f"{alias}-*", params=_patient()))
    found = {index: facts for index, facts in every.items() if ours.fullmatch(index)}
    made = {index: int(facts["settings"]["index"]["creation_date"]) for index, facts in found.items()}
    others = sorted((index for index in found if index != current), key=lambda index: -made[index])
    whole = [index for index in others if any(name != alias for name in found[index]["aliases"])]
    latest = made[current] - _ABANDONED / timedelta(milliseconds=1)
    abandoned = [index for index in others if index not in whole and made[index] < latest]
    if old := [*whole[KEPT - 1 :], *abandoned]:
        _again(lambda: client.indices.delete(index=",".join(old), params={**_patient(), "ignore_unavailable": "true"}))
