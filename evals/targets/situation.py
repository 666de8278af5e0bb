"""What a conversation may presuppose that somebody else's agent cannot be given."""

from __future__ import annotations

from ...graphs.policies import Policies
from ..suite import Setting
from .target import UnsupportedError


def refuse_what_only_ours_can(setting: Setting) -> None:
    """Raises UnsupportedError when the conversation gives a profile or rules of the house."""
    if setting.profile is not None:
        raise UnsupportedError("this target cannot be told a profile before the first turn")
    if setting.policies != Policies():
        raise UnsupportedError("this target cannot be given rules of the house")
