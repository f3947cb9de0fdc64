"""How good the judgements are, measured on public sets of real posts: what docs/quality.md reports.

Pure: reads the sets, writes nothing. `python -m oneroof.listening.quality need` prints one JSON object.
"""
