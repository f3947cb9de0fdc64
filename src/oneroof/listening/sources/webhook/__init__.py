"""Signed webhooks: posts that another system pushes to us, and our replies to it."""

from oneroof.core.webhooks import check_secrets, new_secret
from oneroof.listening.sources.base import Field, FieldKind, Length, Network
from oneroof.listening.sources.webhook.client import receive
from oneroof.listening.sources.webhook.publish import can_reply, is_public, publish, takes_once

NETWORK = Network(
    key="webhook",
    title="Webhook",
    fields=(
        Field(
            name="secret",
            label="Signing secret",
            kind=FieldKind.SECRET,
            required=True,
            hint="Both sides know it: whsec_ and Base64. Two, with a space between, are both taken.",
            make=new_secret,
            check=check_secrets,
        ),
        Field(
            name="reply_url",
            label="Address for replies",
            kind=FieldKind.URL,
            hint="Replies are posted there, signed. Empty: this source is answered by hand.",
        ),
        Field(
            name="takes_once",
            label="Takes each webhook-id once",
            kind=FieldKind.YES_NO,
            default=False,
            hint="The receiver drops an id that it has seen: a reply of unknown fate is then sent again.",
        ),
        Field(
            name="is_public",
            label="Said in public",
            kind=FieldKind.YES_NO,
            default=False,
            hint="Work is what a watch catches or what names us. Without it, whoever writes there writes to us.",
        ),
    ),
    receive=receive,
    publish=publish,
    length=Length(limit=100_000),
    is_public=False,
    is_public_at=is_public,
    is_answerable=can_reply,
    is_repeatable=takes_once,
)
