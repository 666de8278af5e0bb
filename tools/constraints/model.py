"""`Constraint`: one condition on one facet."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Op(StrEnum):
    """Operators; on a multi-valued facet `=` and `in` mean "has", `all` means "has every one"."""

    EQ = "="
    NE = "!="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="
    IN = "in"
    NOT_IN = "not in"
    ALL = "all"
    BETWEEN = "between"
    """Both ends included; the value is a list of two."""
    CONTAINS = "contains"
    """The value occurs within the text of the facet."""


POSITIVE = frozenset({Op.EQ, Op.IN, Op.ALL})
"""Operators that ask for a value."""
NEGATIVE = frozenset({Op.NE, Op.NOT_IN})
"""Operators that refuse one."""


class Source(StrEnum):
    """Who wants the constraint."""

    USER = "user"
    PROFILE = "profile"
    POLICY = "policy"
    COMMAND = "command"


Scalar = str | float | bool


class Constraint(BaseModel):
    """One condition on one facet. `hard` ones are never broken, soft ones only move the ranking.

    `value` is a scalar for comparisons, a list for `in`, `not in`, `all` and `between` (two ends).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    facet: str
    op: Op
    value: Scalar | tuple[Scalar, ...]
    hard: bool = True
    source: Source = Source.USER

    @property
    def values(self) -> tuple[Scalar, ...]:
        """The value as a tuple, whatever the operator."""
        return self.value if isinstance(self.value, tuple) else (self.value,)
