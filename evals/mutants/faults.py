"""What can be wrong with an agent: a change of what a turn shows, given the turns before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ...tools.profile.model import UserProfile
from ..facts import CatalogFacts
from ..suite import Setting
from ..targets import Asked, Observed, Shown


@dataclass(frozen=True, slots=True)
class Scene:
    """What a fault may know: who talks about what, and the lists that the person saw before, oldest first."""

    facts: CatalogFacts
    setting: Setting
    lists: Sequence[tuple[Shown, ...]]


def unfiltered(now: Observed, scene: Scene) -> Observed:
    """The best known items of the catalog, whatever was asked for; the conditions are still said to hold."""
    order = sorted(scene.facts.items, key=lambda key: (-scene.facts.popularity.get(key, 0.0), key))
    return replace(now, shown=tuple(Shown(key, scene.facts.items[key].title) for key in order[: len(now.shown)]))


def one_unfit(now: Observed, scene: Scene) -> Observed:
    """One item of the list breaks a condition, the others are right."""
    fitting = scene.facts.admitted(one for one in now.constraints if one.hard)
    unfit = next((key for key in scene.facts.items if key not in fitting), None)
    if unfit is None or not now.shown:
        return now
    return replace(now, shown=(*now.shown[:-1], Shown(unfit, scene.facts.items[unfit].title, now.shown[-1].reasons)))


def repeating(now: Observed, scene: Scene) -> Observed:
    """The first list again, each time."""
    return replace(now, shown=scene.lists[0]) if now.shown and scene.lists else now


def inventing(now: Observed, scene: Scene) -> Observed:  # noqa: ARG001
    """The last item of a list is made up, and reads like the others."""
    if not now.shown:
        return now
    last = now.shown[-1]
    made = replace(last, id=f"{last.id}-2", title=f"{last.title} II")
    return replace(now, shown=(*now.shown[:-1], made), reply=now.reply.replace(last.title, made.title))


def mistitled(now: Observed, scene: Scene) -> Observed:  # noqa: ARG001 - every fault is asked alike
    """The first item is shown under a title that it does not have."""
    if not now.shown:
        return now
    return replace(now, shown=(replace(now.shown[0], title=f"The {now.shown[0].title} Deluxe"), *now.shown[1:]))


def other_language(now: Observed, scene: Scene) -> Observed:
    """Every reply is in the other of the two languages."""
    titles = ", ".join(one.title for one in now.shown)
    if (scene.setting.language or "en") == "zh":
        return replace(now, reply=f"Here is what I found for you: {titles}.", language="en")
    return replace(now, reply=f"我为您找到了这些，请看看：{titles}。", language="zh")


def leaking(now: Observed, scene: Scene) -> Observed:
    """Every reply ends with what is known of the person."""
    known = ", ".join(_known(now.profile)) if now.profile else ""
    if not known:
        return now
    said = f"（您的资料：{known}）" if scene.setting.language == "zh" else f"(Your profile: {known})"
    return replace(now, reply=f"{now.reply}\n{said}")


def _known(profile: UserProfile) -> list[str]:
    return [one.value for one in profile.preferences] + [one.constraint.facet for one in profile.constraints]


def always_asking(now: Observed, scene: Scene) -> Observed:
    """Nothing but questions."""
    facet = scene.facts.schema.facets[len(scene.lists) % len(scene.facts.schema.facets)]
    said = "您有什么要求？" if scene.setting.language == "zh" else f"Which {facet.name} would you like?"
    return replace(now, shown=(), question=Asked(facet.name), reply=said)


def never_asking(now: Observed, scene: Scene) -> Observed:  # noqa: ARG001
    """Never a question."""
    return replace(now, question=None)


def silent(now: Observed, scene: Scene) -> Observed:
    """Nothing is ever shown."""
    said = "抱歉，没有找到。" if scene.setting.language == "zh" else "Sorry, I found nothing."
    return replace(now, shown=(), reply=said)


def unexplained(now: Observed, scene: Scene) -> Observed:  # noqa: ARG001
    """Items without a reason."""
    return replace(now, shown=tuple(replace(one, reasons=()) for one in now.shown))


def flattering(now: Observed, scene: Scene) -> Observed:
    """A liking that nobody has is given as the reason of every item."""
    stranger = list(scene.facts.items.values())[-1].title
    said = f"因为你喜欢{stranger}" if scene.setting.language == "zh" else f"because you liked {stranger}"
    return replace(now, shown=tuple(replace(one, reasons=(said,)) for one in now.shown))


def cheering(now: Observed, scene: Scene) -> Observed:
    """Delighted by everything, also by bad news."""
    cheer = "太棒了！！恭喜！！！" if scene.setting.language == "zh" else "Awesome!! Congratulations!!!"
    return replace(now, reply=f"{cheer} {now.reply}")


def misreading(now: Observed, scene: Scene) -> Observed:  # noqa: ARG001
    """Everything is taken for small talk."""
    return replace(now, intent="chitchat")


def wasteful(now: Observed, scene: Scene) -> Observed:  # noqa: ARG001
    """Seven model calls more than needed."""
    return replace(now, model_calls=now.model_calls + 7)
