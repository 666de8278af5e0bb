"""The one language of filters, from a person's words, a profile, a policy or the command line."""

from .evaluate import admits, matches
from .model import Constraint, Op, Source
from .parse import parse_filter
from .render import render, render_all

__all__ = ["Constraint", "Op", "Source", "admits", "matches", "parse_filter", "render", "render_all"]
