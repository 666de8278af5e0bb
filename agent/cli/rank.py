"""`recommender rank`: the best items for a person or a history, and why."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from ...tools.catalog import Catalog
from ...tools.constraints import Constraint, to_filter
from ...tools.errors import InputError, StoreError, did_you_mean
from ...tools.profile.fade import faded, signals
from ...tools.profile.joint import memory_for
from ...tools.profile.memory import ProfileMemory
from ...tools.profile.stores import is_missing, store_at
from ...tools.ranking import Mixture, RankingContext, Signal, build_ranker
from ...tools.ranking.rank import rank as best_of
from ...tools.ranking.relisting import Relisting, relisting_of
from ..settings import Settings
from .progress import open_with_bar
from .ranked import Answer, as_data, print_answer

rank = typer.Typer()
_A_DAY = 1.0
"""Age of events that are given without a time: earlier than this conversation."""
_LONGEST = 60
"""Characters of an unknown id that an error repeats."""


@rank.command("rank")
def rank_items(
    catalog: Annotated[
        list[str] | None, typer.Option(help="Embedded catalog, file or index directory; several when repeated.")
    ] = None,
    user: Annotated[str | None, typer.Option(help="Whose profile to rank by.")] = None,
    history: Annotated[
        str | None, typer.Option(help="Ids of liked items with commas between them, oldest first.")
    ] = None,
    k: Annotated[int, typer.Option("-k", help="How many, best first.", min=1)] = 10,
    model: Annotated[
        Path | None, typer.Option(help="Directory of a trained ranker; the one that lies with the catalog.")
    ] = None,
    store: Annotated[
        str | None, typer.Option(help="SQLite file or postgresql:// address of profiles; the one of `chat`.")
    ] = None,
    correct: Annotated[
        list[str] | None,
        typer.Option(help="Correct the list for diversity=0.2, popularity, calibration, exposure; repeatable."),
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="What each score is made of, and what it rests on.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Rank a catalog for a person or a history; without either, for somebody of whom nothing is known."""
    if user is not None and history is not None:
        raise InputError("Rank for a --user or for a --history, not for both.", cure="Leave one of them out.")
    settings = Settings.read()
    with closing(open_with_bar(catalog, settings, quiet=as_json)) as opened:
        if user is None:
            context, held = of_history(opened, history or ""), ()
        else:
            context, held = _of_user(opened, user, store or settings.memory)
        ranker = build_ranker(opened, model=model or settings.ranker)
        if explain:
            _check_reread(ranker, k)
        words = correct or settings.corrections
        relisting = relisting_of(opened, words, model or settings.ranker) if words else None
        answer = _ranked(opened, ranker, context, held, k, relisting)
        if not answer.candidates:
            typer.echo(_why_empty(opened, context, held), err=True)
        if as_json:
            typer.echo(json.dumps(as_data(opened, answer, explain=explain), ensure_ascii=False))
        elif answer.candidates:
            print_answer(opened, answer, explain=explain)


def of_history(catalog: Catalog, listed: str) -> RankingContext:
    """A like for each of the ids. Raises InputError naming one that is not in the catalog, and what may be meant."""
    ids = [one.strip() for one in listed.split(",") if one.strip()]
    for one in ids:
        if one not in catalog:
            told = one if len(one) <= _LONGEST else f"{one[:_LONGEST]}…"
            raise InputError(f"{catalog.name} has no item with the id {told!r}.", cure=_meant(one, catalog))
    return RankingContext(history=[Signal(one, 1.0, _A_DAY) for one in dict.fromkeys(reversed(ids))][::-1])


def _meant(typed: str, catalog: Catalog) -> str:
    """The id of the item whose title is near to what was typed, else the nearest id."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415

    titles = {item.id: item.title.casefold() for item in catalog.items()}
    found = process.extractOne(typed.casefold(), titles, scorer=fuzz.ratio, score_cutoff=75)
    if found is not None:
        return f"Did you mean {found[2]!r}, {catalog.item(found[2]).title!r}?"
    return did_you_mean(typed, list(titles)) + " `recommender search` finds ids by title."


def _of_user(catalog: Catalog, user: str, store: str) -> tuple[RankingContext, tuple[Constraint, ...]]:
    """What is remembered of the person, and the conditions that always hold for them."""
    if is_missing(store):
        raise StoreError(f"There is no profile store {store}.", cure="Nothing is remembered yet, or check --store.")
    now = datetime.now(UTC)
    with store_at(store) as opened:
        profile = memory_for(ProfileMemory(opened), catalog).load(user)
    if not (profile.events or profile.preferences or profile.constraints):
        typer.echo(f"Nothing is remembered of {user!r}: this is the list for somebody unknown.", err=True)
    known = [one for one in signals(profile, catalog.name, now) if one.item_id in catalog]
    wishes = [one for one in faded(profile, now) if one.catalog in ("", catalog.name)]
    held = tuple(one.constraint for one in profile.constraints if one.catalog in ("", catalog.name))
    return RankingContext(history=known, preferences=wishes), held


def _check_reread(ranker: Mixture, k: int) -> None:
    """Raises InputError for more items than a part was asked about that takes long for each."""
    for part in ranker.rereading:
        if k > part.candidates:
            message = (
                f"The part {part.name} is asked about the best {part.candidates} only; the rest cannot be explained."
            )
            raise InputError(message, cure=f"Ask for -k {part.candidates} at most, or leave --explain out.")


def _why_empty(catalog: Catalog, context: RankingContext, held: Sequence[Constraint]) -> str:
    known = len({one.item_id for one in context.history})
    told = f"Nothing is left to rank: {known:,} of the {len(catalog):,} items are in the history"
    return f"{told}, and no other meets {' and '.join(map(to_filter, held))}." if held else f"{told}."


def _ranked(
    catalog: Catalog,
    ranker: Mixture,
    context: RankingContext,
    held: Sequence[Constraint],
    k: int,
    relisting: Relisting | None,
) -> Answer:
    """Everything that meets the conditions and is not in the history, the best first."""
    had = {one.item_id for one in context.history}
    fits = catalog.mask(held)
    candidates = [item.id for item, fit in zip(catalog.items(), fits, strict=True) if fit and item.id not in had]
    scores = ranker.score(context, candidates)
    if relisting is None:
        return Answer(ranker, context, candidates, best_of(scores, k, temperature=ranker.temperature))
    corrected = relisting.listed(candidates, scores.total, k, context.history)
    ranked = {one.item_id: one for one in best_of(scores, len(candidates), temperature=ranker.temperature)}
    return Answer(ranker, context, candidates, [ranked[one] for one in corrected.item_ids], corrected)
