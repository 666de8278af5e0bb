"""An index directory: manifest, snapshot and journal, in front of the store that holds the items for good.

    manifest.json      which snapshot counts, and what it was made from
    snapshot-R/        items and vectors of revision R
    journal-R.jsonl    what changed since, a line each
    chroma/            the store, unless it is somewhere else

A change is a line in the journal, and durable. Settling brings the store up to date and takes a new snapshot; a crash
anywhere in between leaves the journal, and settling again does no harm.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...constraints.model import Constraint
from ...errors import IndexStateError
from .changing import Change, Latest, changed, latest
from .journal import append, cut, journal_path, read_journal, remove_journals
from .manifest import FILE, Manifest, read_manifest, write_manifest, writing
from .places import Place
from .protocol import News
from .records import digest, item_to_json
from .snapshot import Snapshot, frozen, read_snapshot, remove_snapshots, write_snapshot
from .synchronise import bring

_SETTLE_AFTER = 5_000
"""Changed items in the journal before the store is brought up to date."""
_TRIES = 3
_AGAIN = "Open the catalog again."
Hear = Callable[[News], None]
_LATER, _PER_REVISION = 2.0**40, 2.0**20
"""Items added through the API come after those of any file, in the order of the revisions that added them."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a directory holds: `changes` since the snapshot `base`, up to a position in the journal."""

    manifest: Manifest
    base: Snapshot
    changes: tuple[Change, ...]
    size: int

    @property
    def snapshot(self) -> Snapshot:
        """The state that this comes to."""
        return changed(self.base, self.changes)


