"""Interactions: reading, checking, splitting."""
