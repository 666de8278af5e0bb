"""How does a shop's product feed become rows and a schema? Recognised by shape, read to its specification."""
