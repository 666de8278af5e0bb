"""The model card as Markdown, for people."""

from __future__ import annotations

from collections.abc import Iterator

from .calibration import Calibration
from .card import Card
from .trained import TrainedModel

_USE = (
    "Ranks items of this catalog for a person by their history: the items they liked, disliked, viewed or bought, "
    "oldest first. It orders candidates inside a conversation or a list; it does not say whether an item exists, fits "
    "a wish or is in stock."
)
_LIMITS = (
    "It repeats what the people in the data did, also where that is unfair to items or people. Items without any "
    "interaction are told apart only by parts that read text. Probabilities are those of the next choice of people "
    "like those in the data, not of satisfaction. No parameter in it belongs to a single person; all of its numbers "
    "come from many people's interactions, counted together."
)


def card_as_markdown(model: TrainedModel) -> str:
    """All that the card says, ending in a newline."""
    card = model.card
    title = f"# Ranker for {card.catalog or 'these interactions'}"
    blocks = [title, _summary(card), f"**Use.** {_USE}", f"**Limits.** {_LIMITS}"]
    blocks += ["## Parts", _parts(model), "## Measured", _measured_note(card), *_measured(card)]
    if card.calibration:
        blocks += ["## Calibration", *_calibration(card.calibration)]
    blocks += ["## Made from", _origin(card)]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _summary(card: Card) -> str:
    return (
        f"A sum of {len(card.parts)} named parts, trained on {card.events:,} events of {card.users:,} users with "
        f"{card.items:,} items by langgraph-recommender {card.version}."
    )


def _parts(model: TrainedModel) -> str:
    rows = ["| part | weight | scale | bend |", "|---|---|---|---|"]
    for name, voice in model.voices.items():
        rows.append(f"| {name} | {voice.weight:.3g} | {voice.scale:.3g} | {voice.bend:g} |")
    left = f"\n\nFitted and left out, since the sum is as good without: {', '.join(model.card.left_out)}."
    told = (
        "\n\nFrom what a part says, s, comes weight * asinh(bend * s / scale) / bend; with bend 0 weight * s / scale."
    )
    return "\n".join(rows) + told + (left if model.card.left_out else "")


def _measured_note(card: Card) -> str:
    return (
        f"Full ranking over all items, those of the history left out; split: {card.split}. Intervals: 95%, bootstrap. "
        f"The weights were chosen on validation, so the mixture's own figure there flatters it: by cross-fitting, on "
        f"users that the weights were not learned from, it is NDCG@10 {card.honest:.4f}. The floor is popularity."
    )


def _measured(card: Card) -> Iterator[str]:
    for split in dict.fromkeys(one.split for one in card.measured):
        rows = [one for one in card.measured if one.split == split]
        metrics = list(dict.fromkeys(one.metric for one in rows))
        lines = [f"| {split}, {rows[0].users:,} choices | {' | '.join(metrics)} |", "|---" * (len(metrics) + 1) + "|"]
        for what in dict.fromkeys(one.what for one in rows):
            own = [one for one in rows if one.what == what]
            cells = {one.metric: f"{one.value:.4f} ({one.low:.4f} to {one.high:.4f})" for one in own}
            lines.append(f"| {what} | {' | '.join(cells[metric] for metric in metrics)} |")
        yield "\n".join(lines)


def _calibration(found: Calibration) -> Iterator[str]:
    yield (
        f"exp(score / {found.temperature:.4g}), as a share of all items, is the probability of the next choice. "
        f"Expected calibration error of the most probable item {found.ece_before:.4f} before, {found.ece_after:.4f} "
        f"after; -log probability of the choice {found.loss_before:.3f} before, {found.loss_after:.3f} after. "
        f"Of what stood first:"
    )
    lines = ["| choices | said | happened |", "|---|---|---|"]
    lines += [f"| {one.count:,} | {one.said:.4f} | {one.happened:.4f} |" for one in found.bins]
    yield "\n".join(lines)


def _origin(card: Card) -> str:
    settings = ", ".join(f"{name} {value}" for name, value in card.settings.items())
    lines = {
        "data": f"{card.data_hash}, licence: {card.licence or 'not given'}",
        "split": f"{card.split_hash} ({card.split})",
        "fitted on": _fitted_on(card),
        "seed": str(card.seed),
        "settings": settings or "as shipped",
        "machine": card.machine,
    }
    return "\n".join(f"- {name}: {value}" for name, value in lines.items())


def _fitted_on(card: Card) -> str:
    others = [name for name in card.parts if name not in card.refitted]
    both = f"train and validation: {', '.join(card.refitted)}" if card.refitted else ""
    return "; ".join(one for one in (both, f"train: {', '.join(others)}" if others else "") if one)
