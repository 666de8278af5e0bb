"""What people ask of their own data: show, remember, forget, export, what was shown before."""

from __future__ import annotations

from ....graphs.understanding import ProfileRequest
from .cues import cue
from .text import Message

_TAIL = " .!?。！？,，\"'"


def profile_request(message: Message) -> ProfileRequest | None:
    """The request, or None. Forgetting one thing needs its name, so it is looked for before forgetting all."""
    text = message.text.rstrip(_TAIL)
    if target := _target("profile_forget_one", message, text):
        return ProfileRequest(action="forget_one", target=target)
    for action in ("forget_all", "export"):
        if cue(f"profile_{action}").search(text):
            return ProfileRequest(action=action)
    if cue("profile_shown").search(text):
        return ProfileRequest(action="shown_before")
    if cue("profile_show").search(text):
        return ProfileRequest(action="show")
    if target := _target("profile_remember", message, text):
        return ProfileRequest(action="remember", target=target)
    return None


def _target(name: str, message: Message, text: str) -> str:
    """What the last group of the cue caught, in the person's own spelling."""
    match = cue(name).search(text)
    groups = [number for number, said in enumerate(match.groups(), 1) if said] if match else []
    return message.raw[slice(*match.span(groups[0]))].strip(_TAIL) if match and groups else ""
