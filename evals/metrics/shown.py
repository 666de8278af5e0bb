"""What is wrong with the items shown, how often, and how popular they are."""

from __future__ import annotations

from collections.abc import Iterator

from ...tools.normalize import normalize
from ..facts import CatalogFacts
from ..outcome import Outcome
from ..targets import Shown
from .metric import Share, Trials, mean

_BREAKS = "breaks what was said"
_GROUNDED = ("grounded", "shown.satisfy", "satisfy")


def hallucinated(tried: Trials) -> Share:
    """Items shown that the catalog does not hold under that title."""
    return mean([not _exists(one, tried.facts) for one in _all_shown(tried)])


def broken(outcome: Outcome) -> Share:
    """Items shown that break what the person said, of the items shown; one that breaks several conditions counts once.

    A script tells how many findings a turn has, not of which items: they are at most as many as the items.
    """
    told = outcome.simulated.violations if outcome.simulated else ()
    found = len({(one.turn, one.item) for one in told if one.kind == _BREAKS})
    found += sum(
        min(sum(failure.check in _GROUNDED for failure in turn.failures), len(turn.observed.shown))
        for turn in outcome.turns
        if turn.observed
    )
    return Share(found, sum(len(turn.observed.shown) for turn in outcome.turns if turn.observed))


def repeated(outcome: Outcome) -> Share:
    """Items that an earlier turn of the same conversation has shown, of the items shown."""
    before, again, items = set[str](), 0, 0
    for turn in outcome.turns:
        now = [one.id for one in turn.observed.shown] if turn.observed else []
        again, items = again + len(before & set(now)), items + len(now)
        before |= set(now)
    return Share(again, items)


def policies_broken(outcome: Outcome) -> Share:
    """Turns that break a rule of the house."""
    return mean([any(one.check == "policies" for one in turn.failures) for turn in outcome.turns])


def popularity(tried: Trials) -> Share:
    """Mean place of the items shown in the order of popularity, from 0 for the least popular to 1 for the most."""
    places = tried.facts.popularity
    return mean([places[one.id] for one in _all_shown(tried) if one.id in places])


def _all_shown(tried: Trials) -> Iterator[Shown]:
    for outcome in tried.outcomes:
        for turn in outcome.turns:
            yield from turn.observed.shown if turn.observed else ()


def _exists(one: Shown, facts: CatalogFacts) -> bool:
    item = facts.items.get(one.id)
    return item is not None and normalize(item.title) == normalize(one.title)
