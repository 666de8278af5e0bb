"""What a turn is refused or given up with."""

from __future__ import annotations

from ...tools.errors import RecommenderError


class UnknownThread(RecommenderError):
    """There is no conversation of that id, or it is somebody else's: the same for whoever asks."""


def unknown_thread() -> UnknownThread:
    """The same words for what was never there, was deleted, or is somebody else's."""
    return UnknownThread("There is no such conversation.", cure="Leave thread_id out to start one.")


class Busy(RecommenderError):
    """As many turns wait as may wait, or the server is about to stop."""

    def __init__(self, message: str, *, retry_after_s: int, closing: bool = False) -> None:
        super().__init__(message, cure=f"Try again in {retry_after_s} s.")
        self.retry_after_s = retry_after_s
        self.closing = closing


class TurnTimeout(RecommenderError):
    """A turn took longer than a turn may take. Nothing of it is in the conversation, unless it had done something."""
