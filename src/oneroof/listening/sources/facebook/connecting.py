"""The Page's own token, from the token of somebody who runs it."""

from oneroof.core.http import SafeClient
from oneroof.listening.sources.base import PollFailedError, Settings
from oneroof.listening.sources.facebook.page import ADDRESS, WHO, Page
from oneroof.listening.sources.graph import Graph, inner
from oneroof.listening.sources.meta_oauth import oauth_of

SCOPES = ",".join(
    (
        "pages_show_list",
        "pages_read_engagement",
        "pages_read_user_content",
        "pages_manage_engagement",
        "pages_manage_metadata",
    )
)


def page_token(settings: Settings, person: Graph, client: SafeClient) -> str:
    """developers.facebook.com/docs/pages-api/getting-started: a Page's token does not end by time."""
    found = inner(person.get(client, Page.of(settings).id, fields="access_token"), "access_token")
    if not found:
        raise PollFailedError("Whoever agreed does not run this Page, or left it out.")
    return found


OAUTH = oauth_of(SCOPES, ADDRESS, WHO, page_token)
