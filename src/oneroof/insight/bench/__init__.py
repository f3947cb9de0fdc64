"""How fast insight is, in a database of its own."""
