"""Opinions of a chat model on conversations, through openevals: beside the checks, never among them."""

from .criteria import Criterion, criteria
from .judging import Judge, open_judge
from .opinion import Opinion, opinion_of
from .verdict import Verdict, judged

__all__ = ["Criterion", "Judge", "Opinion", "Verdict", "criteria", "judged", "open_judge", "opinion_of"]
