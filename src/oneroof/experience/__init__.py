"""Proof: what customers say of being served, and what it is worth, each figure with its interval."""
