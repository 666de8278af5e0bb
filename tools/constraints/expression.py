"""The tree of a filter expression, and how it becomes a tuple of constraints that all must hold."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import FilterError
from .model import Constraint, Op, Scalar

_OPPOSITE = {
    Op.EQ: Op.NE, Op.NE: Op.EQ, Op.LT: Op.GE, Op.GE: Op.LT,
    Op.GT: Op.LE, Op.LE: Op.GT, Op.IN: Op.NOT_IN, Op.NOT_IN: Op.IN,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Condition:
    """A leaf: one constraint and the text it was read from."""

    constraint: Constraint
    text: str


@dataclass(frozen=True, slots=True)
class Not:
    """The negation of a part."""

    part: Node


@dataclass(frozen=True, slots=True)
class Both:
    """All parts hold."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one part holds."""

    parts: tuple[Node, ...]


Node = Condition | Not | Both | Either


def flatten(node: Node, *, negated: bool = False) -> tuple[Constraint, ...]:
    """The constraints that together mean the expression.

    Raises FilterError when a list of constraints cannot say it.
    """
    if isinstance(node, Condition):
        return (_negate(node) if negated else node.constraint,)
    if isinstance(node, Not):
        return flatten(node.part, negated=not negated)
    parts = [flatten(part, negated=negated) for part in node.parts]
    if isinstance(node, Both) is not negated:
        return tuple(constraint for part in parts for constraint in part)
    return (_merge(parts),)


def _negate(leaf: Condition) -> Constraint:
    constraint = leaf.constraint
    if constraint.op in (Op.ALL, Op.BETWEEN, Op.CONTAINS):
        raise FilterError(
            f"it negates {leaf.text!r}, and `not` is not possible with `{constraint.op}`.",
            cure="Use !=, not in, < or > instead.",
        )
    return constraint.model_copy(update={"op": _OPPOSITE[constraint.op]})


def _merge(parts: list[tuple[Constraint, ...]]) -> Constraint:
    leaves = [part[0] for part in parts if len(part) == 1]
    facets = {leaf.facet for leaf in leaves}
    if len(leaves) < len(parts) or len(facets) > 1 or any(leaf.op not in (Op.EQ, Op.IN) for leaf in leaves):
        raise FilterError(
            "it has an `or` between different conditions, which is not possible.",
            cure="`or` may join values of one facet, as in brand = Apple or brand = Dell.",
        )
    values: tuple[Scalar, ...] = tuple(dict.fromkeys(value for leaf in leaves for value in leaf.values))
    return leaves[0].model_copy(update={"op": Op.IN, "value": values})
