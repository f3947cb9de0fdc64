"""A token acts as its owner, is kept as a hash, and can be taken back."""

import pytest

from oneroof.accounts.actions.people import AccountError
from oneroof.accounts.actions.tokens import create_token, revoke_token, user_of_token
from oneroof.accounts.models import ApiToken, User

pytestmark = pytest.mark.django_db


def test_a_token_stands_for_its_owner_and_is_not_kept(agent: User) -> None:
    secret = create_token(None, agent.email)
    assert user_of_token(secret) == agent
    assert secret not in str(ApiToken.objects.values())


def test_a_token_that_was_taken_back_is_nobody(agent: User) -> None:
    secret = create_token(agent, agent.email)
    revoke_token(agent, ApiToken.objects.get().pk)
    assert user_of_token(secret) is None


def test_a_token_of_a_switched_off_account_is_nobody(agent: User) -> None:
    secret = create_token(None, agent.email)
    User.objects.filter(pk=agent.pk).update(is_active=False)
    assert user_of_token(secret) is None


def test_nobody_makes_or_takes_back_anothers_token(agent: User, teammate: User, admin: User) -> None:
    create_token(agent, agent.email)
    for other in (teammate, admin):
        with pytest.raises(AccountError):
            create_token(other, agent.email)
        with pytest.raises(ApiToken.DoesNotExist):
            revoke_token(other, ApiToken.objects.get().pk)


def test_using_a_token_often_writes_once(agent: User, django_assert_num_queries) -> None:
    secret = create_token(None, agent.email)
    user_of_token(secret)
    with django_assert_num_queries(1):
        user_of_token(secret)
