"""Pages of Facebook: heard by signed webhooks and by asking, answered by the Page's comments."""

from oneroof.listening.sources.base import Field, FieldKind, Network
from oneroof.listening.sources.facebook.client import fill, follow, poll
from oneroof.listening.sources.facebook.connecting import OAUTH
from oneroof.listening.sources.facebook.page import ADDRESS, DAYS_BACK, allow, identify
from oneroof.listening.sources.facebook.publish import LENGTH, can_answer, look_up, publish, read_back
from oneroof.listening.sources.facebook.pushed import receive
from oneroof.listening.sources.meta_webhooks import new_verify_token, verify

NETWORK = Network(
    key="facebook",
    title="Facebook Page",
    fields=(
        Field(
            name="page_id", label="Page", required=True, hint="Its id: a number, under “About” on the Page."
        ),
        Field(
            name="access_token",
            label="Page access token",
            kind=FieldKind.SECRET,
            hint="The Page's own, made from a long-lived one of somebody who runs the Page.",
        ),
        Field(
            name="app_id",
            label="App",
            hint="The id of your app at Meta, with which an account is connected.",
        ),
        Field(
            name="app_secret",
            label="App secret",
            kind=FieldKind.SECRET,
            hint="What is pushed to us is signed with it.",
        ),
        Field(
            name="verify_token",
            label="Verify token",
            kind=FieldKind.SECRET,
            hint="You say it to Meta when you enter our address there.",
            make=new_verify_token,
        ),
        Field(name="days_back", label="Days to hear of the past", kind=FieldKind.NUMBER, default=DAYS_BACK),
        Field(name="api", label="Address of the API", kind=FieldKind.URL, default=ADDRESS),
    ),
    poll=poll,
    fill=fill,
    follow=follow,
    identify=identify,
    oauth=OAUTH,
    allow=allow,
    receive=receive,
    verify=verify,
    publish=publish,
    read_back=read_back,
    look_up=look_up,
    length=LENGTH,
    is_answerable=can_answer,
)