class LocalIndex:
    """An open index directory, as an `Index`. Not safe for several threads: the catalog lets one at a time in."""

    served = False

    def __init__(self, place: Place, loaded: Loaded) -> None:
        self.directory = place.directory
        self._place = place
        self._wrote = False
        self._filling = False
        """Whether the source is being indexed anew, or that was interrupted."""
        self._lost: IndexStateError | None = None
        """Why what is in the directory now cannot be followed from what this process has open."""
        self._follow(loaded.manifest, loaded.size, loaded.changes)
        self._seen = self._mark()

    def write(self, change: Change, hear: Hear) -> None:
        """Makes a change durable. Refused when what is in the directory now is not what this process has open."""
        with writing(self.directory):
            hear(self.news())
            if self._lost:
                raise self._lost
            if self._unsettled >= _SETTLE_AFTER:
                self._settle()
            before, self._size = self._size, append(self._journal(), change)
            if self._place.eager:
                self._bring(change, before)
            self._wrote = True
            self._note((change,))
            self._seen = self._mark()
            hear(News(None, (change,)))

    def news(self, *, now: bool = False) -> News:  # noqa: ARG002 - it is always now
        """What other processes wrote since this was last asked; a look at two files when nothing."""
        mark = self._mark()
        if mark == self._seen:
            return News()
        manifest = read_manifest(self.directory)
        self._lost = _lost(self.directory, self.manifest, manifest)
        self._filling = manifest is not None and manifest.state == "filling"
        found = News() if manifest is None or self._lost else self._read(manifest)
        self._seen = mark
        return found

    def _read(self, manifest: Manifest) -> News:
        """What led to the state that another manifest speaks of, which this process follows from here."""
        if manifest.revision == self.manifest.revision:
            return News(None, self._rest())
        rest = self._rest() if manifest.former == self.manifest.revision else ()
        if manifest.former == self.manifest.revision and self._size == manifest.former_size:
            changes, size = read_journal(journal_path(self.directory, manifest.revision))
            self._follow(manifest, size, changes)
            return News(None, (*rest, *changes))
        loaded = load(self.directory, manifest)
        if loaded is None:
            self._lost = _no_snapshot(self.directory)
            return News()
        self._follow(loaded.manifest, loaded.size, loaded.changes)
        return News(loaded.snapshot)

    def nearest(self, vector: np.ndarray, k: int, constraints: Sequence[Constraint] = ()) -> list[str]:
        """About k ids by the store's own index, and all that it may not know yet."""
        found = self._place.ask(self.manifest, lambda store: store.nearest(vector, k, constraints))
        return found if self._place.eager else [*found, *(self._recent - set(found))]

    def close(self, hear: Hear) -> None:
        """Settles what this process wrote. When that fails, or another process is writing, the journal keeps it."""
        if self._wrote:
            with suppress(IndexStateError), writing(self.directory):
                hear(self.news())
                self._settle()
                self._seen = self._mark()
            self._wrote = False
        self._place.close()

    def _bring(self, change: Change, before: int) -> None:
        """Writes a change to the store at once; one that the store refuses did not happen."""
        try:
            with self._place.open(self.manifest) as store:
                bring(store, latest([change]), self.manifest.schema_, _later(self._revision + 1))
        except Exception:
            self._size = cut(self._journal(), before)
            raise

    def _settle(self) -> None:
        """Right after the news was heard: the manifest in the directory is never put back to an older one."""
        if self._filling:
            raise interrupted(self.directory)
        loaded = None if self._lost else load(self.directory, self.manifest)
        if loaded is None:
            raise self._lost or _no_snapshot(self.directory)
        self._follow(settle(self._place, loaded), 0, ())

    def _rest(self) -> tuple[Change, ...]:
        changes, size = read_journal(self._journal(), self._size)
        self._size = max(size, self._size)
        self._note(changes)
        return tuple(changes)

    def _follow(self, manifest: Manifest, size: int, changes: Sequence[Change]) -> None:
        self.manifest, self._size = manifest, size
        self._recent: set[str] = set()
        self._unsettled = 0
        self._revision = manifest.revision
        self._note(changes)

    def _note(self, changes: Sequence[Change]) -> None:
        ids = latest(changes).of
        self._recent |= ids.keys()
        self._revision += len(changes)
        self._unsettled += len(ids)

    def _journal(self) -> Path:
        return journal_path(self.directory, self.manifest.revision)

    def _mark(self) -> tuple[int, ...]:
        """Changes when somebody writes."""
        mark: list[int] = []
        for path in (self.directory / FILE, self._journal()):
            with suppress(OSError):
                found = path.stat()
                mark += [found.st_ino, found.st_mtime_ns, found.st_size]
        return tuple(mark)


def interrupted(directory: Path) -> IndexStateError:
    """What to say of an index that was not filled to the end."""
    return IndexStateError(
        f"{directory}: indexing was interrupted.",
        cure="Run `recommender index` again: it goes on where it stopped.",
    )


def _no_snapshot(directory: Path) -> IndexStateError:
    return IndexStateError(f"{directory}: the snapshot is gone.", cure=_AGAIN)


def _lost(directory: Path, mine: Manifest, now: Manifest | None) -> IndexStateError | None:
    """Why a process that has `mine` open cannot go on with the index of `now`; None when it can."""
    if now is None:
        return IndexStateError(f"{directory}: the index is gone.", cure="Index the source again and open the catalog.")
    if now.state == "filling":
        return None if now.revision == mine.revision else interrupted(directory)
    if now.schema_ != mine.schema_:
        return IndexStateError(f"{directory} was indexed anew with other facets.", cure=_AGAIN)
    if (now.embedding, now.dimension) != (mine.embedding, mine.dimension):
        return IndexStateError(f"{directory} was indexed anew with another embedding.", cure=_AGAIN)
    return None


def load(directory: Path, manifest: Manifest) -> Loaded | None:
    """Snapshot and journal; None when the snapshot is missing, damaged or behind the store."""
    if manifest.state == "filling":
        return None
    base = read_snapshot(directory, manifest.revision, manifest.count, manifest.dimension)
    if base is None:
        return None
    changes, size = read_journal(journal_path(directory, manifest.revision))
    return Loaded(manifest, base, tuple(changes), size)


