"""Why a value that somebody typed can't be right."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oneroof.notify.carriers.base import Field, is_web_address


def not_an_address(text: str) -> Promise | None:
    return None if is_web_address(text) else _("This is no address that begins with https://.")


def not_a_room(text: str) -> Promise | None:
    return None if text.startswith("!") else _("A room's id begins with an exclamation mark.")


def hook(where: str | Promise) -> Field:
    """The address of an incoming webhook, which is its key as well."""
    return Field("address", _("Address of the webhook"), where, secret=True, check=not_an_address)
