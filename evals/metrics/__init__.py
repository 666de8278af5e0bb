"""The metrics of an evaluation: each one counts over conversations, with an interval by resampling them."""

from .comparing import Difference, Verdict, compare, paired
from .gaps import Gap, gaps
from .measuring import Group, Measured, groups_of, key_of, measure, script_of, trials_of
from .metric import Better, Metric, Share, Trials
from .registry import METRICS
from .service import Prices, latencies, read_prices

__all__ = [
    "METRICS",
    "Better",
    "Difference",
    "Gap",
    "Group",
    "Measured",
    "Metric",
    "Prices",
    "Share",
    "Trials",
    "Verdict",
    "compare",
    "gaps",
    "groups_of",
    "key_of",
    "latencies",
    "measure",
    "paired",
    "read_prices",
    "script_of",
    "trials_of",
]
