"""Stack Exchange: questions by tags or words, with answers and comments. One reads; answers are by hand."""

from oneroof.listening.sources.base import Field, FieldKind, Network
from oneroof.listening.sources.stackexchange.asking import ADDRESS, allow
from oneroof.listening.sources.stackexchange.client import DAYS_BACK, fill, poll
from oneroof.listening.sources.stackexchange.following import follow

NETWORK = Network(
    key="stackexchange",
    title="Stack Exchange",
    fields=(
        Field(
            name="site",
            label="Site",
            required=True,
            default="stackoverflow",
            hint="As the API names it: stackoverflow, superuser, cooking, pt.stackoverflow.",
        ),
        Field(
            name="tags",
            label="Tags",
            hint="With spaces between. Without words a question must have all of them, with words one is enough.",
        ),
        Field(name="query", label="Words", hint="Searched for in titles, questions and answers."),
        Field(
            name="key",
            label="API key",
            kind=FieldKind.SECRET,
            hint="Free, from stackapps.com: 10,000 requests a day in place of 300.",
        ),
        Field(name="days_back", label="Days to hear of the past", kind=FieldKind.NUMBER, default=DAYS_BACK),
        Field(
            name="address",
            label="Address of the API",
            kind=FieldKind.URL,
            default=ADDRESS,
            hint="As it is, unless you run a copy of it.",
        ),
    ),
    poll=poll,
    fill=fill,
    follow=follow,
    allow=allow,
)
