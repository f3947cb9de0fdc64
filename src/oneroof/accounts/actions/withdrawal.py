"""Taking back what lets a person in. The caller has asked for permission and holds the person's row."""

from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

from oneroof.accounts.models import ApiToken, SignInLink, User
from oneroof.core import clock


def take_all_from(user: User) -> None:
    """End every session, take back every token and spend every link of the person."""
    end_sessions(user)
    ApiToken.objects.filter(user=user, revoked_at=None).update(revoked_at=clock.now())
    spend_links(user)


def end_sessions(user: User) -> None:
    """Not only those that *Where you are signed in* knows: a session says whose it is only once it is opened."""
    theirs = [
        session.pk
        for session in Session.objects.filter(expire_date__gt=clock.now()).iterator()
        if session.get_decoded().get(SESSION_KEY) == str(user.pk)
    ]
    Session.objects.filter(pk__in=theirs).delete()
    UserSession.objects.filter(user=user).delete()


def spend_links(user: User) -> None:
    SignInLink.objects.filter(user=user, used_at=None).update(used_at=clock.now())
