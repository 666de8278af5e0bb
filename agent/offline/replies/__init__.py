"""Replies of the offline model: what a `ReplyBrief` holds, said in English or Chinese, and nothing else."""

from .compose import compose

__all__ = ["compose"]
