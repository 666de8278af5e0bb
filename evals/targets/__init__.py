"""What an evaluation talks to: our own graph, somebody else's agent in this process, or an address."""

from .target import Asked, Observed, Session, Shown, Target, ToolUse, UnsupportedError

__all__ = ["Asked", "Observed", "Session", "Shown", "Target", "ToolUse", "UnsupportedError"]
