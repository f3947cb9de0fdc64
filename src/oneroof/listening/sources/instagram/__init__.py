"""Professional accounts of Instagram: heard by signed webhooks and by asking, answered by replies."""

from oneroof.listening.sources.base import Field, FieldKind, Network
from oneroof.listening.sources.instagram.account import ADDRESS, DAYS_BACK, allow, identify
from oneroof.listening.sources.instagram.client import fill, follow, poll
from oneroof.listening.sources.instagram.connecting import OAUTH
from oneroof.listening.sources.instagram.publish import LENGTH, can_answer, look_up, publish, read_back
from oneroof.listening.sources.instagram.pushed import receive
from oneroof.listening.sources.instagram.renewing import RENEWAL
from oneroof.listening.sources.meta_webhooks import new_verify_token, verify

NETWORK = Network(
    key="instagram",
    title="Instagram",
    fields=(
        Field(
            name="account_id", label="Account", required=True, hint="Its id, a number, as the API knows it."
        ),
        Field(
            name="access_token",
            label="Access token",
            kind=FieldKind.SECRET,
            hint="Of the Page that the account is connected to, or of Instagram's own login.",
        ),
        Field(
            name="mentions",
            label="Hear media that name us",
            kind=FieldKind.YES_NO,
            default=True,
            hint="Only with the token of a Page.",
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
        Field(
            name="api",
            label="Address of the API",
            kind=FieldKind.URL,
            default=ADDRESS,
            hint="With Instagram's own login https://graph.instagram.com.",
        ),
    ),
    poll=poll,
    fill=fill,
    follow=follow,
    identify=identify,
    oauth=OAUTH,
    renewal=RENEWAL,
    allow=allow,
    receive=receive,
    verify=verify,
    publish=publish,
    read_back=read_back,
    look_up=look_up,
    length=LENGTH,
    is_answerable=can_answer,
)
