"""The recommender inside other people's agents."""

from .as_tool import recommender_tool
from .middleware import RecommenderMiddleware

__all__ = ["RecommenderMiddleware", "recommender_tool"]
