"""A language model that reads what a person liked and one item, and rates it (extra `rater`)."""

from .config import RaterConfig
from .fitting import fit
from .model import Rater
from .network import check

__all__ = ["Rater", "RaterConfig", "check", "fit"]
