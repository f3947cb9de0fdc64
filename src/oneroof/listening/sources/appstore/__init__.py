"""The App Store: reviews of an app of ours are heard, and answered by the one response that each may have."""

from oneroof.listening.sources.appstore.account import ADDRESS, allow, check_key, identify
from oneroof.listening.sources.appstore.client import DAYS_BACK, fill, follow, poll
from oneroof.listening.sources.appstore.publish import LENGTH, look_up, publish, read_back, takes_once
from oneroof.listening.sources.base import Field, FieldKind, Network

NETWORK = Network(
    key="appstore",
    title="App Store",
    fields=(
        Field(
            name="app_id", label="App", required=True, hint="Its Apple ID: a number, in App Store Connect."
        ),
        Field(name="issuer_id", label="Issuer", hint="Of the team's keys; empty for a key of one person."),
        Field(name="key_id", label="Key", required=True, hint="Its id, ten letters and digits."),
        Field(
            name="private_key",
            label="Private key",
            kind=FieldKind.SECRET,
            required=True,
            hint="What the .p8 file holds.",
            check=check_key,
        ),
        Field(
            name="territories", label="Only from", hint="Codes of three letters, as in USA, DEU. Empty: all."
        ),
        Field(name="ratings", label="Only with as many stars", hint="As in 1, 2, 3. Empty: all."),
        Field(
            name="show_rating",
            label="Begin the text with the stars",
            kind=FieldKind.YES_NO,
            default=True,
        ),
        Field(name="days_back", label="Days to hear of the past", kind=FieldKind.NUMBER, default=DAYS_BACK),
        Field(name="api", label="Address of the API", kind=FieldKind.URL, default=ADDRESS),
    ),
    poll=poll,
    fill=fill,
    follow=follow,
    identify=identify,
    allow=allow,
    publish=publish,
    read_back=read_back,
    look_up=look_up,
    length=LENGTH,
    is_repeatable=takes_once,
)
