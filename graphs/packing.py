"""A serializer for checkpoints that packs each of our values once.

A turn has eight or nine steps, and after each of them the saver packs the whole state. Most of it did not change, and
our values cannot change: what was packed for one step is used again for the next.
"""

from __future__ import annotations

from typing import Any

import ormsgpack
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from pydantic import BaseModel

_MOST_KEPT = 4_096
_OPTIONS = (
    ormsgpack.OPT_NON_STR_KEYS
    | ormsgpack.OPT_PASSTHROUGH_DATACLASS
    | ormsgpack.OPT_PASSTHROUGH_DATETIME
    | ormsgpack.OPT_PASSTHROUGH_ENUM
    | ormsgpack.OPT_PASSTHROUGH_UUID
    | ormsgpack.OPT_REPLACE_SURROGATES
)
"""Those of `JsonPlusSerializer`: every type that it treats in its own way is left to it."""


class PackingOnce(JsonPlusSerializer):
    """Writes the same bytes as `JsonPlusSerializer`, and keeps those of frozen pydantic values while it can."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._kept: dict[int, tuple[BaseModel, Any]] = {}

    def dumps_typed(self, obj: Any) -> tuple[str, bytes]:
        """(type, bytes) of a value. Raises as `JsonPlusSerializer` does."""
        if obj is None or isinstance(obj, (bytes, bytearray)) or self.pickle_fallback:
            return super().dumps_typed(obj)
        return "msgpack", ormsgpack.packb(obj, default=self._packed, option=_OPTIONS)

    def _packed(self, value: Any) -> Any:
        """What stands for a value that msgpack does not know."""
        if not (isinstance(value, BaseModel) and value.model_config.get("frozen")):
            return self._pack(value)
        kept = self._kept.get(id(value))
        if kept is None or kept[0] is not value:
            kept = (value, self._pack(value))
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[id(value)] = kept
        return kept[1]

    def _pack(self, value: Any) -> Any:
        return ormsgpack.unpackb(super().dumps_typed(value)[1], ext_hook=ormsgpack.Ext)
