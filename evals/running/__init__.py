"""Runs conversations against a target."""

from .scripted import run_conversation, run_suites

__all__ = ["run_conversation", "run_suites"]
