"""Opens the file that conversations on one machine live in."""

from .state.sqlite import open_sqlite as open_checkpointer

__all__ = ["open_checkpointer"]
