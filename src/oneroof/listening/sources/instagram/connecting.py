"""The token of the Page that the account is connected to, from the token of somebody who runs it."""

from oneroof.core.http import SafeClient
from oneroof.listening.sources.base import PollFailedError, Settings
from oneroof.listening.sources.graph import Graph, inner, pages
from oneroof.listening.sources.instagram.account import ADDRESS, OWN_LOGIN, WHO, Profile
from oneroof.listening.sources.meta_oauth import oauth_of

SCOPES = (
    "instagram_basic,instagram_manage_comments,pages_show_list,pages_read_engagement,pages_manage_metadata"
)
FIELDS = "access_token,instagram_business_account{id}"
PAGES_READ = 10


def page_token(settings: Settings, person: Graph, client: SafeClient) -> str:
    """developers.facebook.com/docs/instagram-platform/instagram-api-with-facebook-login/get-started"""
    if person.url == OWN_LOGIN:
        raise PollFailedError("A token of Instagram's own login is pasted into the form.")
    account_id = Profile.of(settings).id
    for found, _after in pages(person, client, "me/accounts", at_most=PAGES_READ, fields=FIELDS, limit=50):
        for page in found:
            if inner(page, "instagram_business_account", "id") == account_id and page.get("access_token"):
                return inner(page, "access_token")
    raise PollFailedError("Whoever agreed runs no Page that this account is connected to, or left it out.")


OAUTH = oauth_of(SCOPES, ADDRESS, WHO, page_token)
