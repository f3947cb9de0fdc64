"""The verbs of listening: import, watch, and its benchmarks."""

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils.translation import gettext

from oneroof.accounts.models import User
from oneroof.accounts.policies import Role
from oneroof.core.errors import OneroofError, WrongUseError
from oneroof.core.importing import Wanted, importers
from oneroof.core.verbs import Result, Verbs, day
from oneroof.listening.actions.watches import create_watch
from oneroof.listening.bench.ingest import measure_ingest
from oneroof.listening.bench.match import measure_match
from oneroof.listening.bench.poll import measure_poll
from oneroof.listening.bench.search import measure_search
from oneroof.listening.bench.stream import measure_stream
from oneroof.listening.past import past_catches
from oneroof.listening.queries import watch_list
from oneroof.listening.sources.files import FORMATS, parse_mapping
from oneroof.listening.watch_language import WatchSyntaxError
from oneroof.listening.watch_language.pointing import pointed_at

WATCH_FIGURES = ("catches", "catches_7d", "judged", "useful", "useful_share")


def add_commands(verbs: Verbs) -> None:
    importing = verbs.add("import", import_files, "Store what files hold.")
    importing.add_argument("files", nargs="+", type=Path, metavar="FILE")
    importing.add_argument(
        "--as", dest="kind", required=True, help=f"what the files hold: {', '.join(sorted(importers()))}"
    )
    importing.add_argument("--format", default="auto", help=f"one of {', '.join(FORMATS)}")
    importing.add_argument("--source", metavar="NAME", help="what the source is called; else as the file")
    importing.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="FIELD=COLUMN",
        dest="mapping",
        help="which column of a CSV holds a field; may be repeated",
    )
    _add_watch_commands(verbs.group("watch", "Watches: add, test, list."))
    _add_benchmarks(verbs.group("bench", "Figures of speed: match, ingest, inbox, search, stream, poll."))


def _add_watch_commands(watch: Verbs) -> None:
    adding = watch.add("add", add_watch, "Make a watch; what it would have caught lately follows.")
    adding.add_argument("name", metavar="NAME")
    adding.add_argument("query", metavar="QUERY")
    adding.add_argument("--owner", metavar="EMAIL", help="whose watch it is; else the first administrator's")
    trying = watch.add("test", try_watch, "What a watch would have caught.", show=catches_as_text)
    trying.add_argument("query", metavar="QUERY")
    trying.add_argument("--from", dest="start", type=day, metavar="DATE", help="else all stored posts")
    trying.add_argument("--to", dest="end", type=day, metavar="DATE", help="this day not included")
    watch.add("list", list_watches, "Every live watch, and how useful it is.", show=watches_as_table)


def _add_benchmarks(bench: Verbs) -> None:
    match = bench.add("match", bench_match, "Posts matched a second, on one core.", database=False)
    match.add_argument("--watches", type=int, default=100_000)
    match.add_argument("--posts", type=int, default=20_000)
    ingest = bench.add("ingest", bench_ingest, "Posts imported a second, in a database of its own.")
    ingest.add_argument("--watches", type=int, default=10_000)
    ingest.add_argument("--posts", type=int, default=20_000, help="of each run")
    search = bench.add("search", bench_search, "Past catches of new watches, in a database of its own.")
    search.add_argument("--posts", type=int, default=1_000_000)
    for verb in (match, ingest, search):
        verb.add_argument("--runs", type=int, default=5)
    stream = bench.add(
        "stream", bench_stream, "A whole network heard as it is said, in a database of its own."
    )
    stream.add_argument("--rate", type=int, default=2_000, help="events a second")
    stream.add_argument("--seconds", type=float, default=60.0, help="of listening")
    stream.add_argument("--watches", type=int, default=10_000)
    stream.add_argument("--named", type=float, default=0.05, help="share of posts that name the company")
    stream.add_argument("--keep-all", action="store_true", help="store what no watch catches, too")
    poll = bench.add(
        "poll", bench_poll, "Many sources asked in time by one listener, in a database of its own."
    )
    poll.add_argument("--sources", type=int, default=500, help="a sixth each of six networks")
    poll.add_argument("--seconds", type=float, default=150.0, help="of listening")


