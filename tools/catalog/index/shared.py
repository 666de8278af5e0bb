"""An index whose items live on a server that other processes write to as well; the directory only holds a copy."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
from langchain_core.embeddings import Embeddings

from ...constraints.model import Constraint
from ...errors import IndexStateError
from ..embeddings import embedding_id
from .changing import Change, changed, latest
from .indexing import Source, is_current, new_manifest, silent
from .local import commit
from .manifest import Manifest, read_manifest, writing
from .protocol import News
from .served import KEPT_S, Address, Server, answering
from .snapshot import Snapshot, frozen, read_snapshot
from .synchronise import Progress, bring, synchronise

FRESH_S = 1.0
"""A search asks the server for news at most once in this time: so old may be what it sees of other processes."""
_COPIED = 500
"""Changed items after which the copy in the directory is made anew."""


class SharedIndex:
    """A catalog on a server, as an `Index`. Not safe for several threads, but for `nearest`."""

    served = True

    def __init__(self, directory: Path, server: Server, manifest: Manifest, since: float) -> None:
        """`since` is when the state that goes with this was read, in seconds since 1970."""
        self.directory = directory
        self.manifest = manifest
        self._server = server
        self._since = since
        self._seen: set[str] = set()
        self._token = ""
        self._asked = 0.0

    def write(self, change: Change, hear: Callable[[News], None]) -> None:
        """Writes to the server."""
        with answering(self._server.address):
            hear(self._news())
            with self._server.noting(latest([change]).of):
                bring(self._server.store, latest([change]), self.manifest.schema_, time.time() * 1e6)
        hear(News(None, (change,)))

    def news(self, *, now: bool = False) -> News:
        """What others wrote. Raises IndexStateError when the server does not answer."""
        if not now and time.monotonic() - self._asked < FRESH_S:
            return News()
        self._asked = time.monotonic()
        with answering(self._server.address):
            return self._news()

    def nearest(self, vector: np.ndarray, k: int, constraints: Sequence[Constraint] = ()) -> list[str]:
        """About k ids by the server's index."""
        with answering(self._server.address):
            return self._server.store.nearest(vector, k, constraints)

    def close(self, hear: Callable[[News], None]) -> None:
        """What was written is on the server already."""

    def _news(self) -> News:
        """The token is read first: a change that is noted later brings another one."""
        token = self._server.token()
        if token == self._token:
            return News()
        if time.time() - self._since > KEPT_S / 2:
            return self._everything(token)
        keys = self._server.notes(self._since)
        unseen = [key for key in keys if key not in self._seen]
        new = self._server.read_notes(unseen) if unseen else []
        if any(note.everything for note in new):
            return self._everything(token)
        self._token = token
        self._seen = set(keys)
        self._since = max([self._since, *(note.at for note in new)])
        ids = {one for note in new for one in note.ids}
        return News(None, (_as_it_is(self._server, ids),) if ids else ())

    def _everything(self, token: str) -> News:
        """Notes are read first as well: what is noted while the items are read may not be among them."""
        since = time.time()
        seen = set(self._server.notes(since))
        manifest = self._server.manifest()
        contents = self._server.store.read()
        self._token, self._since, self._seen = token, since, seen
        if manifest is not None and manifest.schema_ == self.manifest.schema_:
            self.manifest = manifest
        return News(frozen(contents.items, contents.vectors, 0))


def open_shared(
    address: Address,
    directory: Path,
    embeddings: Embeddings,
    dimension: int,
    source: Source | None,
    progress: Progress | None = None,
) -> tuple[SharedIndex, Snapshot]:
    """A catalog on a server and its state, first filled or brought up to date when the source says so.

    Raises IndexStateError when the server cannot be reached, holds another embedding, or has no such catalog.
    """
    with answering(address):
        server = Server(address, embedding_id(embeddings), dimension, create=source is not None)
        manifest = server.manifest()
        if source is not None and not is_current(manifest, source):
            manifest = _fill(server, embeddings, source, manifest, progress or silent)
        if manifest is None or manifest.state == "filling":
            raise IndexStateError(f"{address}: not filled yet.", cure="Open the catalog from its file with this store.")
        return _opened(server, directory, manifest, time.time())


def _fill(
    server: Server,
    embeddings: Embeddings,
    source: Source,
    known: Manifest | None,
    progress: Progress,
) -> Manifest:
    """Two processes that fill at once do the same work twice, and no harm."""
    loaded = source.load()
    manifest = new_manifest(loaded, embeddings, source, known)
    with server.noting((), everything=True):
        server.write_manifest(manifest)
        synchronise(server.store, loaded, embeddings, progress)
        server.write_manifest(manifest.model_copy(update={"state": "ready"}))
    return manifest.model_copy(update={"state": "ready"})


def _opened(server: Server, directory: Path, manifest: Manifest, now: float) -> tuple[SharedIndex, Snapshot]:
    """From the copy in the directory when it is of the same source, and young; else from the server."""
    copy = _copy(directory, manifest, now)
    since, snapshot = copy if copy else (now, _whole(server))
    index = SharedIndex(directory, server, manifest, since)
    changes = index.news(now=True)
    snapshot = changed(changes.snapshot or snapshot, changes.changes)
    if copy is None or len(latest(changes.changes).of) > _COPIED or changes.snapshot is not None:
        with suppress(IndexStateError), writing(directory):
            commit(directory, manifest.model_copy(update={"token": str(now)}), snapshot)
    return index, snapshot


def _copy(directory: Path, manifest: Manifest, now: float) -> tuple[float, Snapshot] | None:
    """When the copy was made, and the copy; None when it is missing, damaged, of another source or old."""
    kept = read_manifest(directory)
    if kept is None or not kept.token or kept.stamp != manifest.stamp or now - float(kept.token) > KEPT_S / 2:
        return None
    snapshot = read_snapshot(directory, kept.revision, kept.count, kept.dimension)
    return (float(kept.token), snapshot) if snapshot else None


def _whole(server: Server) -> Snapshot:
    contents = server.store.read()
    return frozen(contents.items, contents.vectors, 1)


def _as_it_is(server: Server, ids: set[str]) -> Change:
    """What the server holds now for some ids."""
    found = server.store.read(sorted(ids))
    there = {item.id for item in found.items}
    return Change(found.items, found.vectors, tuple(sorted(ids - there)))
