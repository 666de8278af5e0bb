"""Ranking: candidates in, scores with named contributions out."""
