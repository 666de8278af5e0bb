"""Suites of scripted conversations: the format, and how a file of it is read."""

from .bind import bind
from .conversation import Answer, Conversation, Setting, Turn
from .expectation import (
    AtEnd,
    EmotionExpectation,
    Expectation,
    ProfileExpectation,
    ProfileFacts,
    QuestionSpec,
    Relative,
    ShownExpectation,
    TextExpectation,
    ToolsExpectation,
)
from .load import Suite, load_suite, read_suite, select_tagged, shipped_suites
from .simulation import Needed, Simulation
from .spec import SuiteSpec

__all__ = [
    "Answer",
    "AtEnd",
    "Conversation",
    "EmotionExpectation",
    "Expectation",
    "Needed",
    "ProfileExpectation",
    "ProfileFacts",
    "QuestionSpec",
    "Relative",
    "Setting",
    "ShownExpectation",
    "Simulation",
    "Suite",
    "SuiteSpec",
    "TextExpectation",
    "ToolsExpectation",
    "Turn",
    "bind",
    "load_suite",
    "read_suite",
    "select_tagged",
    "shipped_suites",
]
