"""The one language of filters, from a person's words, a profile, a policy or the command line."""

from .canonical import to_filter
from .evaluate import admits, matches
from .model import NEGATIVE, POSITIVE, Constraint, Op, Source
from .parse import parse_filter
from .render import render, render_all
from .units import show_number

__all__ = [
    "NEGATIVE",
    "POSITIVE",
    "Constraint",
    "Op",
    "Source",
    "admits",
    "matches",
    "parse_filter",
    "render",
    "render_all",
    "show_number",
    "to_filter",
]
