"""How are items kept? Chroma as the durable store, a snapshot for a fast start, one writer at a time."""
