"""INSPIRED (Hayati et al. 2020) as He et al. (2023) judge on it, and the dialogues that are left to learn from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ...tools.ranking.dialogues.model import Choice, Dialogue, Turn
from .dialogue_judged import Case
from .movie_facts import FilmNames, resource_name

_TRAIN = "inspired/reficr/inspired_conv_db.jsonl"
_DEV = "inspired/unicrs/dev.jsonl"
_OPENING = 3
"""Turns; two dialogues that begin with the same ones are the same dialogue."""


def inspired_train(data: Path, items: Sequence[str], judged: Sequence[Choice]) -> list[Dialogue]:
    """Pairs of a context and what came next, those of one dialogue under one id; none that is judged by."""
    names = FilmNames({one: resource_name(one) for one in items})
    closed = {_opening(one.talk) for one in judged}
    found: list[Dialogue] = []
    earlier: list[str] = []
    number = 0
    for pair in json.loads((data / _TRAIN).read_text("utf-8")).values():
        said = [one for one in pair["context"] if one.strip()]
        number += said[: len(earlier)] != earlier
        earlier = said
        chosen = [film for film in map(names.of, pair["target"]) if film]
        talk = talk_of(said)
        if chosen and talk and _opening(talk) not in closed:
            found.append(_dialogue(str(number), talk, chosen))
    return found


def talk_of(said: Sequence[str]) -> tuple[Turn, ...]:
    """Turns that alternate, the last one by the person."""
    count = len(said)
    return tuple(
        Turn(role="user" if (count - place) % 2 else "assistant", text=text) for place, text in enumerate(said)
    )


def inspired_dev(data: Path, items: Sequence[str]) -> list[Case]:
    """What the recommender of a validation dialogue recommends that nobody has named before."""
    known = frozenset(items)
    lines = (data / _DEV).read_text("utf-8").splitlines()
    return [one for number, line in enumerate(lines) for one in _new_films(f"dev {number}", json.loads(line), known)]


def _new_films(id_: str, turns: Sequence[dict[str, Any]], known: frozenset[str]) -> Iterator[Case]:
    said: list[tuple[str, str]] = []
    seen: set[str] = set()
    for turn in turns:
        new = tuple(one for one in dict.fromkeys(turn["movie_link"]) if one in known and one not in seen)
        if turn["role"] == "RECOMMENDER" and new and said:
            yield Case(Choice(id_, tuple(_merged(said)), new), frozenset(seen))
        seen |= set(turn["movie_link"])
        said.append((turn["role"], turn["text"]))


def _merged(said: Sequence[tuple[str, str]]) -> Iterator[Turn]:
    """What one of them says in a row is one turn; the films named so far are found in the texts."""
    texts: list[tuple[str, str]] = []
    for role, text in said:
        if texts and texts[-1][0] == role:
            texts[-1] = (role, f"{texts[-1][1]} {text}")
        else:
            texts.append((role, text))
    for role, text in texts:
        yield Turn(role="assistant" if role == "RECOMMENDER" else "user", text=text)


def _opening(talk: Sequence[Turn]) -> tuple[str, ...]:
    return tuple(turn.text.strip() for turn in talk[:_OPENING])


def _dialogue(id_: str, talk: Sequence[Turn], chosen: Sequence[str]) -> Dialogue:
    return Dialogue(id=id_, turns=(*talk, Turn(role="assistant", recommended=tuple(chosen))))
