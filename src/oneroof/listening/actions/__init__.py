"""The only writes of listening."""
