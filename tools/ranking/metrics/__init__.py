"""The metrics that training and evaluation share. Each one: formula, source, example."""

from .accuracy import average_precision, hit_rate, precision, recall, reciprocal_rank
from .diversity import intra_list_diversity
from .facts import ItemFacts
from .groups import GroupGap, exposure, group_gap
from .intervals import Interval, mean_with_interval, paired_difference
from .ndcg import discount, graded_ndcg_of, ndcg, ndcg_at, ndcg_of
from .ranks import hit_at, reciprocal_at
from .relevance import Relevant, top
from .reliability import Bin, Reliability, reliability
from .spread import average_popularity, coverage, gini, mean_of, novelty
from .summary import ListSummary, summary
from .tastes import facet_shares, miscalibration, mix_of_histories, mix_of_lists

__all__ = [
    "Bin",
    "GroupGap",
    "Interval",
    "ItemFacts",
    "ListSummary",
    "Relevant",
    "Reliability",
    "average_popularity",
    "average_precision",
    "coverage",
    "discount",
    "exposure",
    "facet_shares",
    "gini",
    "graded_ndcg_of",
    "group_gap",
    "hit_at",
    "hit_rate",
    "intra_list_diversity",
    "mean_of",
    "mean_with_interval",
    "miscalibration",
    "mix_of_histories",
    "mix_of_lists",
    "ndcg",
    "ndcg_at",
    "ndcg_of",
    "novelty",
    "paired_difference",
    "precision",
    "recall",
    "reciprocal_at",
    "reciprocal_rank",
    "reliability",
    "summary",
    "top",
]
