"""The pictures of a catalog as vectors: made when first needed, kept beside the index, again when a file changed."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ...errors import PictureError, SettingsError
from ...items import Item
from .encoding import default_encoder, installed
from .kept import Kept, Stamp, read_kept, write_kept
from .locating import Located, locate
from .protocol import PictureEncoder, TextPictureEncoder
from .reading import read_picture

if TYPE_CHECKING:
    from ..index.protocol import Index

Progress = Callable[[int, int], None]
_BATCH = 16
_SAVED_EVERY = 4_096
"""Pictures; an interrupted run goes on from there."""


@dataclass(frozen=True, slots=True)
class PictureProblem:
    """Why an item has a picture that cannot be searched by. Its text and facets can be all the same."""

    item_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class PictureVectors:
    """Shape (n, p), float32, in the order of the items: a unit row for each that has a picture, else zeros."""

    vectors: np.ndarray
    seen: np.ndarray
    """Shape (n,), bool: which items have one."""
    problems: tuple[PictureProblem, ...] = ()

    @property
    def count(self) -> int:
        """How many items have a vector."""
        return int(self.seen.sum())


class Gallery:
    """Encodes the pictures of one catalog, and those that are searched with. Safe from any thread."""

    def __init__(
        self, encoder: PictureEncoder | None = None, *, folder: Path | None = None, directory: Path | None = None
    ) -> None:
        """Relative paths are looked up in `folder`; vectors are kept in `directory`, in memory without one."""
        self.given = encoder
        self.folder = folder
        self._directory = directory
        self._lock = threading.Lock()
        self._kept: Kept | None = None
        self._latest: tuple[Sequence[Item], PictureVectors] | None = None

    @classmethod
    def beside(cls, index: Index | None) -> Gallery:
        """That of a catalog with an index: vectors are kept there, paths are relative to what it was made from."""
        if index is None:
            return cls()
        folder = index.manifest.folder or Path(index.manifest.source).parent
        return cls(folder=Path(folder), directory=index.directory)

    def use(self, encoder: PictureEncoder) -> None:
        """Encodes with that from now on."""
        with self._lock:
            self.given, self._kept, self._latest = encoder, None, None

    @property
    def encoder(self) -> PictureEncoder:
        """The one given, or the default. Raises SettingsError when the extra `images` is not installed."""
        if self.given is not None:
            return self.given
        if not installed():
            raise SettingsError("Pictures need more packages.", cure="pip install 'langgraph-recommender[images]'")
        return default_encoder()

    @property
    def usable(self) -> bool:
        """Whether there is an encoder."""
        return self.given is not None or installed()

    def read(self, source: str | Path | bytes, name: str = "") -> np.ndarray:
        """The unit vector (p,) of a picture file or its bytes. Raises PictureError and SettingsError."""
        encoder = self.encoder
        return encoder.encode([read_picture(source, name)])[0]

    def words(self, text: str) -> np.ndarray | None:
        """The vector (p,) of what a text says of looks; None when the encoder takes no texts, or it says nothing."""
        encoder = self.given
        if not text.strip() or not isinstance(encoder, TextPictureEncoder):
            return None
        vector = encoder.encode_texts([text])[0]
        return vector if vector.any() else None

    def of(self, items: Sequence[Item], progress: Progress | None = None) -> PictureVectors:
        """The vectors of the items' pictures; encodes those that are new or changed. Raises SettingsError."""
        with self._lock:
            if self._latest is None or not _same_pictures(self._latest[0], items):
                self._latest = (items, self._made(items, progress or _silent))
            return self._latest[1]

    def refresh(self) -> None:
        """Looks at the files again when the vectors are next needed."""
        with self._lock:
            self._latest = None

    def _made(self, items: Sequence[Item], progress: Progress) -> PictureVectors:
        encoder = self.encoder
        before = self._kept or read_kept(self._directory, encoder.model_id)
        found, reasons = self._look_up(items, before)
        self._kept = self._encoded(found, before, reasons, progress)
        vectors = np.zeros((len(items), encoder.dimension), dtype=np.float32)
        seen = np.zeros(len(items), dtype=bool)
        problems = []
        for row, item in enumerate(items):
            name = key_of(item.image) if item.image else ""
            if name in self._kept.vectors:
                vectors[row], seen[row] = self._kept.vectors[name], True
            elif name:
                problems.append(PictureProblem(item.id, reasons[name]))
        vectors.setflags(write=False)
        return PictureVectors(vectors, seen, tuple(problems))

    def _look_up(self, items: Sequence[Item], before: Kept) -> tuple[dict[str, _Found], dict[str, str]]:
        """Every picture by key with its stamp, and the reasons why others cannot be reached."""
        found: dict[str, _Found] = {}
        reasons: dict[str, str] = {}
        for reference in dict.fromkeys(item.image for item in items if item.image):
            name = key_of(reference)
            try:
                where = locate(reference, self.folder)
                found[name] = _Found(where, _stamp(where, before.stamps.get(name), reference))
            except PictureError as error:
                reasons[name] = str(error)
        return found, reasons

    def _encoded(self, found: Mapping[str, _Found], before: Kept, reasons: dict[str, str], progress: Progress) -> Kept:
        """What is kept now; adds the reasons of those that turn out to be no pictures."""
        same = {name for name, one in found.items() if _is_same(before.stamps.get(name), one.stamp)}
        kept = Kept(
            before.encoder,
            {name: found[name].stamp for name in found if name in same},
            {name: before.vectors[name] for name in found if name in same},
        )
        todo = [name for name in found if name not in same]
        for start in range(0, len(todo), _BATCH):
            progress(len(same) + start, len(found))
            self._encode(todo[start : start + _BATCH], found, kept, reasons)
            if (start // _BATCH + 1) * _BATCH % _SAVED_EVERY == 0:
                write_kept(self._directory, kept)
        if kept.stamps != before.stamps:
            write_kept(self._directory, kept)
        if todo:
            progress(len(found), len(found))
        return kept

    def _encode(self, names: Sequence[str], found: Mapping[str, _Found], kept: Kept, reasons: dict[str, str]) -> None:
        pictures = {}
        for name in names:
            where = found[name].where
            try:
                pictures[name] = read_picture(where.path or where.content, "" if where.path else "the data URI")
            except PictureError as error:
                reasons[name] = str(error)
        for name, vector in zip(pictures, self.encoder.encode(list(pictures.values())), strict=True):
            kept.stamps[name] = found[name].stamp
            kept.vectors[name] = vector.astype(np.float16)


@dataclass(frozen=True, slots=True)
class _Found:
    where: Located
    stamp: Stamp


def key_of(reference: str) -> str:
    """What stands for a reference: itself, or the hash of a data URI."""
    return f"data:{_sha256(reference.encode())}" if reference[:5].lower() == "data:" else reference


def local_pictures(items: Sequence[Item]) -> Iterator[Item]:
    """The items whose pictures are not on the network."""
    return (item for item in items if item.image and "://" not in item.image[:10])


def _same_pictures(items: Sequence[Item], others: Sequence[Item]) -> bool:
    return items is others or [one.image for one in items] == [one.image for one in others]


def _stamp(where: Located, known: Stamp | None, reference: str) -> Stamp:
    if where.path is None:
        return Stamp(_sha256(where.content))
    try:
        about = where.path.stat()
        if known and (known.size, known.modified_ns) == (about.st_size, about.st_mtime_ns):
            return known
        return Stamp(_digest(where.path), about.st_size, about.st_mtime_ns)
    except (OSError, ValueError) as error:
        what = "no such file" if isinstance(error, FileNotFoundError) else f"cannot be read ({error})"
        raise PictureError(f"{reference[:200]}: {what}.", cure="Put the picture there, or correct the path.") from error


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _is_same(known: Stamp | None, now: Stamp) -> bool:
    return known is not None and known.sha256 == now.sha256


def _silent(_done: int, _total: int) -> None:
    """Progress that nobody watches."""
