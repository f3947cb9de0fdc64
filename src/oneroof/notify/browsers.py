"""What a browser calls itself, for a list of one's own browsers."""

PROGRAMS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrom", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def name_of(user_agent: str) -> str:
    """As in “Firefox, Linux”; the first part says more of most browsers' words than they do themselves."""
    found = [_first(names, user_agent) for names in (PROGRAMS, SYSTEMS)]
    return ", ".join(name for name in found if name) or "?"


def _first(names: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for mark, name in names if mark in user_agent), "")
