"""The catalogues of what a person reads, one a package and language: extracted, kept up to date, compiled.

``make messages`` runs it. It is Python alone (Babel), so that nobody needs gettext's programs: decision 0175. A
string stands in the catalogue of the lowest package that says it.
"""

import io
import re
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

SOURCE = Path(__file__).parents[2]
ROOT = SOURCE.parents[1]
LANGUAGES = ("es", "de", "fr", "ja", "ar")
IDLE = tuple(
    f'"{name}'.encode()
    for name in ("POT-", "PO-", "Project-Id", "Report-", "Last-", "Language-Team", "Generated")
)
"""Lines of a catalogue's head that tell nothing, or change each time."""
UNDATED = datetime(2000, 1, 1, tzinfo=UTC)
NOT_OURS = {"tests", "testing", "migrations", "sample", "locale"}
ONE = ("_", "_now", "now_", "gettext", "gettext_lazy", "gettext_noop", "noop")
MANY = ("ngettext", "ngettext_lazy")
COMMENT = re.compile(r"\{% comment %\}.*?\{% endcomment %\}", re.DOTALL)
"""Django turns it into a comment of Python, which would swallow the rest of its line."""
CALLS = dict.fromkeys(ONE) | dict.fromkeys(MANY, (1, 2))

type Text = str | tuple[str, ...]
"""One text, or that of one and that of many."""
type Texts = dict[Text, set[str]]
"""What a package says, with the files that say it."""


def packages() -> list[str]:
    """From the lowest to the highest, as the import contract has them."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = told["tool"]["importlinter"]["contracts"][0]["layers"]
    return [layer.removeprefix("oneroof.") for layer in reversed(layers) if layer != "oneroof.text"]


def said() -> dict[str, Texts]:
    """For each package what no package below it says."""
    owners: dict[str, str] = {}
    forms: dict[str, Text] = {}
    found: dict[str, dict[str, set[str]]] = {name: {} for name in packages()}
    for package in packages():
        for file in _files(SOURCE / package):
            for text in _texts(file):
                first = text if isinstance(text, str) else text[0]
                forms[first] = max(text, forms.get(first, text), key=lambda each: isinstance(each, tuple))
                owner = owners.setdefault(first, package)
                found[owner].setdefault(first, set()).add(str(file.relative_to(SOURCE)))
    return {name: {forms[first]: files for first, files in texts.items()} for name, texts in found.items()}


def _files(folder: Path) -> Iterator[Path]:
    for file in sorted(folder.rglob("*")):
        if file.suffix in {".py", ".html", ".txt"} and not NOT_OURS & set(file.parts):
            yield file


def _texts(file: Path) -> Iterator[Text]:
    text = file.read_text(encoding="utf-8")
    if file.suffix != ".py":
        lines = templatize(COMMENT.sub("", text), origin=str(file)).split("\n")
        text = " ".join(line for line in lines if not line.lstrip().startswith("#")).strip()
    calls = extract_python(io.BytesIO(text.encode()), CALLS, [], {"encoding": "utf-8"})
    for _line, function, words, _comments in calls:
        forms = (
            (words,)
            if isinstance(words, str)
            else tuple(each for each in words or () if isinstance(each, str))
        )
        if function in MANY and len(forms) > 1:
            yield forms[:2]
        elif function in ONE and forms and forms[0]:
            yield forms[0]


def place(package: str, language: str, suffix: str = ".po") -> Path:
    return SOURCE / package / "locale" / language / "LC_MESSAGES" / f"django{suffix}"


def catalogue(package: str, language: str) -> Catalog:
    """As it is stored; an empty one where there is none."""
    path = place(package, language)
    if not path.exists():
        return Catalog(language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def renewed(package: str, language: str, texts: Texts) -> Catalog:
    """What the package says today, with the translations that are known, in whichever package they stood."""
    known, new = _known(language), _empty(package, language)
    for text, files in sorted(texts.items(), key=str):
        message = new.add(text, locations=[(file, 0) for file in sorted(files)])
        before = known.get(text if isinstance(text, str) else text[0])
        if before and before.pluralizable == message.pluralizable:
            message.string = before.string
    return new


@cache
def _known(language: str) -> dict[str, Message]:
    stored = (message for package in reversed(packages()) for message in catalogue(package, language))
    return {
        message.id if isinstance(message.id, str) else message.id[0]: message
        for message in stored
        if message.id and is_translated(message)
    }


def _empty(package: str, language: str) -> Catalog:
    return Catalog(language, project="Oneroof", header_comment=f"# Oneroof: {package}.", fuzzy=False)


def compiled(texts: Catalog) -> bytes:
    """The same each time: it says nothing of when, or by what."""
    texts.project, texts.version = "Oneroof", ""
    texts.creation_date = texts.revision_date = UNDATED
    out = io.BytesIO()
    write_mo(out, texts)
    return out.getvalue()


def written(texts: Catalog) -> bytes:
    out = io.BytesIO()
    write_po(out, texts, width=0, omit_header=False, include_lineno=False, sort_output=False)
    lines = out.getvalue().split(b"\n")
    return b"\n".join(line for line in lines if not line.startswith(IDLE))


def is_translated(message: Message) -> bool:
    return all(message.string or ("",))


def write_all() -> None:
    for package, texts in said().items():
        for language in LANGUAGES:
            new = renewed(package, language, texts)
            if not any(is_translated(message) for message in new if message.id):
                continue
            place(package, language).parent.mkdir(parents=True, exist_ok=True)
            place(package, language).write_bytes(written(new))
            place(package, language, ".mo").write_bytes(compiled(catalogue(package, language)))


def shares() -> Iterator[tuple[str, str, int, int]]:
    """Package, language, how many of its texts are translated, and how many there are."""
    for package, texts in said().items():
        for language in LANGUAGES if texts else ():
            new = renewed(package, language, texts)
            done = sum(is_translated(message) for message in new if message.id)
            yield package, language, done, len(texts)


if __name__ == "__main__":
    from django.conf import settings

    settings.configure(USE_I18N=True)
    if "--report" not in sys.argv:
        write_all()
    for package, language, done, count in shares():
        sys.stdout.write(f"{package:12} {language}  {done:4} of {count:4}  {done / count:.0%}\n")
