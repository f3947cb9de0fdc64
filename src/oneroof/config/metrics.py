"""What Prometheus reads: https://prometheus.io/docs/instrumenting/exposition_formats/."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True, slots=True)
class Metric:
    """One query: its rows are label values, in the order of ``labels``, and last the figure."""

    name: str
    kind: str
    says: str
    labels: tuple[str, ...]
    query: str


METRICS = (
    Metric(
        "oneroof_source_posts_total", "counter", "Posts heard.", ("source",),
        "SELECT name, heard FROM listening_source ORDER BY 1",
    ),
    Metric(
        "oneroof_source_failures", "gauge", "Failures of a source in a row.", ("source",),
        "SELECT name, failures FROM listening_source ORDER BY 1",
    ),
    Metric(
        "oneroof_source_silence_seconds", "gauge", "Since a source last answered.", ("source",),
        "SELECT name, extract(epoch FROM now() - last_success_at) FROM listening_source"
        " WHERE enabled AND last_success_at IS NOT NULL ORDER BY 1",
    ),
    Metric(
        "oneroof_conversations", "gauge", "Conversations by state.", ("state",),
        "SELECT state, count(*) FROM care_conversation GROUP BY 1 ORDER BY 1",
    ),
    Metric(
        "oneroof_replies", "gauge", "Replies by state of the outbox.", ("state",),
        "SELECT state, count(*) FROM care_reply GROUP BY 1 ORDER BY 1",
    ),
    Metric(
        "oneroof_jobs", "gauge", "Jobs by queue and status.", ("queue", "status"),
        "SELECT queue_name, status::text, count(*) FROM procrastinate_jobs GROUP BY 1, 2 ORDER BY 1, 2",
    ),
)  # fmt: skip


def exposition() -> str:
    return "".join(f"{line}\n" for metric in METRICS for line in _lines(metric))


def _lines(metric: Metric) -> Iterator[str]:
    yield f"# HELP {metric.name} {metric.says}"
    yield f"# TYPE {metric.name} {metric.kind}"
    with connection.cursor() as cursor:
        cursor.execute(metric.query)
        for *values, figure in cursor.fetchall():
            labels = ",".join(
                f'{name}="{_escaped(str(value))}"' for name, value in zip(metric.labels, values, strict=True)
            )
            yield f"{metric.name}{{{labels}}} {figure}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
