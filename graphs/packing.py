"""A serializer for checkpoints that packs each of our values once, and tightly.

A turn has eight or nine steps, and after each of them the saver packs the whole state. Most of it did not change, and
our values cannot change: what was packed for one step is used again for the next.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeAlias

import ormsgpack
from langgraph.checkpoint.serde.base import SerializerProtocol
from langgraph.checkpoint.serde.jsonplus import EXT_CONSTRUCTOR_KW_ARGS, EXT_PYDANTIC_V2, JsonPlusSerializer
from pydantic import BaseModel

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Value: TypeAlias = "BaseModel | DataclassInstance"
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
    """Packs values of the given frozen types as their JSON fields, and the rest as `JsonPlusSerializer` does.

    Both serializers read what either has written.
    """

    def __init__(
        self, values: Iterable[type[Value]], *, prepare: Callable[[Any], Any] = lambda value: value, **settings: Any
    ) -> None:
        """`prepare` is applied to whatever is packed, before it is."""
        super().__init__(**settings)
        self._prepare = prepare
        self._values = frozenset(values)
        self._kept: dict[int, tuple[Value, Any]] = {}

    def dumps_typed(self, obj: Any) -> tuple[str, bytes]:
        """(type, bytes) of a value. Raises TypeError for one that no checkpoint can hold."""
        obj = self._prepare(obj)
        if obj is None or isinstance(obj, (bytes, bytearray)) or self.pickle_fallback:
            return super().dumps_typed(obj)
        return "msgpack", ormsgpack.packb(obj, default=self._packed, option=_OPTIONS)

    def _packed(self, value: Any) -> Any:
        """What stands for a value that msgpack does not know."""
        if type(value) not in self._values:
            return ormsgpack.unpackb(super().dumps_typed(value)[1], ext_hook=ormsgpack.Ext)
        kept = self._kept.get(id(value))
        if kept is None or kept[0] is not value:
            kept = (value, _as_fields(value))
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[id(value)] = kept
        return kept[1]


class Prepared(SerializerProtocol):
    """Another serializer, handed only what `prepare` makes of each value."""

    def __init__(self, inner: SerializerProtocol, prepare: Callable[[Any], Any]) -> None:
        self._inner = inner
        self._prepare = prepare

    def dumps_typed(self, obj: Any) -> tuple[str, bytes]:
        """(type, bytes) of a value."""
        return self._inner.dumps_typed(self._prepare(obj))

    def loads_typed(self, data: tuple[str, bytes]) -> Any:
        """The value."""
        return self._inner.loads_typed(data)


def _as_fields(value: Value) -> Any:
    """As LangGraph packs such a value; a pydantic one without what is at its default, or a class for every enum."""
    kind = type(value)
    if isinstance(value, BaseModel):
        code, said, read = EXT_PYDANTIC_V2, value.model_dump(mode="json", exclude_defaults=True), "model_validate_json"
        fields: tuple[Any, ...] = (kind.__module__, kind.__name__, said, read)
    else:
        code, names = EXT_CONSTRUCTOR_KW_ARGS, (one.name for one in dataclasses.fields(value))
        fields = (kind.__module__, kind.__name__, {name: getattr(value, name) for name in names})
    return ormsgpack.Ext(code, ormsgpack.packb(fields, option=_OPTIONS))
