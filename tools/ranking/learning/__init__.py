"""Fitting, choosing, judging and keeping models."""
