"""Profile memory: what is remembered of a person, where it is kept, and how it fades."""
