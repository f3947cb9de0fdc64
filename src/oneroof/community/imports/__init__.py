"""How the files of other communities are read."""
