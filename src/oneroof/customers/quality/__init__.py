"""How good what is said of customers is, on public sets: see docs/quality.md."""
