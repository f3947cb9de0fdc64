"""Addresses that others give us, which people will follow."""

SCHEMES = ("https://", "http://")


def followable(url: str, *, also: tuple[str, ...] = ()) -> str:
    """The address where it leads to a page (or begins as one of ``also``), else nothing: no script, no file."""
    return url if url.lower().startswith((*SCHEMES, *also)) else ""
