"""Where conversations and memory are kept: SQLite on one machine, PostgreSQL for many."""