def import_files(arguments: Namespace) -> Result:
    importer = importers().get(arguments.kind)
    if importer is None:
        raise WrongUseError(f"This version imports {', '.join(sorted(importers()))}, not “{arguments.kind}”.")
    mapping = parse_mapping(arguments.mapping)
    return importer(Wanted(arguments.files, arguments.format, arguments.source, mapping))


def add_watch(arguments: Namespace) -> Result:
    owner = _owner(arguments.owner)
    with _readable(arguments.query):
        watch = create_watch(None, arguments.name, arguments.query, owner=owner)
    return {"id": watch.pk, "name": watch.name, "owner": owner.email}


def _owner(email: str | None) -> User:
    people = User.objects.filter(is_active=True)
    if email is None:
        owner = people.filter(role=Role.ADMIN).order_by("pk").first()
    else:
        owner = people.filter(email__iexact=email).first()
    if owner is None:
        raise OneroofError("There is nobody to own the watch: name somebody who signs in by --owner EMAIL.")
    assert isinstance(owner, User)
    return owner


def try_watch(arguments: Namespace) -> Result:
    with _readable(arguments.query):
        past = past_catches(arguments.query, start=arguments.start, end=arguments.end)
    sample = [{"id": each.post.pk, "text": each.post.text, "spans": each.spans} for each in past.sample]
    return {
        "matches": past.matches,
        "sample": sample,
        "last_7_days": past.last_7_days,
        "last_30_days": past.last_30_days,
        "is_complete": past.is_complete,
    }


def catches_as_text(result: Result) -> str:
    """The figures, then the newest posts with what was found [in brackets]."""
    at_least = "" if result["is_complete"] else "at least "
    days = f"{result['last_7_days']:,} in 7 days, {result['last_30_days']:,} in 30"
    lines = [f"{at_least}{result['matches']:,} posts ({days})"]
    return "\n\n".join([*lines, *(_bracketed(each["text"], each["spans"]) for each in result["sample"])])


def _bracketed(text: str, spans: list[tuple[int, int]]) -> str:
    for start, end in reversed(spans):
        text = f"{text[:start]}[{text[start:end]}]{text[end:]}"
    return text


def list_watches(arguments: Namespace) -> Result:  # noqa: ARG001 - each verb gets them
    return {
        "watches": [
            {
                "id": watch.pk,
                "name": watch.name,
                "query": watch.query,
                "owner": watch.owner.email,
                "tell": watch.tell,
                **{figure: getattr(watch, figure) for figure in WATCH_FIGURES},
            }
            for watch in watch_list()
        ]
    }


def watches_as_table(result: Result) -> str:
    lines = [f"{'id':>6} {'catches':>8} {'7 days':>7} {'useful':>7}  name: query"]
    for watch in result["watches"]:
        share = "–" if watch["useful_share"] is None else f"{watch['useful_share']:.0%}"
        figures = f"{watch['id']:>6} {watch['catches']:>8,} {watch['catches_7d']:>7,} {share:>7}"
        lines.append(f"{figures}  {watch['name']}: {watch['query'][:80]}")
    return "\n".join(lines)


@contextmanager
def _readable(query: str) -> Iterator[None]:
    try:
        yield
    except WatchSyntaxError as error:
        raise WrongUseError(pointed_at(query, error, gettext)) from error


def bench_match(arguments: Namespace) -> Result:
    return measure_match(arguments.watches, arguments.posts, arguments.runs)


def bench_ingest(arguments: Namespace) -> Result:
    return measure_ingest(arguments.posts, arguments.watches, arguments.runs)


def bench_search(arguments: Namespace) -> Result:
    return measure_search(arguments.posts, arguments.runs)


def bench_stream(arguments: Namespace) -> Result:
    return measure_stream(
        arguments.rate,
        arguments.seconds,
        arguments.watches,
        arguments.named,
        keeps_all=arguments.keep_all,
    )


def bench_poll(arguments: Namespace) -> Result:
    return measure_poll(arguments.sources, arguments.seconds)
