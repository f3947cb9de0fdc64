"""What insight tells people of."""

from django.utils.translation import gettext_lazy as _

from oneroof.accounts.policies import Permission
from oneroof.notify.kinds import Kind, Way, register_kinds


def register_notices() -> None:
    hear = Permission.HEAR
    register_kinds(
        Kind("twenty", _("Each morning: what people complained of"), "megaphone", Way.EMAIL, hear),
        Kind("burst", _("There is far more of something than usual"), "flame", Way.EMAIL, hear),
        Kind("complaint", _("A complaint becomes mine, or is back"), "megaphone", permission=hear),
    )
