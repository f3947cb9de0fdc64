import unicodedata
from collections import Counter
from datetime import UTC, datetime, timedelta
from statistics import median

import pytest

from oneroof.config.sample.company import SampleCompany, SamplePost, load
from oneroof.listening.matching.document import Document
from oneroof.listening.matching.reference import holds
from oneroof.listening.watch_language import parse

NOW = datetime(2026, 11, 24, 16, tzinfo=UTC)
FIVE = {"en", "es", "de", "fr", "ja"}


@pytest.fixture(scope="module")
def company() -> SampleCompany:
    return load(NOW)


def days_back(post: SamplePost) -> int:
    return (NOW - post.said_at) // timedelta(days=1)


def test_it_is_as_large_and_as_mixed_as_a_real_company(company):
    customers = {(post.source, post.author_handle) for post in company.posts if not post.is_ours}
    assert len(company.posts) >= 560
    assert len({post.author_name for post in company.posts if not post.is_ours}) >= 160
    assert len(customers) >= 160
    assert len(company.live) == 40
    assert 70 <= sum(post.is_ours for post in company.posts) <= 100


def test_each_of_five_languages_is_spoken(company):
    spoken = Counter(post.true_lang for post in company.posts)
    assert set(spoken) == FIVE
    assert min(spoken.values()) / len(company.posts) >= 0.08
    assert 0.4 <= spoken["en"] / len(company.posts) <= 0.5


def test_it_spans_sixty_days_and_ends_now(company):
    first = min(post.said_at for post in company.posts)
    newest = max(post.said_at for post in company.posts)
    assert timedelta(days=58) <= NOW - first <= timedelta(days=60)
    assert NOW - timedelta(hours=3) <= newest < NOW


def test_it_moves_with_now():
    later = load(NOW + timedelta(days=3))
    assert [post.said_at - timedelta(days=3) for post in later.posts] == [
        post.said_at for post in load(NOW).posts
    ]


def test_one_day_is_bad(company):
    by_day = Counter(days_back(post) for post in company.posts)
    bad, count = by_day.most_common(1)[0]
    assert 8 <= bad <= 10
    assert count >= 3 * median(by_day[day] for day in range(60))
    burst = [
        post for post in company.posts if timedelta(hours=210) < NOW - post.said_at < timedelta(hours=223)
    ]
    assert len(burst) >= 90
    assert {post.true_lang for post in burst} == FIVE
    assert max(post.reposts for post in burst) == max(post.reposts for post in company.posts)


def test_ids_are_unique_within_their_source(company):
    every = [*company.posts, *(live.post for live in company.live)]
    assert len({(post.source, post.external_id) for post in every}) == len(every)


def test_parents_are_heard_before_their_children_but_for_a_few_late_ones(company):
    every = [*company.posts, *(live.post for live in company.live)]
    heard = {(post.source, post.external_id): place for place, post in enumerate(every)}
    late: set[str] = set()
    for place, post in enumerate(every):
        if post.parent_id is None:
            continue
        parent = every[heard[post.source, post.parent_id]]
        assert parent.said_at < post.said_at
        if heard[post.source, post.parent_id] > place:
            late.add(parent.external_id)
    assert len(late) >= 3
    assert late == {post.external_id for post in every if post.is_late}


def test_threads_run_several_levels_deep(company):
    parents = {(post.source, post.external_id): post.parent_id for post in company.posts}

    def depth(source: str, external_id: str | None) -> int:
        return 0 if external_id is None else 1 + depth(source, parents[source, external_id])

    assert max(depth(post.source, post.external_id) for post in company.posts) >= 4


def test_every_text_is_composed_unicode_and_says_something(company):
    for post in [*company.posts, *(live.post for live in company.live)]:
        assert post.text == unicodedata.normalize("NFC", post.text)
        assert post.text.strip()
        assert "\\n" not in post.text


def test_live_posts_come_one_after_another(company):
    assert all(timedelta(seconds=4) <= live.delay <= timedelta(seconds=40) for live in company.live)
    assert [live.after for live in company.live] == sorted(live.after for live in company.live)
    assert all(live.post.said_at == NOW + live.after for live in company.live)
    moment = NOW + timedelta(hours=1)
    assert company.live[0].said(moment).said_at == moment


def test_every_post_has_a_known_source_and_only_example_addresses(company):
    sources = {source.key: source for source in company.sources}
    assert {source.answered_by for source in sources.values()} == {"email", "webhook", "hand"}
    for post in company.posts:
        assert post.source in sources
        assert ".example" in post.url or sources[post.source].answered_by != "hand"
        assert post.is_ours == (post.author_handle in sources[post.source].our_handles)


def test_watches_are_valid_and_owned_by_sample_users(company):
    users = {user.email for user in company.users}
    for watch in company.watches:
        parse(watch.query)
        assert watch.owner in users
        assert watch.department in company.departments
    assert 8 <= len(company.watches) <= 10
    assert len({watch.owner for watch in company.watches}) >= 5


def caught(company: SampleCompany, query: str) -> list[SamplePost]:
    parsed = parse(query)
    names = {source.key: source.name for source in company.sources}
    return [post for post in company.posts if holds(parsed, as_document(post, names))]


def as_document(post: SamplePost, source_names: dict[str, str]) -> Document:
    return Document(
        text=post.text,
        author_handle=post.author_handle,
        source=source_names[post.source],
        lang=post.true_lang,
        has_link="https://" in post.text,
        has_question="?" in post.text or "？" in post.text,
        followers=post.followers,
        reposts=post.reposts,
    )


def test_each_watch_catches_some_of_it_and_none_of_ours(company):
    for watch in company.watches:
        catches = caught(company, watch.query)
        assert 5 <= len(catches) <= len(company.posts) / 2, watch.name
        assert not any(post.is_ours for post in catches), watch.name


def test_the_safety_watch_hears_five_languages(company):
    safety = next(watch for watch in company.watches if watch.name.startswith("Safety"))
    assert {post.true_lang for post in caught(company, safety.query)} == FIVE


def test_the_name_is_also_a_lake_a_river_and_a_surname(company):
    named = {post.external_id for post in caught(company, "tarn")}
    meant = {post.external_id for post in caught(company, company.watches[0].query)}
    assert len(named - meant) >= 15


def test_people_policies_and_replies_fit_together(company):
    roles = Counter(user.role for user in company.users)
    assert roles == {"admin": 1, "lead": 2, "agent": 4, "volunteer": 2}
    assert {policy.hours for policy in company.policies} <= {hours.name for hours in company.hours}
    assert {reply.lang for reply in company.saved_replies} == FIVE
    assert all("{{ name }}" in reply.text for reply in company.saved_replies)
    assert company.rules_of_engagement.startswith("# How we speak")
