"""How does a file become items? Readers, schema inference, the override file, and the rows that cannot be used."""
