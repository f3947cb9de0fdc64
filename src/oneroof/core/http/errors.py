"""What can go wrong on the way out, in sentences that a health page can show."""


class FetchError(Exception):
    """An exchange that did not come to its end.

    ``sent`` says whether the request reached the other side: False, it never left; None, nobody knows;
    True, the other side had begun to answer, with ``status``.
    """

    def __init__(self, reason: str, *, sent: bool | None = False, status: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.sent = sent
        self.status = status


class AddressRefusedError(FetchError):
    """The address is of a kind, a range or a port that we do not go to."""


class ConnectionFailedError(FetchError):
    """No such host, no connection, no valid certificate, or an exchange that broke."""


class TooSlowError(FetchError):
    """The whole exchange took longer than its deadline."""


class TooLargeError(FetchError):
    """The answer, unpacked, is larger than its bound."""


class TooManyRedirectsError(FetchError):
    """Sent on more often than we follow."""


class UnreadableAnswerError(FetchError):
    """The answer is packed in a way that cannot be unpacked."""


class HeldBackError(FetchError):
    """A gate of ours did not let the request go yet: nothing was sent. ``seconds`` is how long to wait."""

    def __init__(self, reason: str, *, seconds: float) -> None:
        super().__init__(reason, sent=False)
        self.seconds = seconds
