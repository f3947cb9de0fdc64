"""How posts of a Discourse point at uploaded files: by a short name, or by the place where the file lies.

Names and places are those of its ``Upload`` and ``FileStore``: a short name is the file's SHA-1 as a number of 62
digits, a place ends in the SHA-1, with the size behind it where it was made smaller. In its first years there were
half as many digits of another sum.
"""

import re
import string
from collections.abc import Callable, Iterator

type Places = Callable[[str], str]
"""Of an address as it stands: where it leads from now on."""
DIGITS = {digit: n for n, digit in enumerate(string.digits + string.ascii_lowercase + string.ascii_uppercase)}
HOST = r"(?:https?:)?//[\w.:-]{1,200}"
FOLDER = r"(?:uploads|original|optimized|secure-uploads|secure-media-uploads)"
ADDRESS = re.compile(
    rf"upload://\w{{1,40}}(?:\.\w{{1,10}})?|{HOST}(?:/[\w-]{{1,60}}){{0,4}}?/{FOLDER}/[\w./-]{{0,200}}\w"
    rf"|(?<![\w/.:-])/(?:uploads|secure-uploads|secure-media-uploads)/[\w./-]{{0,200}}\w"
)
PLACED = re.compile(r"([0-9a-f]{16,40})(?:_(?:\d{1,3}_)?\d{1,5}x\d{1,5})?")
PICTURE = re.compile(rf'!\[([^\]\n]{{0,300}})\]\(({ADDRESS.pattern})(?:[ ]"[^"\n]{{0,200}}")?\)')
TAG = re.compile(rf'<img\b[^<>]{{0,300}}?\bsrc="({ADDRESS.pattern})"[^<>]{{0,300}}>')
ATTACHED = re.compile(rf'<a class="attachment" href="({ADDRESS.pattern})">([^<>\[\]\n]{{1,300}})</a>')
LINKED = re.compile(rf"(\]\(|\]: )({ADDRESS.pattern})")
OURS = "/files/"


def addresses_in(text: str) -> Iterator[str]:
    return (found[0] for found in ADDRESS.finditer(text))


def key_of(address: str) -> str:
    """By which the file is known: its sum in hexadecimal digits. Empty for an address that names none."""
    name = address.rsplit("/", 1)[-1].partition(".")[0]
    if address.startswith("upload://") or "/short-url/" in address:
        return _sum_of(name)
    found = PLACED.fullmatch(name)
    return found[1] if found else ""


def _sum_of(short: str) -> str:
    number = 0
    for digit in short:
        number = number * 62 + DIGITS.get(digit, 0)
    return f"{number:040x}"


def with_places(text: str, places: Places) -> str:
    """A picture that does not come along is a link to where it lies: of other sites none is shown here."""
    if "upload" not in text and "original/" not in text and "optimized/" not in text:
        return text
    text = TAG.sub(r"![](\1)", ATTACHED.sub(r"[\2](\1)", text))
    text = PICTURE.sub(lambda found: _shown(found, places), text)
    return LINKED.sub(lambda found: found[1] + places(found[2]), text)


def _shown(found: re.Match[str], places: Places) -> str:
    words, place = found[1], places(found[2])
    if place.startswith(OURS) or not key_of(found[2]):
        return f"![{words}]({place})"
    return f"[{words}]({place})" if words.strip() else f"<{place}>"


def old_place(address: str, site: str) -> str:
    """In full, as far as the site's own address is known."""
    if address.startswith("//"):
        return f"https:{address}"
    if not site or not address.startswith(("/", "upload://")):
        return address
    return f"{site}{address.replace('upload://', '/uploads/short-url/', 1)}"
