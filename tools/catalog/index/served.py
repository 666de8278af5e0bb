"""A Chroma server, `chroma run`, that many processes share: the items, who changed what, and what they were made from.

Chroma has no transactions and no change feed, so the changes are written down in a collection of their own, once
before and once after: whoever reads the note afterwards reads the rows it names, whatever the order of the notes. The
name of the latest change stands in the metadata of the items, where looking it up costs a millisecond or two.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from ...errors import IndexStateError, did_you_mean
from .chroma import CONFIGURATION, ChromaStore, check_embedding
from .manifest import Manifest

_MANIFEST = "manifest"
_CHANGES = ".changes"
_FOREVER = 1e12
KEPT_S = 86_400.0
"""Notes of changes are kept for a day."""
MARGIN_S = 600.0
"""By how much the clocks of the processes may differ."""
_PRUNED_EVERY = 200
_LETTERS = re.compile(r"[^A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server is, and which collection of it is meant."""

    host: str
    port: int
    ssl: bool
    collection: str

    @classmethod
    def read(cls, url: str, name: str) -> Address:
        """`http://HOST:PORT[/COLLECTION]`; the collection is that of the catalog's name when none is given.

        Raises IndexStateError when it is no such URL.
        """
        parts = urlsplit(url)
        try:
            port = parts.port
        except ValueError:
            port = None
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise IndexStateError(f"The store {url!r} is no URL.", cure="Give one such as http://localhost:8000.")
        ssl = parts.scheme == "https"
        return cls(parts.hostname, port or (443 if ssl else 8000), ssl, _collection(parts.path.strip("/") or name))

    def __str__(self) -> str:
        return f"http{'s' * self.ssl}://{self.host}:{self.port}/{self.collection}"


@dataclass(frozen=True, slots=True)
class Note:
    """That a change was begun or done: the ids it is about, or everything."""

    at: float
    """Seconds since 1970, by the clock of the process that wrote."""
    ids: frozenset[str]
    everything: bool


class Server:
    """One catalog on a Chroma server. Safe from any thread."""

    def __init__(self, address: Address, embedding: str, dimension: int, *, create: bool) -> None:
        """Raises IndexStateError when the server cannot be reached, holds another embedding, or has no such catalog."""
        self.address = address
        self._about = {"embedding": embedding, "dimension": dimension}
        self._written = 0
        with answering(address):
            self._client = _connect(address)
            if not create:
                _check_there(self._client, address)
            self._items = self._client.get_or_create_collection(
                address.collection, embedding_function=None, metadata=self._about, configuration=CONFIGURATION
            )
            check_embedding(str(address), dict(self._items.metadata or {}), embedding, dimension)
            self._notes = self._client.get_or_create_collection(address.collection + _CHANGES, embedding_function=None)
            self.store = ChromaStore(self._client, self._items)

    def manifest(self) -> Manifest | None:
        """What the items were made from; None when nobody has said so yet."""
        found: Any = self._notes.get(ids=[_MANIFEST], include=["documents"])
        return Manifest.model_validate_json(found["documents"][0]) if found["ids"] else None

    def write_manifest(self, manifest: Manifest) -> None:
        """Replaces it. What is wrong in the source is told by who read it, and not kept here."""
        text = manifest.model_copy(update={"problems": ()}).model_dump_json()
        self._write(_MANIFEST, {"at": _FOREVER}, text)

    def token(self) -> str:
        """Another one after every change."""
        metadata = self._client.get_collection(self.address.collection, embedding_function=None).metadata or {}
        return str(metadata.get("token", ""))

    @contextmanager
    def noting(self, ids: Collection[str], *, everything: bool = False) -> Iterator[None]:
        """Notes that a change is begun, and after it that it is done: then other processes will see it."""
        key, text = uuid4().hex, json.dumps(list(ids))
        self._note(key, "begun", text, everything)
        yield
        self._note(key, "done", text, everything)
        self._items.modify(metadata={**self._about, "token": key})
        self._prune()

    def notes(self, since: float) -> list[str]:
        """Keys of those written after a time, and a little before, because clocks differ."""
        where: Any = {"$and": [{"at": {"$gt": since - MARGIN_S}}, {"at": {"$lt": _FOREVER}}]}
        return self._notes.get(where=where, include=[])["ids"]

    def read_notes(self, keys: Sequence[str]) -> list[Note]:
        """The notes of some keys."""
        found: Any = self._notes.get(ids=list(keys), include=["metadatas", "documents"])
        return [_read(*row) for row in zip(found["metadatas"], found["documents"], strict=True)]

    def _note(self, key: str, state: str, ids: str, everything: bool) -> None:
        self._write(f"{key}-{state}", {"at": time.time(), "everything": everything}, ids)

    def _write(self, key: str, metadata: Mapping[str, Any], text: str) -> None:
        self._notes.upsert(ids=[key], embeddings=[[1.0]], metadatas=[metadata], documents=[text])

    def _prune(self) -> None:
        if self._written % _PRUNED_EVERY == 0:
            self._notes.delete(where={"at": {"$lt": time.time() - KEPT_S}})
        self._written += 1


@contextmanager
def answering(address: Address) -> Iterator[None]:
    """Raises IndexStateError when the server does not answer, or answers with an error.

    An answer that is not Chroma's own, such as that of a proxy, becomes a plain `Exception` in its client.
    """
    import httpx  # noqa: PLC0415 - comes with chromadb
    from chromadb.errors import ChromaError  # noqa: PLC0415

    try:
        yield
    except Exception as error:
        if isinstance(error, (httpx.HTTPError, ChromaError)) or type(error) is Exception:
            raise _unreachable(address, error) from error
        raise


def _check_there(client: Any, address: Address) -> None:
    from chromadb.errors import NotFoundError  # noqa: PLC0415

    try:
        client.get_collection(address.collection + _CHANGES, embedding_function=None)
    except NotFoundError as error:
        names = [one.name for one in client.list_collections()]
        catalogs = [name for name in names if name + _CHANGES in names]
        raise IndexStateError(
            f"{address}: there is no such catalog on the server.",
            cure=did_you_mean(address.collection, catalogs) if catalogs else "Open it from its file with this store.",
        ) from error


def _connect(address: Address) -> Any:
    import chromadb  # noqa: PLC0415
    from chromadb.config import Settings  # noqa: PLC0415

    try:
        return chromadb.HttpClient(
            address.host, address.port, ssl=address.ssl, settings=Settings(anonymized_telemetry=False)
        )
    except ValueError as error:
        raise _unreachable(address, error) from error


def _unreachable(address: Address, error: Exception) -> IndexStateError:
    return IndexStateError(
        f"{address}: the Chroma server does not answer as it should ({error}).",
        cure=f"Start one with: chroma run --path DIR --host {address.host} --port {address.port}",
    )


def _read(metadata: Mapping[str, Any], text: str) -> Note:
    return Note(float(metadata["at"]), frozenset(json.loads(text)), bool(metadata["everything"]))


def _collection(name: str) -> str:
    """A name that Chroma accepts: 3 to 500 letters and digits; a digest keeps names apart that look alike in those."""
    plain = _LETTERS.sub("-", name).strip("-_")
    if plain == name and len(name) >= 3:
        return name
    return f"{plain}-{hashlib.blake2b(name.encode(), digest_size=4).hexdigest()}".strip("-")
