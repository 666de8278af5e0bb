"""Simulated people: they have something in mind, talk about it over several turns, and are judged by the catalog."""

from .describing import Ground
from .goals import Goal, Taste
from .model_voice import ModelVoice
from .person import Person
from .personas import Persona, find_persona, load_personas
from .talk import goal_for, simulate
from .voice import PhraseVoice, Voice

__all__ = [
    "Goal",
    "Ground",
    "ModelVoice",
    "Person",
    "Persona",
    "PhraseVoice",
    "Taste",
    "Voice",
    "find_persona",
    "goal_for",
    "load_personas",
    "simulate",
]
