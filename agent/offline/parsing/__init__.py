"""Reading one message: numbers, bounds, values, references, feedback and requests, in English and Chinese."""
