"""Recommendations for every user of a file, in bounded memory."""
