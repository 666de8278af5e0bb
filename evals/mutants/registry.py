"""All mutants, by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from ..targets import Target
from . import faults, memory
from .memory import Facts, Fault


@dataclass(frozen=True, slots=True)
class Mutant:
    """An agent with one fault, made from a sound one."""

    name: str
    about: str
    of: Callable[[Target, Facts], Target]


def _faulty(fault: Fault) -> Callable[[Target, Facts], Target]:
    return partial(_with, fault)


def _with(fault: Fault, target: Target, facts: Facts) -> Target:
    return memory.Faulty(target, facts, fault)


_FAULTS: dict[str, tuple[str, Fault]] = {
    "ignores constraints": ("shows what is best known, and says that the conditions hold", faults.unfiltered),
    "breaks one constraint": ("one item of each list breaks a condition", faults.one_unfit),
    "repeats items": ("the first list again and again", faults.repeating),
    "invents an item": ("the last item of each list does not exist", faults.inventing),
    "invents a title": ("the first item is called what it is not", faults.mistitled),
    "wrong language": ("answers in the other language", faults.other_language),
    "leaks the profile": ("ends every reply with what it knows of the person", faults.leaking),
    "always asks": ("nothing but questions", faults.always_asking),
    "never asks": ("never a question", faults.never_asking),
    "shows nothing": ("apologises instead", faults.silent),
    "gives no reasons": ("items without a word why", faults.unexplained),
    "gives false reasons": ("says that the person likes what nobody spoke of", faults.flattering),
    "cheers at everything": ("congratulates the sad", faults.cheering),
    "mistakes every intent": ("everything is small talk", faults.misreading),
    "wastes model calls": ("seven more a turn", faults.wasteful),
}
_OPENED: dict[str, tuple[str, Callable[[Target, Facts], Target]]] = {
    "forgets feedback": ("likes and dislikes change nothing", lambda target, _: memory.Unmoved(target)),
    "forgets the conversation": ("every message is the first", lambda target, _: memory.Amnesiac(target)),
    "forgets the person": ("no profile", lambda target, _: memory.Opened(target, memory.without_person)),
    "breaks the rules of the house": ("no policy", lambda target, _: memory.Opened(target, memory.without_rules)),
}
MUTANTS: dict[str, Mutant] = {name: Mutant(name, about, _faulty(fault)) for name, (about, fault) in _FAULTS.items()} | {
    name: Mutant(name, about, of) for name, (about, of) in _OPENED.items()
}
