"""The desk's pages of listening."""
