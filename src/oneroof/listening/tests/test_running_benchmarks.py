"""The benchmarks of listening hear what their far sides say, through the code that listens."""

import pytest

from oneroof.listening.bench import poll as polling
from oneroof.listening.bench import stream as streaming
from oneroof.listening.bench.running import far_side
from oneroof.listening.models import Post, RejectedPost, Source

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_stream_is_heard_whole_with_deletions() -> None:
    source = Source.objects.create(network="bluesky", name="Everything", settings={"listen_to": "everything"})
    with far_side(streaming.JETSTREAM, *streaming._told(2000, 1, 0.05)) as port:
        source.settings |= {"jetstream": f"ws://127.0.0.1:{port}/subscribe"}
        source.save()
        lags = streaming._hear(source, 30.0)
    assert len(lags) == 2_000
    assert all(0 < lag < 30 for lag in lags)
    assert Post.objects.count() == 1_900
    assert not RejectedPost.objects.exists()
    assert Post.objects.exclude(gone_at=None).exists()


def test_each_kind_of_source_is_heard_and_none_is_overdue() -> None:
    with (
        far_side(polling.TIMELINES) as port,
        far_side(polling.MAILBOXES) as mail,
        polling._loopback_allowed(),
    ):
        for number in range(6):
            key, name, asked = polling._kind(number, f"http://127.0.0.1:{port}", mail)
            Source.objects.create(network=key, name=name, settings=asked)
        told = polling._listen(4.0)
    assert list(Source.objects.exclude(last_error="").values_list("network", "last_error")) == []
    assert told["first_round_s"] is not None
    assert told["never_heard"] == 0
    assert {*Source.objects.values_list("failures", "heard")} == {(0, 20)}
