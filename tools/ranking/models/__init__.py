"""Fitted models: each scores items for a history."""
