"""Chat models by name: the built-in one, or any that LangChain can open, with timeouts and bounded retries."""

from .opening import OFFLINE, open_model

__all__ = ["OFFLINE", "open_model"]
