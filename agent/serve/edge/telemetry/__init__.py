"""Spans of requests, turns, model calls and tools for an OpenTelemetry collector; nothing without an endpoint."""
