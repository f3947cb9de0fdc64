"""Who gets in, as what, and who may change that."""

from datetime import timedelta

import pytest
from django.test import Client

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.actions import people
from oneroof.accounts.actions.tokens import create_token, user_of_token
from oneroof.accounts.models import AuditEntry, Department, SignInLink, User
from oneroof.accounts.policies import Role
from oneroof.core import clock

pytestmark = pytest.mark.django_db


def test_the_command_line_adds_a_user_with_a_department() -> None:
    user, url = people.add_user(None, "New@Company.example", Role.AGENT, departments=("care",))
    assert user.email == "new@company.example"
    assert [room.slug for room in user.departments.all()] == ["care"]
    assert "/sign-in/or_" in url


def test_adding_the_same_address_again_changes_the_role_and_keeps_one_account() -> None:
    people.add_user(None, "a@company.example", Role.AGENT)
    people.add_user(None, "A@company.example", Role.LEAD)
    assert User.objects.get().role == Role.LEAD
    assert list(AuditEntry.objects.order_by("id").values_list("verb", flat=True)) == [
        "user.added",
        "user.changed",
    ]


def test_the_audit_tells_before_and_after(admin: User, agent: User) -> None:
    people.change_user(admin, agent.pk, role=Role.LEAD, departments=("legal",), is_active=True)
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.before["role"], entry.after["role"]) == (admin, "agent", "lead")
    assert entry.after["departments"] == ["legal"]


@pytest.mark.parametrize("outsider", ["member", "volunteer", "agent", "lead"])
def test_only_an_administrator_adds_users(outsider: str, request: pytest.FixtureRequest) -> None:
    with pytest.raises(NotAllowed):
        people.add_user(request.getfixturevalue(outsider), "x@company.example", Role.ADMIN)
    assert not User.objects.filter(email="x@company.example").exists()


def test_the_last_administrator_cannot_be_locked_out(admin: User) -> None:
    with pytest.raises(people.AccountError, match="only administrator"):
        people.change_user(admin, admin.pk, role=Role.AGENT, departments=(), is_active=True)
    admin.refresh_from_db()
    assert admin.role == Role.ADMIN


def test_adding_the_last_administrator_again_takes_nothing_from_them(admin: User) -> None:
    with pytest.raises(people.AccountError, match="only administrator"):
        people.add_user(None, admin.email, Role.AGENT)
    admin.refresh_from_db()
    assert (admin.role, admin.is_active) == (Role.ADMIN, True)


def test_the_page_adds_only_people_who_are_new(client: Client, admin: User, agent: User) -> None:
    client.force_login(admin)
    for known in (admin, agent):
        told = client.post(
            "/desk/settings/people/new/", {"email": known.email.title(), "role": Role.VOLUNTEER}
        )
        assert "has an account already" in told.text
    assert set(User.objects.values_list("role", flat=True)) == {Role.ADMIN, Role.AGENT}
    assert not SignInLink.objects.exists()


@pytest.mark.parametrize(
    ("email", "role", "departments", "complaint"),
    [
        ("nobody", "agent", (), "not an e-mail address"),
        ("a@b.example", "boss", (), "no role “boss”"),
        ("a@b.example", "agent", ("cellar",), "no department “cellar”.*Care"),
    ],
)
def test_wrong_input_says_what_is_known(
    email: str, role: str, departments: tuple[str, ...], complaint: str
) -> None:
    with pytest.raises(people.AccountError, match=complaint):
        people.add_user(None, email, role, departments=departments)
    assert not User.objects.exists()


def test_a_sign_in_link_works_once(client: Client) -> None:
    user, url = people.add_user(None, "a@company.example", Role.AGENT)
    path = url.partition("//")[2].partition("/")[2]
    assert client.get(f"/{path}")["Location"] == "/desk/"
    assert client.session["_auth_user_id"] == str(user.pk)
    assert Client().get(f"/{path}").status_code == 404


def test_a_sign_in_link_lapses_after_a_day(client: Client) -> None:
    _user, url = people.add_user(None, "a@company.example", Role.AGENT)
    with clock.frozen_at(clock.now() + timedelta(hours=25)):
        assert people.use_sign_in_link(url.rstrip("/").rpartition("/")[2]) is None


def test_the_link_itself_is_not_kept() -> None:
    _user, url = people.add_user(None, "a@company.example", Role.AGENT)
    assert url.rstrip("/").rpartition("/")[2] not in str(SignInLink.objects.values())


def test_a_switched_off_account_has_no_way_in(admin: User, agent: User) -> None:
    url = people.make_sign_in_link(admin, agent)
    people.change_user(admin, agent.pk, role=agent.role, departments=(), is_active=False)
    assert people.use_sign_in_link(url.rstrip("/").rpartition("/")[2]) is None


def test_what_a_switched_off_account_held_stays_gone_when_it_is_switched_on_again(
    client: Client, admin: User, agent: User, teammate: User
) -> None:
    client.force_login(agent)
    bystander = Client()
    bystander.force_login(teammate)
    token, url = create_token(None, agent.email), people.make_sign_in_link(admin, agent)
    for is_active in (False, True):
        people.change_user(admin, agent.pk, role=agent.role, departments=(), is_active=is_active)
    assert client.get("/desk/settings/profile/").status_code == 404
    assert user_of_token(token) is None
    assert people.use_sign_in_link(url.rstrip("/").rpartition("/")[2]) is None
    assert bystander.get("/desk/settings/profile/").status_code == 200


def test_a_new_link_spends_the_older_ones(admin: User, agent: User, teammate: User) -> None:
    older, newer = people.make_sign_in_link(admin, agent), people.make_sign_in_link(admin, agent)
    people.make_sign_in_link(admin, teammate)
    assert people.use_sign_in_link(older.rstrip("/").rpartition("/")[2]) is None
    assert people.use_sign_in_link(newer.rstrip("/").rpartition("/")[2]) == agent


def test_every_company_starts_with_its_departments() -> None:
    assert {"care", "legal", "engineering"} <= set(Department.objects.values_list("slug", flat=True))
