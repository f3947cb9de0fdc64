"""A watch that could match everything is refused: each way to satisfy it asks for something particular."""

from oneroof.listening.watch_language.errors import Fault, WatchSyntaxError
from oneroof.listening.watch_language.nodes import And, From, Near, Node, Not, Or, Place, Source, Words


def require_anchors(root: Node) -> None:
    """Words, an author and a source anchor a watch. The other fields do not: half of all posts are lang:en,
    has:link or followers:>0."""
    loose = _loose_place(root, is_negated=False)
    if loose is not None:
        raise WatchSyntaxError(Fault.MATCHES_EVERYTHING, loose.start, max(1, loose.length))


def _loose_place(node: Node, *, is_negated: bool) -> Place | None:
    """The first place that leaves the node unanchored, or None where every clause of its disjunctive normal
    form holds an anchor."""
    if isinstance(node, Not):
        loose = _loose_place(node.part, is_negated=not is_negated)
        return None if loose is None else node.place
    if isinstance(node, And | Or):
        places = [_loose_place(part, is_negated=is_negated) for part in node.parts]
        if isinstance(node, And) != is_negated:
            return None if None in places else places[0]
        return next((place for place in places if place is not None), None)
    is_anchor = isinstance(node, Words | Near | From | Source) and not is_negated
    return None if is_anchor else node.place
