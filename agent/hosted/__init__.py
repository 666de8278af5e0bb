"""Hosted chat models: structured output with fallbacks, budgets, demonstrations."""
