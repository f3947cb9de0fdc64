"""Google Play: reviews of an app of ours are heard, and answered by the one reply that each may have."""

from oneroof.listening.sources.base import Field, FieldKind, Network
from oneroof.listening.sources.googleplay.account import ADDRESS, allow, check_service_account, identify
from oneroof.listening.sources.googleplay.client import fill, follow, poll
from oneroof.listening.sources.googleplay.publish import LENGTH, look_up, publish, read_back, takes_once

NETWORK = Network(
    key="googleplay",
    title="Google Play",
    fields=(
        Field(
            name="package",
            label="App",
            required=True,
            hint="The name of its package, as in com.example.kettle.",
        ),
        Field(
            name="service_account",
            label="Service account",
            kind=FieldKind.SECRET,
            required=True,
            hint="What the JSON file of its key holds.",
            check=check_service_account,
        ),
        Field(
            name="show_rating",
            label="Begin the text with the stars",
            kind=FieldKind.YES_NO,
            default=True,
        ),
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
