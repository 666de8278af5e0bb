"""What do I plug in? `create_recommender`, settings, chat models, serving, command line."""

from ..graphs.context import RecommenderContext
from ..graphs.policies import Policies
from ..graphs.state import Recommendation, TurnResult
from .offline.model import OfflineChatModel
from .recommender import Recommender, create_recommender
from .settings import Settings

__all__ = [
    "OfflineChatModel",
    "Policies",
    "Recommendation",
    "Recommender",
    "RecommenderContext",
    "Settings",
    "TurnResult",
    "create_recommender",
]
