"""A ranker that listens: what was said, in words and by name, and what was recommended next in other dialogues."""
