"""Stack Exchange dumps, read as they stood at a moment: an acceptance counts from the day after its vote."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from defusedxml.ElementTree import iterparse

from oneroof.recognition.rules.experts import Answered, Asked

DUMPS = ("se_bicycles_meta_2023", "se_cardano_2021")
QUESTION, ANSWER, ACCEPTANCE = "1", "2", "1"


class DumpMissingError(Exception):
    """The folder with the dumps is not there."""


@dataclass(frozen=True, slots=True)
class Answer:
    id: int
    question: int
    member: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Dump:
    """Questions and answers in the order of time; what is without a known author is left out."""

    questions: list[tuple[datetime, Asked]]
    answers: list[Answer]
    accepted: Mapping[int, int]
    """Question to its accepted answer, in the end."""
    accepted_at: Mapping[int, datetime]

    def known_at(self, moment: datetime) -> list[Answered]:
        """The answers given until then, and whether they were known to be accepted."""
        asked = {question.id: question for _at, question in self.questions}
        never = datetime.max.replace(tzinfo=UTC)
        return [
            Answered(asked[a.question], a.member, a.at, self.accepted_at.get(a.id, never) <= moment)
            for a in self.answers
            if a.at < moment and a.question in asked
        ]

    def cases(self, first: float, last: float) -> list[tuple[datetime, Asked, int]]:
        """Questions of a part in time whose accepted answer is another's, with who gave it."""
        cut = [self.questions[n] for n in _span(len(self.questions), first, last)]
        by_id = {answer.id: answer.member for answer in self.answers}
        found = []
        for at, question in cut:
            member = by_id.get(self.accepted.get(question.id, -1))
            if member is not None and member != question.asker:
                found.append((at, question, member))
        return found

    def moment(self, share: float) -> datetime:
        return self.questions[int(len(self.questions) * share)][0]


def _span(size: int, first: float, last: float) -> range:
    return range(int(size * first), int(size * last))


def read(folder: Path) -> Dump:
    if not (folder / "Posts.xml").exists():
        raise DumpMissingError(f"There is no dump in {folder}: set ONEROOF_DATA to the folder of the sets.")
    questions, answers, accepted = [], [], {}
    for row in _rows(folder / "Posts.xml"):
        at = _moment(row["CreationDate"])
        if row["PostTypeId"] == QUESTION:
            questions.append((at, _asked(row)))
            if "AcceptedAnswerId" in row:
                accepted[int(row["Id"])] = int(row["AcceptedAnswerId"])
        elif row["PostTypeId"] == ANSWER and "OwnerUserId" in row:
            answers.append(Answer(int(row["Id"]), int(row["ParentId"]), int(row["OwnerUserId"]), at))
    votes = [row for row in _rows(folder / "Votes.xml") if row["VoteTypeId"] == ACCEPTANCE]
    known = {int(row["PostId"]): _moment(row["CreationDate"]) + timedelta(days=1) for row in votes}
    questions.sort(key=lambda pair: (pair[0], pair[1].id))
    answers.sort(key=lambda answer: (answer.at, answer.id))
    return Dump(questions, answers, accepted, known)


def _asked(row: Mapping[str, str]) -> Asked:
    tags = frozenset(re.findall(r"<([^>]+)>", row.get("Tags", "")))
    asker = int(row["OwnerUserId"]) if "OwnerUserId" in row else None
    return Asked(int(row["Id"]), asker, row.get("Title", ""), tags)


def _rows(file: Path) -> Iterator[dict[str, str]]:
    for _event, element in iterparse(file):
        if element.tag == "row":
            yield dict(element.attrib)
            element.clear()


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
