"""The pictures of several catalogs as those of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ...items import Item
from .gallery import Gallery, PictureProblem, PictureVectors, Progress

if TYPE_CHECKING:
    from ..catalog import Catalog


class JointGallery(Gallery):
    """Asks the galleries of the catalogs, in their order. Those with another encoder than the first show nothing."""

    def __init__(self, catalogs: Sequence[Catalog]) -> None:
        super().__init__(next((one.gallery.given for one in catalogs if one.gallery.given), None))
        self._catalogs = tuple(catalogs)
        self._joined: tuple[Sequence[PictureVectors], PictureVectors] | None = None

    def of(self, items: Sequence[Item], progress: Progress | None = None) -> PictureVectors:  # noqa: ARG002
        """The vectors of all the catalogs' pictures."""
        found = [self._of(one, progress) for one in self._catalogs]
        if self._joined is None or any(one is not other for one, other in zip(self._joined[0], found, strict=True)):
            self._joined = found, _joined(found)
        return self._joined[1]

    def refresh(self) -> None:
        """Looks at all the files again."""
        for one in self._catalogs:
            one.gallery.refresh()

    def _of(self, catalog: Catalog, progress: Progress | None) -> PictureVectors:
        items, encoder = catalog.items(), self.encoder
        if catalog.gallery.usable and catalog.gallery.encoder.model_id == encoder.model_id:
            return catalog.gallery.of(items, progress)
        none, reason = np.zeros((len(items), encoder.dimension), np.float32), f"not encoded by {encoder.model_id}"
        problems = tuple(PictureProblem(item.id, reason) for item in items if item.image)
        return PictureVectors(none, np.zeros(len(items), dtype=bool), problems)


def _joined(found: Sequence[PictureVectors]) -> PictureVectors:
    return PictureVectors(
        np.concatenate([one.vectors for one in found]),
        np.concatenate([one.seen for one in found]),
        tuple(problem for one in found for problem in one.problems),
    )
