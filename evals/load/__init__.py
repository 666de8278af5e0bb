"""Guests of a server, many at once, in a process of their own that needs the standard library only."""
