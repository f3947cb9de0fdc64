"""How well reasons are told, measured on public sets: see docs/quality.md."""
