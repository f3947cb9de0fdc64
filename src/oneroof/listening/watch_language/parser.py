"""From a watch's text to its meaning. The grammar is told in docs/watch-language.md."""

from oneroof.listening.watch_language import limits
from oneroof.listening.watch_language.anchoring import require_anchors
from oneroof.listening.watch_language.errors import LOWER_CASE_OPERATOR, Fault, WatchSyntaxError
from oneroof.listening.watch_language.fields import read_field
from oneroof.listening.watch_language.lexer import Sign, Symbol, read_symbols
from oneroof.listening.watch_language.nodes import And, Field, Hint, Near, Node, Not, Or, Place, Query, Words
from oneroof.listening.watch_language.words import read_phrase, read_word

_ENDS = (Sign.END, Sign.SHUT)
_BINARY = (Sign.AND, Sign.OR, Sign.NEAR)


def parse(query: str) -> Query:
    """Raises WatchSyntaxError, and nothing else, for whatever is not a watch."""
    if len(query) > limits.CHARACTERS:
        raise WatchSyntaxError(
            Fault.TOO_LONG, limits.CHARACTERS, 1, characters=len(query), limit=limits.CHARACTERS
        )
    return _Parser(query).parse()


class _Parser:
    """Recursive descent, as deep as limits.DEPTH allows."""

    def __init__(self, query: str) -> None:
        self._symbols = list(read_symbols(query))
        self._next = 0
        self._depth = 0
        self._conditions = 0
        self._prefixes = 0
        self._nears = 0

    def parse(self) -> Query:
        if self._peek().sign is Sign.END:
            raise WatchSyntaxError(Fault.EMPTY, 0)
        root = self._either()
        if self._peek().sign is Sign.SHUT:
            raise _fault(Fault.UNOPENED_PARENTHESIS, self._peek())
        require_anchors(root)
        return Query(root, tuple(self._hints()))

    def _peek(self) -> Symbol:
        return self._symbols[self._next]

    def _take(self) -> Symbol:
        symbol = self._symbols[self._next]
        self._next += 1
        return symbol

    def _either(self) -> Node:
        parts = [self._all()]
        while self._peek().sign is Sign.OR:
            self._require_operand_after(self._take())
            parts.append(self._all())
        return _joined(Or, parts)

    def _all(self) -> Node:
        parts = [self._negated()]
        while (sign := self._peek().sign) is not Sign.OR and sign not in _ENDS:
            if sign is Sign.AND:
                self._require_operand_after(self._take())
            parts.append(self._negated())
        return _joined(And, parts)

    def _negated(self) -> Node:
        first = self._peek()
        negations = 0
        while self._peek().sign in (Sign.NOT, Sign.DASH):
            self._require_negated(self._take())
            negations += 1
        part = self._near()
        if negations % 2 == 0:
            return part
        end = self._symbols[self._next - 1].end
        return Not(part, Place(first.start, end - first.start))

    def _require_negated(self, sign: Symbol) -> None:
        if sign.sign is Sign.NOT:
            self._require_operand_after(sign)
        elif self._peek().start != sign.end or self._peek().sign in _ENDS:
            raise _fault(Fault.LONE_DASH, sign)

    def _require_operand_after(self, operator: Symbol) -> None:
        following = self._peek()
        if following.sign in _ENDS or following.sign in _BINARY:
            raise _fault(Fault.MISSING_RIGHT, operator, operator=operator.text)

    def _near(self) -> Node:
        first_symbol = self._peek()
        first = self._primary()
        if self._peek().sign is not Sign.NEAR:
            return first
        operands = [_near_operand(first, first_symbol)]
        distances: list[int] = []
        while self._peek().sign is Sign.NEAR:
            distances.append(self._near_distance(self._take()))
            symbol = self._peek()
            operands.append(_near_operand(self._primary(), symbol))
        end = self._symbols[self._next - 1].end
        return Near(tuple(operands), tuple(distances), Place(first_symbol.start, end - first_symbol.start))

    def _near_distance(self, near: Symbol) -> int:
        self._require_operand_after(near)
        self._nears += 1
        if self._nears > limits.NEARS:
            raise _fault(Fault.TOO_MANY_NEARS, near, limit=limits.NEARS)
        return int(near.value)

    def _primary(self) -> Node:
        symbol = self._take()
        match symbol.sign:
            case Sign.OPEN:
                return self._group(symbol)
            case Sign.WORD:
                return self._counted(read_word(symbol), symbol)
            case Sign.PHRASE:
                return self._counted(read_phrase(symbol), symbol)
            case Sign.FIELD:
                return self._field(symbol)
            case Sign.AND | Sign.OR | Sign.NEAR:
                raise _fault(Fault.MISSING_LEFT, symbol, operator=symbol.text)
            case Sign.NOT | Sign.DASH:  # only after NEAR
                raise _fault(Fault.NEAR_OPERAND, symbol)
            case _:
                raise _fault(Fault.UNOPENED_PARENTHESIS, symbol)

    def _group(self, opening: Symbol) -> Node:
        self._depth += 1
        if self._depth > limits.DEPTH:
            raise _fault(Fault.TOO_DEEP, opening, limit=limits.DEPTH)
        if self._peek().sign is Sign.SHUT:
            raise WatchSyntaxError(Fault.EMPTY_PARENTHESES, opening.start, self._peek().end - opening.start)
        if self._peek().sign is Sign.END:
            raise _fault(Fault.UNCLOSED_PARENTHESIS, opening)
        inside = self._either()
        if self._peek().sign is not Sign.SHUT:
            raise _fault(Fault.UNCLOSED_PARENTHESIS, opening)
        self._take()
        self._depth -= 1
        return inside

    def _counted[C: Words | Field](self, condition: C, symbol: Symbol) -> C:
        self._conditions += 1
        if self._conditions > limits.CONDITIONS:
            raise _fault(Fault.TOO_MANY_CONDITIONS, symbol, limit=limits.CONDITIONS)
        if isinstance(condition, Words) and condition.is_prefix:
            self._prefixes += 1
            if self._prefixes > limits.PREFIXES:
                raise _fault(Fault.TOO_MANY_PREFIXES, symbol, limit=limits.PREFIXES)
        return condition

    def _field(self, field: Symbol) -> Node:
        if field.value:
            return self._counted(read_field(field.text, field.value, field.place), field)
        following = self._peek()
        is_attached = following.start == field.end
        if is_attached and following.sign is Sign.OPEN:
            return self._field_choice(field)
        if is_attached and following.sign is Sign.PHRASE:
            return self._quoted_field(field, self._take())
        raise _fault(Fault.FIELD_VALUE_MISSING, field, name=field.text)

    def _quoted_field(self, field: Symbol, phrase: Symbol) -> Node:
        place = Place(field.start, phrase.end - field.start)
        return self._counted(read_field(field.text, phrase.text, place), field)

    def _field_choice(self, field: Symbol) -> Node:
        opening = self._take()
        parts: list[Node] = []
        while True:
            value = self._take()
            if value.sign not in (Sign.WORD, Sign.PHRASE):
                raise _fault(Fault.FIELD_CHOICE, value, name=field.text)
            parts.append(self._counted(read_field(field.text, value.text, value.place), value))
            link = self._take()
            if link.sign is Sign.SHUT:
                return _joined(Or, parts)
            if link.sign is Sign.END:
                raise _fault(Fault.UNCLOSED_PARENTHESIS, opening)
            if link.sign is not Sign.OR:
                raise _fault(Fault.FIELD_CHOICE, link, name=field.text)

    def _hints(self) -> list[Hint]:
        lower = {"and": "AND", "or": "OR", "not": "NOT"}
        return [
            Hint(
                LOWER_CASE_OPERATOR,
                {"word": symbol.text, "operator": lower[symbol.text]},
                symbol.start,
                len(symbol.text),
            )
            for symbol in self._symbols
            if symbol.sign is Sign.WORD and symbol.text in lower
        ]


def _fault(fault: Fault, symbol: Symbol, **params: str | int) -> WatchSyntaxError:
    return WatchSyntaxError(fault, symbol.start, max(1, symbol.end - symbol.start), **params)


def _joined(kind: type[And] | type[Or], parts: list[Node]) -> Node:
    """Flat: a conjunction within a conjunction adds nothing."""
    if len(parts) == 1:
        return parts[0]
    flat: list[Node] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, kind) else (part,))
    return kind(tuple(flat))


def _near_operand(node: Node, symbol: Symbol) -> tuple[Words, ...]:
    choices = node.parts if isinstance(node, Or) else (node,)
    words = tuple(choice for choice in choices if isinstance(choice, Words))
    if len(words) != len(choices):
        raise _fault(Fault.NEAR_OPERAND, symbol)
    return words
