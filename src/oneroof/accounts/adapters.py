"""How allauth fits this house: who may make an account, and that nobody learns who has one."""

from typing import Any, NamedTuple
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from oneroof.accounts.actions.account_steps import record_ended_sessions


class Sender(NamedTuple):
    """Who writes, as allauth's letters say it."""

    name: str
    domain: str


def _sender() -> Sender:
    address = urlsplit(settings.PUBLIC_URL).netloc
    return Sender(settings.COMPANY or address, address)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  allauth's signature
        return bool(settings.SIGN_UP_IS_OPEN)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In the company's name."""
        super().send_mail(template_prefix, email, {"current_site": _sender(), **context})

    def format_email_subject(self, subject: str) -> str:
        return f"[{_sender().name}] {subject}"

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        user = request.user
        return "/desk/" if getattr(user, "is_staff_member", False) else settings.LOGIN_REDIRECT_URL


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Single sign-on signs in whom it names: somebody invited before, or a new member."""

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> Any:
        user = super().populate_user(request, sociallogin, data)
        full = " ".join(part for part in (data.get("first_name"), data.get("last_name")) if part)
        user.name = (data.get("name") or full)[:120]
        user.language = get_language() or settings.LANGUAGE_CODE
        return user

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:  # noqa: ARG002  allauth's signature
        return True


class UserSessionsAdapter(DefaultUserSessionsAdapter):  # type: ignore[misc]
    def end_sessions(self, sessions: Any) -> None:
        ended = list(sessions)
        super().end_sessions(ended)
        if ended:
            record_ended_sessions(ended[0].user, len(ended))
