"""How well a text finds what answers it, measured on public sets: see docs/quality.md."""
