"""Suites of scripted conversations: the format, and how a file of it is read."""

from .bind import bind
from .load import Suite, load_suite, read_suite, shipped_suites
from .spec import (
    Answer,
    AtEnd,
    Conversation,
    Expectation,
    ProfileExpectation,
    ProfileFacts,
    QuestionSpec,
    Relative,
    Setting,
    ShownExpectation,
    SuiteSpec,
    TextExpectation,
    ToolsExpectation,
    Turn,
)

__all__ = [
    "Answer",
    "AtEnd",
    "Conversation",
    "Expectation",
    "ProfileExpectation",
    "ProfileFacts",
    "QuestionSpec",
    "Relative",
    "Setting",
    "ShownExpectation",
    "Suite",
    "SuiteSpec",
    "TextExpectation",
    "ToolsExpectation",
    "Turn",
    "bind",
    "load_suite",
    "read_suite",
    "shipped_suites",
]
