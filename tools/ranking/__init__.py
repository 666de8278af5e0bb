"""Ranking: candidates in, scores with named contributions out."""

from .causes import AskedLike, Cause, FeedbackOn, without
from .evidence import Because, Evidence, evidence
from .mixture import Mixture, build_ranker, load_weights
from .protocol import Ranker, RankingContext, Scores, Signal
from .rank import Ranked, rank

__all__ = [
    "AskedLike",
    "Because",
    "Cause",
    "Evidence",
    "FeedbackOn",
    "Mixture",
    "Ranked",
    "Ranker",
    "RankingContext",
    "Scores",
    "Signal",
    "build_ranker",
    "evidence",
    "load_weights",
    "rank",
    "without",
]
