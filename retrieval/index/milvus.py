"""The five calls on Milvus: our own BM25 weights, vectors, and scalars, in one collection.

Milvus hands over candidates. Neither its BM25 nor its fusion is used: they find the right passage
much less often, and its idf is that of a shard. Names are numbers here, so that no filter has to
quote what strangers wrote.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import numpy as np

from retrieval.errors import EngineError
from retrieval.index.bm25 import restore_counts, saturate
from retrieval.index.port import Filter, Row, Search

if TYPE_CHECKING:
    from pymilvus import AnnSearchRequest, MilvusClient

_T = TypeVar("_T")
_CONNECT_S, _READ_S, _WRITE_S = 5.0, 10.0, 60.0
"""Longest wait for a connection, for an answer, and for rows to be stored."""
_MOST = 16_384
"""Rows that Milvus hands over at once."""
_TERMS, _VECTOR = "terms", "vector"
_NUMBERS = ("publisher", "section", "owner", "day", "length")
_SEALED_FROM = 1000
"""Rows stored since from which on they are sealed before a search: until then a server compares
them one by one."""
_NOT_LOADED = 101
"""The code by which a server says so: it was started again."""
_NO_TERM = 0
"""Stands for the terms of a passage without any: Milvus takes no sparse vector that is empty."""
_FIELDS = ["key", _TERMS, _VECTOR, "lead", *_NUMBERS]


class MilvusEngine:
    """Keeps rows in one collection of a Milvus; safe to use from several threads.

    Args:
        uri: Of the server: ``http://milvus:19530``, or ``http://user:password@milvus:19530``.
        name: Of the collection; it is made where missing.
        dimension: Tells how many numbers a vector has, where the collection is to be made.
    """

    def __init__(self, uri: str, name: str, *, dimension: Callable[[], int]) -> None:
        parts = urlsplit(uri)
        self._uri = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
        self._token = f"{parts.username}:{parts.password}" if parts.username else ""
        self._name = name
        self._dimension = dimension
        self._client: MilvusClient | None = None
        self._size = 0
        self._unsealed = 0
        self._failures = 0
        self._connecting = threading.Lock()

    def upsert(self, rows: Sequence[Row]) -> None:
        """Store rows, in place of those of the same keys."""
        if rows:
            self._ask(lambda client: self._upsert(client, rows))
            self._unsealed += len(rows)

    def delete(self, keys: Sequence[int] | None) -> None:
        """Remove rows, those that are there; None for all, with their collection."""
        if keys is None:
            self._ask(lambda client: client.drop_collection(self._name, timeout=_WRITE_S))
            self._client = None  # the next call makes it anew
        elif keys:
            self._ask(lambda client: client.delete(self._name, ids=[*keys], timeout=_WRITE_S))

    def find_best(self, searches: Sequence[Search]) -> list[int]:
        """Return the keys of the best rows of every search, in one request if they are few."""
        if self._unsealed >= _SEALED_FROM:
            self._ask(self._seal)
        batches = [self._ask(partial(self._find, some)) for some in _in_batches(searches)]
        return list({key for found in batches for key in found})

    def fetch(self, keys: Sequence[int]) -> list[Row]:
        """Read rows, those that are there, ascending."""
        wanted = sorted(set(keys))
        parts = (wanted[first : first + _MOST] for first in range(0, len(wanted), _MOST))
        rows = [row for some in parts for row in self._ask(partial(self._fetch, some))]
        return sorted(rows, key=lambda row: row.key)

    def count(self) -> int:
        """How many rows there are."""
        found = self._ask(
            lambda client: client.query(
                self._name,
                filter="",
                output_fields=["count(*)"],
                consistency_level="Strong",
                timeout=_READ_S,
            )
        )
        return int(found[0]["count(*)"])

    def _upsert(self, client: MilvusClient, rows: Sequence[Row]) -> None:
        client.upsert(self._name, [self._write(row) for row in rows], timeout=_WRITE_S)

    def _seal(self, client: MilvusClient) -> None:
        """Let the server index what it stored; one that has done so lately refuses."""
        self._unsealed = 0
        with suppress(*_faults()):
            client.flush(self._name, timeout=_WRITE_S)

    def _fetch(self, keys: Sequence[int], client: MilvusClient) -> list[Row]:
        found = client.get(self._name, ids=keys, output_fields=_FIELDS, timeout=_READ_S)
        return [_read(one) for one in found]

    def _find(self, searches: Sequence[Search], client: MilvusClient) -> list[int]:
        """Search in one request, whose own order of what it finds is not looked at."""
        from pymilvus import RRFRanker

        found = client.hybrid_search(
            self._name,
            [_request(one) for one in searches],
            RRFRanker(),
            limit=sum(one.count for one in searches),
            timeout=_READ_S,
        )
        return [int(hit.get("key", hit.get("id"))) for hit in found[0]]  # by the server's version

    def _write(self, row: Row) -> dict[str, object]:
        weights = saturate(row.counts, row.length)
        vector = row.vector if len(row.vector) == self._size else np.zeros(self._size, np.float32)
        known = {name: getattr(row, name) for name in _NUMBERS}
        return known | {
            "key": row.key,
            "lead": row.lead,
            _TERMS: dict(zip(row.terms.tolist(), weights.tolist(), strict=True)) or {_NO_TERM: 1.0},
            _VECTOR: vector,
        }

    def _ask(self, call: Callable[[MilvusClient], _T]) -> _T:
        """Make a call; of a server that was started again, once its collection is loaded anew.

        Raises:
            EngineError: The client is not installed, cannot connect, or the call fails.
        """
        for last in (False, True):
            client = self._connected()
            try:
                return call(client)
            except _faults() as error:
                self._client = None
                if last or getattr(error, "code", 0) != _NOT_LOADED:
                    raise EngineError(
                        f"Milvus at {self._uri} does not answer: {_say(error)}"
                    ) from error
        raise AssertionError  # pragma: no cover - the loop has returned or raised

    def _connected(self) -> MilvusClient:
        failures = self._failures
        with self._connecting:
            if self._client is None:
                if self._failures != failures:  # of another thread, while this one waited
                    raise EngineError(f"no Milvus at {self._uri}")
                try:
                    self._client = self._connect()
                except _faults() as error:
                    self._failures += 1
                    raise EngineError(f"no Milvus at {self._uri}: {_say(error)}") from error
            return self._client

    def _connect(self) -> MilvusClient:
        from pymilvus import MilvusClient

        client = MilvusClient(self._uri, token=self._token, timeout=_CONNECT_S)
        if not client.has_collection(self._name, timeout=_READ_S):
            _make(client, self._name, self._dimension())
        client.load_collection(self._name, timeout=_WRITE_S)
        fields = client.describe_collection(self._name, timeout=_READ_S)["fields"]
        self._seal(client)
        self._size = next(one["params"]["dim"] for one in fields if one["name"] == _VECTOR)
        return client


def _make(client: MilvusClient, name: str, dimension: int) -> None:
    from pymilvus import DataType

    schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("key", DataType.INT64, is_primary=True)
    schema.add_field(_TERMS, DataType.SPARSE_FLOAT_VECTOR)
    schema.add_field(_VECTOR, DataType.FLOAT_VECTOR, dim=dimension)
    schema.add_field("lead", DataType.BOOL)
    for number in _NUMBERS:
        schema.add_field(number, DataType.INT64)
    indexes = client.prepare_index_params()
    indexes.add_index(_TERMS, index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
    indexes.add_index(_VECTOR, index_type="AUTOINDEX", metric_type="IP")
    client.create_collection(name, schema=schema, index_params=indexes, timeout=_WRITE_S)


def _request(search: Search) -> AnnSearchRequest:
    from pymilvus import AnnSearchRequest

    lexical = isinstance(search.query, Mapping)
    return AnnSearchRequest(
        [dict(search.query) if lexical else search.query],
        _TERMS if lexical else _VECTOR,
        {"metric_type": "IP"},
        limit=search.count,
        expr=write_filter(search.limits),
    )


def write_filter(limits: Filter) -> str:
    """Write a filter in Milvus's language; only numbers stand in it.

    Example:
        >>> write_filter(Filter(owners=(0, 7), first=739000, leads=True))
        'owner in [0, 7] and day >= 739000 and lead == true'
    """
    parts = []
    if limits.owners is not None:
        parts.append(f"owner in {list(limits.owners)}")
    if limits.publishers:
        parts.append(f"publisher in {list(limits.publishers)}")
    if limits.without:
        parts.append(f"publisher not in {list(limits.without)}")
    if limits.first is not None:
        parts.append(f"day >= {limits.first}")
    if limits.last is not None:
        parts.append(f"day <= {limits.last}")
    if limits.leads:
        parts.append("lead == true")
    if limits.keys is not None:
        parts.append(f"key in {list(limits.keys)}")
    return " and ".join(parts)


def _in_batches(searches: Sequence[Search]) -> Iterator[list[Search]]:
    """Put together as many searches as one request may ask for rows."""
    batch: list[Search] = []
    for one in searches:
        if batch and sum(other.count for other in batch) + one.count > _MOST:
            yield batch
            batch = []
        batch.append(one)
    if batch:
        yield batch


def _read(found: Mapping[str, Any]) -> Row:
    pairs = sorted(pair for pair in found[_TERMS].items() if pair[0] != _NO_TERM)
    weights = np.array([weight for _, weight in pairs], np.float32)
    return Row(
        key=found["key"],
        terms=np.array([number for number, _ in pairs], np.uint32),
        counts=restore_counts(weights, found["length"]),
        vector=np.array(found[_VECTOR], np.float32),
        lead=found["lead"],
        **{name: found[name] for name in _NUMBERS},
    )


def _faults() -> tuple[type[Exception], ...]:
    """What a client raises that is at fault itself, or whose server is.

    Raises:
        EngineError: It is not installed.
    """
    try:
        from grpc import RpcError
        from pymilvus import MilvusException
    except ImportError as error:
        raise EngineError(
            "BYLINE_ENGINE=milvus needs Milvus's client: pip install 'byline[milvus]'"
        ) from error
    return MilvusException, RpcError, OSError


def _say(error: Exception) -> str:
    """Say in a line what is wrong, as far as the client tells."""
    return " ".join(str(getattr(error, "message", "") or error).split())[:200]
