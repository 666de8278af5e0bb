"""Runs conversations and simulated people against a target, side by side, and keeps what came out."""

from .cases import Case, cases_of, key_of, run_case
from .schedule import run_cases
from .scripted import run_conversation

__all__ = ["Case", "cases_of", "key_of", "run_case", "run_cases", "run_conversation"]
