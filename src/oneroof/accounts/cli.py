"""``oneroof user add`` and ``oneroof token create``: whoever may type them owns the machine."""

from argparse import Namespace

from oneroof.accounts.actions.people import add_user
from oneroof.accounts.actions.tokens import create_token
from oneroof.accounts.policies import Role
from oneroof.core.verbs import Result, Verbs


def add_commands(verbs: Verbs) -> None:
    adding = verbs.group("user", "People who sign in: add.").add(
        "add", add, "Add a person, or let one in again, by a link that signs in once.", show=sign_in_line
    )
    adding.add_argument("email", metavar="EMAIL")
    adding.add_argument("--role", required=True, choices=Role.values)
    adding.add_argument("--department", action="append", default=[], metavar="NAME", help="may be repeated")
    adding.add_argument("--name", default="", help="as others see it")
    creating = verbs.group("token", "API tokens: create.").add(
        "create", create, "Make an API token that acts as a person.", show=lambda result: str(result["token"])
    )
    creating.add_argument("email", metavar="EMAIL")
    creating.add_argument("--name", default="", help="what it is for")


def add(arguments: Namespace) -> Result:
    user, link = add_user(
        None,
        arguments.email,
        arguments.role,
        name=arguments.name,
        departments=tuple(arguments.department),
    )
    return {"id": user.pk, "email": user.email, "role": user.role, "sign_in_url": link}


def create(arguments: Namespace) -> Result:
    return {"token": create_token(None, arguments.email, name=arguments.name), "email": arguments.email}


def sign_in_line(result: Result) -> str:
    return f"{result['email']} signs in, once and within a day, with: {result['sign_in_url']}"
