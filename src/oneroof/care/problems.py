"""What can't be done, as the API tells it: a conflict names who or what stands in the way."""

from collections.abc import Iterator
from contextlib import contextmanager

from oneroof.accounts.models import User
from oneroof.care.errors import (
    AlreadyClaimedError,
    CareError,
    NotAnswerableError,
    NotHolderError,
    ReplyExistsError,
    RulesNotAcceptedError,
    TooLongError,
)
from oneroof.care.schemas import ReplyOut
from oneroof.core.problems import ProblemError


@contextmanager
def told_as_problems() -> Iterator[None]:
    """409 where the world stands otherwise, 422 where the request can't be; see RFC 9457."""
    try:
        yield
    except CareError as error:
        raise problem_of(error) from error


def problem_of(error: CareError) -> ProblemError:
    match error:
        case AlreadyClaimedError(by=by, until=until):
            return _conflict("Somebody else holds it", error, claimant=_person(by), until=until.isoformat())
        case NotHolderError(by=by):
            return _conflict("You do not hold it", error, claimant=by and _person(by))
        case ReplyExistsError(reply=reply):
            return _conflict(
                "There is a reply", error, reply=reply and ReplyOut.of(reply).model_dump(mode="json")
            )
        case RulesNotAcceptedError(rules=rules):
            return _conflict(
                "The rules come first", error, rules={"version": rules.version, "text": rules.text}
            )
        case NotAnswerableError():
            return _conflict("It can't be answered from here", error)
        case TooLongError(left=left):
            return ProblemError(422, "The reply is too long", str(error), over=-left)
    return ProblemError(422, "This cannot be done", str(error))


def _conflict(title: str, error: CareError, **members: object) -> ProblemError:
    return ProblemError(409, title, str(error), **members)


def _person(user: User) -> dict[str, object]:
    return {"id": user.pk, "name": str(user)}
