"""Answers and comments below posts: one question of the API after the other.

Where one is told to wait, what is still to be asked is kept as tasks, in JSON, and asked next time: each poll gets
further, however often the API says ``backoff``.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from oneroof.core.http import SafeClient
from oneroof.listening.sources.base import MustWaitError, RawPost, Rejected, Settings
from oneroof.listening.sources.stackexchange.asking import IDS_AT_MOST, Asking, origin_of
from oneroof.listening.sources.stackexchange.parse import name_of, read_all

ANSWERS, COMMENTS = "answers", "comments"
PATHS = {ANSWERS: "/questions/{ids}/answers", COMMENTS: "/posts/{ids}/comments"}
PAGES_AT_MOST = 25
"""Without a key the API shows no more."""

type Task = dict[str, Any]


class Hearing:
    """What one poll has heard. ``recent`` are names of questions and answers, each with its last activity."""

    def __init__(self, settings: Settings, client: SafeClient, recent: Iterable[Sequence[Any]] = ()) -> None:
        self.asking = Asking(settings, client)
        self.posts: list[RawPost] = []
        self.rejected: list[Rejected] = []
        self.to_ask: list[Task] = []
        self._origin = origin_of(str(settings.get("site") or "").strip())
        self._recent: dict[str, int] = {str(name): int(at) for name, at in recent}

    def take(self, entries: Sequence[Any], posts: Mapping[str, str] | None = None) -> None:
        """Read what came; ``posts`` are those that comments were asked of, by number."""
        read, rejected = read_all(entries, self._origin, posts)
        self.posts += read
        self.rejected += rejected
        names = {name_of(each): active(each) for each in entries}
        self._recent |= {name: at for name, at in names.items() if name.startswith(("q", "a"))}

    def lose(self, lost: Sequence[RawPost]) -> None:
        self.posts += lost
        for each in lost:
            self._recent.pop(each.external_id, None)

    def latest(self) -> list[list[Any]]:
        """Those that moved last, as many as one question of the API may name."""
        ordered = sorted(self._recent.items(), key=lambda each: (-each[1], each[0]))
        return [list(each) for each in ordered[:IDS_AT_MOST]]

    def ask_below(self, waiting: Iterable[Task]) -> None:
        """Ask as long as we may; the rest stays in ``to_ask``."""
        self.to_ask = list(waiting)
        while self.to_ask:
            try:
                more = self._ask(self.to_ask[0])
            except MustWaitError as wait:
                self.asking.wait = max(self.asking.wait, wait.next_poll_after)
                return
            self.to_ask[:1] = more

    def _ask(self, task: Task) -> list[Task]:
        """What is to be asked in its place."""
        names, page = [str(each) for each in task["names"]], int(task["page"])
        bounds = {"sort": "creation", "order": "desc", "min": task["since"], "page": page}
        entries, has_more = self.asking.of_each(PATHS[task["of"]], [name[1:] for name in names], **bounds)
        self.take(entries, {name[1:]: name for name in names})
        more = [{**task, "page": page + 1}] if has_more and entries and page < PAGES_AT_MOST else []
        if task["of"] == ANSWERS:
            more += tasks_of_comments([name for each in entries if (name := name_of(each))])
        return more


def tasks_below(questions: Sequence[Any]) -> list[Task]:
    """All that is said below them."""
    named = {name: each for each in questions if (name := name_of(each))}
    answered = [name for name, each in named.items() if each.get("answer_count") != 0]
    return [*_tasks(ANSWERS, answered, None), *tasks_of_comments(list(named))]


def tasks_of_comments(names: Sequence[str], since: int | None = None) -> list[Task]:
    return _tasks(COMMENTS, names, since)


def active(entry: Any) -> int:
    """When it moved last, in seconds of Unix time; 0 where it does not say."""
    at = entry.get("last_activity_date") or entry.get("creation_date") if isinstance(entry, dict) else None
    return at if isinstance(at, int) and not isinstance(at, bool) else 0


def _tasks(of: str, names: Sequence[str], since: int | None) -> list[Task]:
    parts = [list(names[at : at + IDS_AT_MOST]) for at in range(0, len(names), IDS_AT_MOST)]
    return [{"of": of, "names": part, "since": since, "page": 1} for part in parts]
