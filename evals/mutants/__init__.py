"""Agents with one fault each: suites that let one of them pass do not test what they should."""

from .hunt import Caught, hunt, together
from .registry import MUTANTS, Mutant

__all__ = ["MUTANTS", "Caught", "Mutant", "hunt", "together"]
