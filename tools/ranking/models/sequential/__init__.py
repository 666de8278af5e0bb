"""The sequential transformer: what comes next, from the order of what came before."""

from .config import SequentialConfig
from .fitting import fit
from .model import Sequential

__all__ = ["Sequential", "SequentialConfig", "fit"]
