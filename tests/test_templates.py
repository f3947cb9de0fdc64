"""Every word that a person sees can be translated."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "src" / "oneroof"
TEMPLATES = sorted(
    path
    for path in SOURCE.rglob("templates/**/*.*")
    if path.suffix in {".html", ".txt"} and "tests" not in path.parts
)
CODE = sorted(
    path for path in SOURCE.rglob("*.py") if not {"tests", "migrations", "testing"} & set(path.parts)
)
TRANSLATED = re.compile(
    r"\{%\s*(comment|blocktranslate|blocktrans)\b.*?%\}.*?\{%\s*end\1\s*%\}|\{#.*?#\}", re.DOTALL
)
# What fills an attribute of another template: class names, and htmx's or our own attributes.
BLOCK_CLASS = re.compile(r"\{% block \w*class %\}[^{]*\{% endblock %\}")
ATTRIBUTES = re.compile(r"\b(?:hx|data)-[\w-]+(?:=\"[^\"]*\")?")
# A tag may hold other texts in quotes: {% url "…" %}, and arguments that are translated where they are used.
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
WORD = re.compile(r"(?<![/\w])[^\W\d_]{2,}")
NAMES = {"Oneroof", "Markdown", "NEAR", "NOT"}
SEEN_ATTRIBUTES = {"aria-label", "aria-description", "title", "placeholder", "alt", "label"}
NOT_PROSE = {"script", "style", "code", "kbd", "samp"}


class Reader(HTMLParser):
    """Collects what a person would read and nobody could translate."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in NOT_PROSE:
            self._inside.append(tag)
        is_button = tag == "input" and dict(attrs).get("type") in {"submit", "button", "reset"}
        for name, value in attrs:
            if name in SEEN_ATTRIBUTES or (is_button and name == "value"):
                self._look(value or "")

    def handle_endtag(self, tag: str) -> None:
        if self._inside and tag == self._inside[-1]:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self._look(data)

    def _look(self, text: str) -> None:
        if set(WORD.findall(text)) - NAMES:
            self.found.append(" ".join(text.split()))


def untranslated(template: str) -> list[str]:
    reader = Reader()
    reader.feed(ATTRIBUTES.sub("", TAG.sub("", BLOCK_CLASS.sub("", TRANSLATED.sub("", template)))))
    reader.close()
    return reader.found


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_every_visible_word_of_a_template_is_translated(template: Path) -> None:
    assert untranslated(template.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("<p>Hello</p>", ["Hello"]),
        ('<p>{% translate "Hello" %} {{ name }} · 5 {# a remark #}</p>', []),
        ("{% blocktranslate with n=name %}Hello {{ n }}{% endblocktranslate %}", []),
        ('<a href="/people" aria-label="Close">×</a>', ["Close"]),
        ('<input type="submit" value="Save">', ["Save"]),
        ('<input type="text" value="{{ name }}" class="wide">', []),
        ("<script>let word = 1</script><code>from:ann</code>", []),
    ],
)
def test_what_counts_as_visible(template: str, found: list[str]) -> None:
    assert untranslated(template) == found


def bare_words(tree: ast.AST) -> Iterator[str]:
    """Texts that reach a page and go through no gettext: labels of forms, and messages."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        shown = [word.value for word in node.keywords if word.arg in {"label", "help_text"}]
        if called.startswith("messages."):
            shown += node.args[1:]
        if called.startswith(("forms.", "messages.")):
            for text in shown:
                if isinstance(text, ast.Constant | ast.JoinedStr):
                    yield f"{node.lineno}: {ast.unparse(text)}"


@pytest.mark.parametrize("file", CODE, ids=lambda path: str(path.relative_to(SOURCE)))
def test_forms_and_messages_speak_through_gettext(file: Path) -> None:
    assert list(bare_words(ast.parse(file.read_text(encoding="utf-8")))) == []
