"""Random conversations over any catalog, with the ground truth of the person who speaks."""

from .conditions import Condition, Speakable, speakable
from .judging import Violation, violations
from .person import Person
from .talk import LANGUAGES, RandomTalk, RandomTurn, talk, talks
from .wording import Wording

__all__ = [
    "LANGUAGES",
    "Condition",
    "Person",
    "RandomTalk",
    "RandomTurn",
    "Speakable",
    "Violation",
    "Wording",
    "speakable",
    "talk",
    "talks",
    "violations",
]