def restore(place: Place, manifest: Manifest, snapshot: Snapshot) -> None:
    """Puts back what a store that others may look into has lost: one in memory is empty in every new process."""
    with place.open(manifest) as store:
        stored = store.stored(list(snapshot.positions))
        lost = [
            (item, vector)
            for item, vector in zip(snapshot.items, snapshot.vectors, strict=True)
            if item.id not in stored or stored[item.id].content != digest(item_to_json(item))
        ]
        bring(store, Latest({item.id: (item, vector) for item, vector in lost}), manifest.schema_, 0.0)


def open_local(place: Place, manifest: Manifest) -> tuple[LocalIndex, Snapshot]:
    """The index as it stands. A snapshot that is missing, damaged or behind is made again from the store.

    Raises IndexStateError when the store holds less than it should, or another process writes where a snapshot is
    missing.
    """
    for _ in range(_TRIES):
        loaded = load(place.directory, manifest)
        if loaded is not None:
            if place.eager:
                restore(place, loaded.manifest, loaded.snapshot)
            return LocalIndex(place, loaded), loaded.snapshot
        latest_manifest = read_manifest(place.directory) or manifest
        if latest_manifest == manifest:
            break
        manifest = latest_manifest
    with writing(place.directory):
        loaded = rebuild(place, read_manifest(place.directory) or manifest)
    return LocalIndex(place, loaded), loaded.snapshot


def settle(place: Place, loaded: Loaded) -> Manifest:
    """Brings the store up to date with the journal, and takes a new snapshot. Hold the lock of the index."""
    if not loaded.changes:
        return loaded.manifest
    manifest, snapshot = loaded.manifest, loaded.snapshot
    if not place.eager:
        with place.open(manifest) as store:
            bring(store, latest(loaded.changes), manifest.schema_, _later(snapshot.revision))
    return commit(place.directory, manifest, snapshot, loaded.size)


def settle_journal(place: Place, manifest: Manifest) -> int:
    """Brings the store up to date with the journal, whatever there is of a snapshot; returns the number of changes."""
    changes, _ = read_journal(journal_path(place.directory, manifest.revision))
    if changes:
        with place.open(manifest) as store:
            bring(store, latest(changes), manifest.schema_, _later(manifest.revision + len(changes)))
    return len(changes)


def rebuild(place: Place, manifest: Manifest) -> Loaded:
    """A new snapshot from the store. Hold the lock of the index."""
    changes, _ = read_journal(journal_path(place.directory, manifest.revision))
    with place.open(manifest) as store:
        bring(store, latest(changes), manifest.schema_, _later(manifest.revision + len(changes)))
        contents = store.read()
    dropped = sum(len(change.drop) for change in changes)
    if len(contents.items) < manifest.count - dropped and manifest.state == "ready":
        raise IndexStateError(
            f"{place.directory}: the index holds {len(contents.items)} of {manifest.count} items.",
            cure=f"Delete {place.directory} and index again.",
        )
    snapshot = frozen(contents.items, contents.vectors, manifest.revision + len(changes) + 1)
    return Loaded(commit(place.directory, manifest, snapshot), snapshot, (), 0)


def commit(directory: Path, manifest: Manifest, snapshot: Snapshot, former_size: int = -1) -> Manifest:
    """Makes a snapshot the one that counts. The journal that led to it stays for those who still read it."""
    write_snapshot(directory, snapshot)
    new = manifest.model_copy(
        update={
            "state": "ready",
            "revision": snapshot.revision,
            "count": len(snapshot.items),
            "former": manifest.revision,
            "former_size": former_size,
        }
    )
    write_manifest(directory, new)
    remove_snapshots(directory, but=new.revision)
    remove_journals(directory, but=(new.revision, new.former))
    return new


def _later(revision: int) -> float:
    return _LATER + revision * _PER_REVISION
