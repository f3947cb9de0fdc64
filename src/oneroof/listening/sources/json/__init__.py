"""Anything with a JSON API: a mapping says where its list lies, which field is what, and how an answer is sent."""

from oneroof.listening.sources.base import Length, Network
from oneroof.listening.sources.json.client import allow, fill, poll, try_out
from oneroof.listening.sources.json.form import FIELDS
from oneroof.listening.sources.json.publish import CHARACTERS, can_answer, length_of, publish, takes_once
from oneroof.listening.sources.json.single import follow, look_up

NETWORK = Network(
    key="json",
    title="Anything with a JSON API",
    fields=FIELDS,
    poll=poll,
    fill=fill,
    try_out=try_out,
    follow=follow,
    allow=allow,
    publish=publish,
    look_up=look_up,
    length=Length(limit=CHARACTERS),
    length_of=length_of,
    is_answerable=can_answer,
    is_repeatable=takes_once,
)
