"""A reply leaves by SMTP."""

from django.conf import settings as installation

from oneroof.core import clock
from oneroof.core.http import SafeClient
from oneroof.listening.sources.base import Draft, Outcome, PollFailedError, Refused, Settings
from oneroof.listening.sources.email.letter import UnwritableError, letter, message_id
from oneroof.listening.sources.email.signing_in import by_token, token_of
from oneroof.listening.sources.email.smtp import Server, deliver

PORT = 587


def publish(settings: Settings, draft: Draft, client: SafeClient) -> Outcome:  # noqa: ARG001 - not by HTTP
    """Attempt once. There is no reading back: after *unknown*, a person decides."""
    try:
        message = letter(settings, draft, clock.now())
    except UnwritableError as error:
        return Refused(str(error), permanent=True)
    sender, recipient = (message[name].addresses[0].addr_spec for name in ("From", "To"))
    try:
        sender.encode("ascii"), recipient.encode("ascii")
    except UnicodeEncodeError:
        return Refused("Addresses beyond ASCII are not supported.", permanent=True)
    try:
        server = server_of(settings)
    except PollFailedError as failure:
        return Refused(failure.reason, permanent=False)
    return deliver(server, sender, recipient, message.as_bytes(), message_id(draft))


def can_send(settings: Settings) -> bool:
    return bool(settings.get("address"))


def server_of(settings: Settings) -> Server:
    """The source's own server, or the installation's. Raises PollFailedError where no account is connected."""
    if settings.get("host"):
        return _own_server(settings)
    options = installation.MAILERS["default"]["OPTIONS"]
    return Server(
        host=str(options.get("host") or "localhost"),
        port=int(options.get("port") or 25),
        security="starttls" if options.get("use_tls") else "none",
        user=str(options.get("username") or ""),
        password=str(options.get("password") or ""),
    )


def _own_server(settings: Settings) -> Server:
    has_token, host = by_token(settings), str(settings["host"]).strip()
    security = str(settings.get("security") or "starttls")
    user = settings.get("user") or (settings.get("address") if has_token else "")
    return Server(
        host=host,
        port=int(settings.get("port") or PORT),
        security=security,
        user=str(user or ""),
        password=token_of(settings, host, security) if has_token else str(settings.get("password") or ""),
        by_token=has_token,
    )
