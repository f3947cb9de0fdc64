"""Sources on the desk: how they do, and how they are added, changed, asked, stopped and started."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from oneroof.accounts.models import AuditEntry, User
from oneroof.core import clock
from oneroof.core.webhooks import new_secret
from oneroof.listening.forms import SourceForm
from oneroof.listening.models import RejectedPost, Source, SourceGap
from oneroof.listening.secrets import seal_secrets, settings_of
from oneroof.listening.sources import networks
from oneroof.listening.tests.conftest import Say

pytestmark = pytest.mark.django_db
ADD = "/desk/listen/sources/new/webhook/"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def hook(db: None) -> Source:
    return Source.objects.create(
        network="webhook", name="hook", settings={}, secret=seal_secrets({"secret": new_secret()})
    )


def test_staff_see_how_sources_do_and_leads_alone_change_them(
    agent: User, lead: User, member: User, hook: Source
) -> None:
    own = f"/desk/listen/sources/{hook.pk}/"
    seen, managed = ["/desk/listen/sources/", own], ["/desk/listen/sources/new/", ADD, f"{own}settings/"]
    for who, may_see, may_manage in ((lead, 200, 200), (agent, 200, 404), (member, 404, 404)):
        client = signed_in(who)
        assert {client.get(path).status_code for path in seen} == {may_see}
        assert {client.get(path).status_code for path in managed} == {may_manage}
    for deed in ("poll", "activity"):
        assert signed_in(agent).post(f"{own}{deed}/").status_code == 404
    assert own + "settings/" not in signed_in(agent).get(own).text


def test_the_list_tells_state_rate_gaps_and_errors(
    agent: User, hook: Source, forum: Source, say: Say
) -> None:
    say("kettle")
    SourceGap.objects.create(source=forum, described={"before": "7"})
    Source.objects.filter(pk=hook.pk).update(
        failures=3, last_error="It answered 503.", last_error_at=clock.now()
    )
    page = signed_in(agent).get("/desk/listen/sources/")
    by_name = {each["source"].name: each for each in page.context["sources"]}
    assert by_name["forum"]["health"].posts_last_hour == 1
    assert by_name["forum"]["health"].open_gaps == 1
    assert by_name["hook"]["look"] == "failing"
    assert "It answered 503." in page.text
    assert "1 source is not heard as it should be." in page.text


def test_the_page_of_one_shows_rejected_rows_and_gaps(agent: User, forum: Source) -> None:
    RejectedPost.objects.create(source=forum, place="line 7", reason="has no date", raw="<b>raw</b>")
    SourceGap.objects.create(source=forum, described={"before": "4711"})
    html = signed_in(agent).get(f"/desk/listen/sources/{forum.pk}/").text
    assert "line 7" in html
    assert "has no date" in html
    assert "&lt;b&gt;raw&lt;/b&gt;" in html
    assert "Not begun yet" in html
    assert signed_in(agent).get("/desk/listen/sources/99999/").status_code == 404
    assert signed_in(agent).get(f"/desk/listen/sources/{forum.pk}/?after=zzz").status_code == 404


def test_a_webhook_is_given_a_secret_that_is_shown_once(lead: User) -> None:
    client = signed_in(lead)
    page = client.post(ADD, {"name": "Shop", "keeps_all": "on", "our_handles": "@brumi, help "})
    source = Source.objects.get()
    secret = settings_of(source)["secret"]
    assert secret.startswith("whsec_")
    assert secret in page.text
    assert f"/api/v1/sources/{source.pk}/inbox" in page.text
    assert source.our_handles == ["brumi", "help"]
    for path in (f"/desk/listen/sources/{source.pk}/", f"/desk/listen/sources/{source.pk}/settings/"):
        assert secret not in client.get(path).text
    assert secret not in str(AuditEntry.objects.values_list("before", "after"))


def test_a_secret_of_ones_own_is_taken_and_not_shown(lead: User) -> None:
    secret = new_secret()
    answer = signed_in(lead).post(ADD, {"name": "Shop", "setting_secret": secret})
    source = Source.objects.get()
    assert answer["Location"] == f"/desk/listen/sources/{source.pk}/"
    assert settings_of(source)["secret"] == secret
    assert not source.keeps_all


def test_what_cannot_be_is_said_on_the_form(lead: User, hook: Source) -> None:
    client = signed_in(lead)
    weak = client.post(ADD, {"name": "Shop", "setting_secret": "whsec_abc"})
    assert weak.status_code == 422
    assert "shorter than 24 bytes" in weak.text
    twice = client.post(ADD, {"name": "hook"})
    assert "There is a source of that name." in twice.text
    assert client.post(ADD, {"name": "Shop", "setting_reply_url": "javascript:alert(1)"}).status_code == 422
    assert Source.objects.count() == 1


def test_a_change_keeps_the_secret_that_is_left_empty(lead: User, hook: Source) -> None:
    before = settings_of(hook)["secret"]
    path = f"/desk/listen/sources/{hook.pk}/settings/"
    given = {"name": "Renamed", "setting_is_public": "on", "keeps_all": "on"}
    assert signed_in(lead).post(path, given).status_code == 302
    hook.refresh_from_db()
    assert (hook.name, hook.settings["is_public"]) == ("Renamed", True)
    assert settings_of(hook)["secret"] == before


def test_it_is_switched_off_and_on(lead: User, hook: Source) -> None:
    path = f"/desk/listen/sources/{hook.pk}/activity/"
    for word, enabled in (("no", False), ("no", False), ("yes", True)):
        signed_in(lead).post(path, {"is_enabled": word})
        hook.refresh_from_db()
        assert hook.enabled is enabled


def test_one_that_tells_by_itself_is_not_asked(lead: User, hook: Source) -> None:
    page = signed_in(lead).post(f"/desk/listen/sources/{hook.pk}/poll/", follow=True)
    assert "there is nothing to ask" in page.text


@pytest.mark.parametrize("key", [key for key, place in networks().items() if place.fields])
def test_every_network_has_a_form_of_its_fields(lead: User, key: str) -> None:
    html = signed_in(lead).get(f"/desk/listen/sources/new/{key}/").text
    assert all(f'name="setting_{field.name}"' in html for field in networks()[key].fields)
    assert f"/desk/listen/sources/new/{key}/" in signed_in(lead).get("/desk/listen/sources/new/").text


@pytest.mark.parametrize("key", ["files", "nowhere"])
def test_what_has_no_form_is_not_there(lead: User, key: str) -> None:
    assert signed_in(lead).get(f"/desk/listen/sources/new/{key}/").status_code == 404


def test_the_pages_ask_as_much_for_many_as_for_few(agent: User, forum: Source) -> None:
    client, asked = signed_in(agent), []
    for count in (1, 12):
        for number in range(count):
            Source.objects.create(network="files", name=f"source {count} {number}")
            RejectedPost.objects.create(source=forum, place="here", reason="why", digest=f"{count} {number}")
            SourceGap.objects.create(source=forum, described={})
        for path in ("/desk/listen/sources/", f"/desk/listen/sources/{forum.pk}/"):
            with CaptureQueriesContext(connection) as queries:
                client.get(path)
            asked.append(len(queries))
    assert asked[:2] == asked[2:]
    assert max(asked) <= 12


def test_an_empty_list_offers_to_add_one_to_whoever_may(lead: User, agent: User) -> None:
    assert 'href="/desk/listen/sources/new/"' in signed_in(lead).get("/desk/listen/sources/").text
    assert 'href="/desk/listen/sources/new/"' not in signed_in(agent).get("/desk/listen/sources/").text


def test_one_that_never_heard_anything_is_deleted_and_no_other(
    lead: User, agent: User, hook: Source, forum: Source, say: Say
) -> None:
    say("kettle")
    unheard, heard = (f"/desk/listen/sources/{each.pk}/" for each in (hook, forum))
    assert f"{unheard}deletion/" in signed_in(lead).get(unheard).text
    assert f"{heard}deletion/" not in signed_in(lead).get(heard).text
    assert signed_in(agent).post(f"{unheard}deletion/").status_code == 404
    refused = signed_in(lead).post(f"{heard}deletion/", follow=True)
    assert "It has heard something" in refused.text
    for status in (302, 404):
        assert signed_in(lead).post(f"{unheard}deletion/").status_code == status
    assert list(Source.objects.all()) == [forum]
    assert AuditEntry.objects.get(verb="source.deleted").on_name == "hook"


def test_gaps_are_not_denied_where_nobody_knows(agent: User, lead: User, hook: Source) -> None:
    page = f"/desk/listen/sources/{hook.pk}/"
    assert "What is not pushed to us, we cannot know." in signed_in(agent).get(page).text
    asked = Source.objects.create(network="rss", name="feed", settings={"url": "https://example.com/"})
    assert "it was not heard so far" in signed_in(agent).get(f"/desk/listen/sources/{asked.pk}/").text
    Source.objects.filter(pk=asked.pk).update(failures=2, last_success_at=clock.now())
    assert "Not known while it fails" in signed_in(agent).get(f"/desk/listen/sources/{asked.pk}/").text
    assert "webhook-signature" in signed_in(lead).get(page).text
    assert "/desk/listen/sources/" in signed_in(lead).get("/desk/settings/departments/").text


@pytest.mark.parametrize("key", sorted(networks()))
def test_what_a_form_begins_with_is_valid(key: str, db: None) -> None:
    """Only what nobody but the person knows may be missing."""
    place = networks()[key]
    told = {f"setting_{field.name}": field.default for field in place.fields if field.default is not None}
    unknown = {f"setting_{field.name}" for field in place.fields if field.required and not field.default}
    form = SourceForm(place, {"name": "the place", **told})
    assert set(form.errors) <= unknown, form.errors


def test_an_address_of_the_web_is_no_stream(db: None) -> None:
    place = networks()["bluesky"]
    wrong = SourceForm(
        place, {"name": "x", "setting_service": "wss://a.example", "setting_jetstream": "https://a.example"}
    )
    assert {"setting_service", "setting_jetstream"} <= set(wrong.errors)
