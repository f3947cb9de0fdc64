"""Where something lies in JSON: a JSON Pointer (RFC 6901, ``/items/0/id``) or a dotted path (``items.0.id``)."""

from typing import Any


def found_at(value: Any, path: str) -> Any:
    """What lies there; None where nothing does. An empty path is the value itself."""
    for step in _steps(path):
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal() and len(step) < 8 and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def kind_of(value: Any) -> str:
    """What it is, in words that help whoever looks for something else there."""
    match value:
        case None:
            return "nothing"
        case dict():
            names = ", ".join(str(name) for name in list(value)[:12])
            return f"an object with {names}" if names else "an empty object"
        case list():
            return f"a list of {len(value)}"
        case _:
            return f"“{str(value)[:40]}”"


def _steps(path: str) -> list[str]:
    written = path.strip()
    if not written:
        return []
    if written.startswith("/"):
        return [step.replace("~1", "/").replace("~0", "~") for step in written[1:].split("/")]
    return written.split(".")
