"""What an agent raised, in one line that its author can follow."""

from __future__ import annotations

import traceback
from pathlib import Path

from ...tools.errors import RecommenderError


def described(error: BaseException) -> str:
    """`KeyError: 'price' (my_shop.py:12 in talk)`: kind, message and where; of our own errors, kind and message."""
    said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    frames = traceback.extract_tb(error.__traceback__)
    if isinstance(error, RecommenderError) or not frames:
        return said
    return f"{said} ({Path(frames[-1].filename).name}:{frames[-1].lineno} in {frames[-1].name})"
