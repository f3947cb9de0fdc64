"""The desk's pages of people: shells of a few lines."""
