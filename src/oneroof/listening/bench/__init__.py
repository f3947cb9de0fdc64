"""Measurements of listening, for `oneroof bench`."""
