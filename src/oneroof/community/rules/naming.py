"""Who and what a text names: members that it mentions, files that stand in it. Pure."""

import re

MENTION = re.compile(r"\[@[^\]\n]{1,140}\]\(/m/(\d{1,18})\)")
FILE = re.compile(r"\(/files/([0-9a-f]{32})/")
FENCED = re.compile(r"^(?:```|~~~).*?^(?:```|~~~)[ \t]*$|`[^`\n]*`", re.MULTILINE | re.DOTALL)
MOST_MENTIONED = 10


def mentioned(text: str) -> list[int]:
    """Ids of members, each once, the first ten; what stands in code mentions nobody."""
    return list(dict.fromkeys(int(each) for each in MENTION.findall(FENCED.sub("", text))))[:MOST_MENTIONED]


def files_in(text: str) -> list[str]:
    return list(dict.fromkeys(FILE.findall(text)))


def mention(name: str, member_id: int) -> str:
    """As it stands in Markdown."""
    return f"[@{name.replace('[', '').replace(']', '')}](/m/{member_id})"
