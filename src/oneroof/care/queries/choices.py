"""What one may choose from on the inbox's pages: all of it in one query."""

from collections.abc import Mapping
from itertools import groupby
from operator import itemgetter

from django.db import connection
from django.utils.translation import get_language_info

from oneroof.accounts.policies import Permission, Role, may

AT_MOST = 200
RECENT = 1_000

CHOICES = """
(SELECT 'source', id::text, name FROM listening_source ORDER BY name LIMIT %(most)s)
UNION ALL (SELECT 'tag', name, name FROM care_tag ORDER BY name LIMIT %(most)s)
UNION ALL (SELECT 'department', slug, name FROM accounts_department ORDER BY name LIMIT %(most)s)
UNION ALL (SELECT 'room', id::text, name FROM accounts_department ORDER BY name LIMIT %(most)s)
UNION ALL (SELECT 'watch', id::text, name FROM listening_watch
    WHERE deleted_at IS NULL ORDER BY name, id LIMIT %(most)s)
UNION ALL (SELECT 'person', id::text, COALESCE(NULLIF(name, ''), split_part(email, '@', 1)) FROM accounts_user
    WHERE is_active AND role = ANY(%(roles)s) ORDER BY 3, id LIMIT %(most)s)
UNION ALL (SELECT 'lang', lang, lang FROM (
    SELECT lang FROM care_conversation ORDER BY id DESC LIMIT %(recent)s) AS latest
    WHERE lang IS NOT NULL GROUP BY lang ORDER BY lang)
UNION ALL (SELECT 'change', changed::text, '' FROM care_conversation
    ORDER BY care_conversation.changed DESC LIMIT 1)
"""

type Choices = Mapping[str, list[tuple[str, str]]]


def choices() -> Choices:
    """Pairs of value and label by kind: source, tag, department (by slug), room (a department by number),
    watch, person (who answers) and lang (those of the latest conversations); at most 200 of each.
    ``change`` is the latest change's number, as ``latest_change`` tells it."""
    roles = [role for role in Role.values if may(role, Permission.ANSWER)]
    with connection.cursor() as cursor:
        cursor.execute(CHOICES, {"most": AT_MOST, "recent": RECENT, "roles": roles})
        rows = cursor.fetchall()
    found = {
        kind: [(value, label) for _kind, value, label in some] for kind, some in groupby(rows, itemgetter(0))
    }
    found["lang"] = [(code, language(code)) for code, _code in found.get("lang", [])]
    return found


def language(code: str) -> str:
    """A language by its name; one that nobody named here, by its code."""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code
