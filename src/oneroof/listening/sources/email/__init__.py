"""E-mail: a mailbox is heard by IMAP, and replies leave by SMTP."""

from oneroof.listening.sources.base import Field, FieldKind, Length, Network
from oneroof.listening.sources.email.client import DAYS_BACK, is_streamed, poll, stream
from oneroof.listening.sources.email.publish import can_send, publish
from oneroof.listening.sources.email.signing_in import OAUTH, RENEWAL, check_tenant

NETWORK = Network(
    key="email",
    title="E-mail",
    fields=(
        Field(
            name="address", label="Address", kind=FieldKind.EMAIL, required=True, hint="Replies come from it."
        ),
        Field(name="name", label="Sender's name", hint="What customers read beside the address."),
        Field(name="host", label="SMTP server", hint="Empty: the installation's own."),
        Field(name="port", label="Port", kind=FieldKind.NUMBER, default=587),
        Field(
            name="security",
            label="Encryption",
            kind=FieldKind.CHOICE,
            default="starttls",
            choices=(("starttls", "STARTTLS"), ("tls", "TLS"), ("none", "none")),
        ),
        Field(name="user", label="User"),
        Field(name="password", label="Password", kind=FieldKind.SECRET),
        Field(
            name="sign_in",
            label="Sign in",
            kind=FieldKind.CHOICE,
            default="password",
            choices=(
                ("password", "with a password"),
                ("google", "with Google"),
                ("microsoft", "with Microsoft 365"),
            ),
            hint="Without a password: save, then connect an account.",
        ),
        Field(name="client_id", label="Client ID", hint="Of your app at Google or Microsoft."),
        Field(name="client_secret", label="Client secret", kind=FieldKind.SECRET),
        Field(
            name="tenant",
            label="Tenant",
            hint="Of Microsoft 365, where your app is for one organisation: its ID or domain.",
            check=check_tenant,
        ),
        Field(
            name="imap_host",
            label="IMAP server",
            hint="Where letters are read. Empty: none are, and replies leave all the same.",
        ),
        Field(
            name="imap_port",
            label="IMAP port",
            kind=FieldKind.NUMBER,
            hint="Empty: 993, or 143 where it is not TLS from the beginning.",
        ),
        Field(
            name="imap_security",
            label="IMAP encryption",
            kind=FieldKind.CHOICE,
            default="tls",
            choices=(("tls", "TLS"), ("starttls", "STARTTLS"), ("none", "none")),
        ),
        Field(name="imap_user", label="IMAP user", hint="Empty: the user above, or the address."),
        Field(
            name="imap_password",
            label="IMAP password",
            kind=FieldKind.SECRET,
            hint="Empty: the password above.",
        ),
        Field(
            name="folder",
            label="Folder",
            default="INBOX",
            hint="It is only read: nothing is marked, moved or deleted.",
        ),
        Field(
            name="stream",
            label="Hear at once",
            kind=FieldKind.YES_NO,
            default=True,
            hint="Over a connection that stays open. Otherwise every minute.",
        ),
        Field(name="days_back", label="Days to hear of the past", kind=FieldKind.NUMBER, default=DAYS_BACK),
        Field(
            name="mail_server_name",
            label="Your mail server's name",
            hint="As it calls itself in Authentication-Results. Letters that it found forged are marked then.",
        ),
    ),
    poll=poll,
    stream=stream,
    is_streamed=is_streamed,
    oauth=OAUTH,
    renewal=RENEWAL,
    publish=publish,
    length=Length(limit=100_000),
    has_markdown=True,
    is_public=False,
    is_answerable=can_send,
)
