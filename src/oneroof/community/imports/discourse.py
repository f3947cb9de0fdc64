"""A backup of a Discourse: which of its tables are read, and how its texts become ours.

Tables and columns are those of its ``db/structure.sql``; the Solved plugin kept its answers in custom fields of
posts, then of topics, then in a table of its own.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from sqlite3 import Connection
from typing import Any

import yaml

from oneroof.community.imports.discourse_files import Places, with_places
from oneroof.community.imports.stackexchange import Row

TABLES: Mapping[str, Sequence[str]] = {
    "backup_metadata": ("name", "value"),
    "badges": ("id", "name"),
    "categories": ("id", "name", "slug", "parent_category_id", "read_restricted"),
    "category_groups": ("category_id", "group_id"),
    "discourse_solved_solved_topics": ("topic_id", "answer_post_id", "created_at"),
    "group_users": ("group_id", "user_id"),
    "post_actions": ("id", "post_id", "user_id", "post_action_type_id", "deleted_at", "created_at"),
    "post_custom_fields": ("post_id", "name", "value", "created_at"),
    "post_revisions": ("id", "user_id", "post_id", "modifications", "number", "created_at"),
    "posts": (
        "id", "user_id", "topic_id", "post_number", "raw", "created_at", "updated_at", "reply_to_post_number",
        "deleted_at", "post_type", "hidden", "user_deleted", "like_count", "last_version_at", "version",
        "action_code",
    ),
    "tags": ("id", "name"),
    "topic_custom_fields": ("topic_id", "name", "value", "created_at"),
    "topic_tags": ("topic_id", "tag_id"),
    "topics": ("id", "title", "category_id", "archetype", "deleted_at", "visible", "bumped_at"),
    "uploads": ("user_id", "original_filename", "url"),
    "user_badges": ("id", "badge_id", "user_id", "granted_at"),
    "user_emails": ("user_id", "email", "primary"),
    "user_profiles": ("user_id", "location", "bio_raw"),
    "users": ("id", "username", "name", "created_at", "admin"),
}  # fmt: skip
LIKE = "2"
SMALL = "3"
INDEXES = (
    "posts (topic_id, post_number)", "posts (id)", "post_revisions (post_id, number)", "topics (id)",
    "user_emails (user_id)", "user_profiles (user_id)", "topic_tags (topic_id)", "badges (id)", "tags (id)",
)  # fmt: skip
OF_POSTS = """
SELECT posts.*, topics.title, topics.category_id, topics.visible, topics.bumped_at,
    topics.deleted_at AS topic_deleted_at, target.id AS target_id, solved.at AS solved_at
FROM posts JOIN topics ON topics.id = posts.topic_id AND topics.archetype = 'regular'
LEFT JOIN posts AS target ON target.topic_id = posts.topic_id
    AND target.post_number = posts.reply_to_post_number AND posts.reply_to_post_number < posts.post_number
LEFT JOIN solved ON solved.post_id = posts.id
WHERE posts.post_type IN (1, 2, 3) ORDER BY posts.topic_id, posts.post_number
"""
"""Messages between members, and what only the staff said to one another, stay where they are."""
QUERIES = {
    "categories": """SELECT categories.*, parent.name AS parent_name FROM categories
        LEFT JOIN categories AS parent ON parent.id = categories.parent_category_id ORDER BY categories.id""",
    "tags": "SELECT * FROM tags ORDER BY id",
    "users": """SELECT users.*, max(email) AS email, location, bio_raw FROM users
        LEFT JOIN user_emails ON user_emails.user_id = users.id AND "primary" = 't'
        LEFT JOIN user_profiles ON user_profiles.user_id = users.id GROUP BY users.id ORDER BY users.id""",
    "actions": """SELECT post_actions.* FROM post_actions JOIN posts ON posts.id = post_actions.post_id
        JOIN topics ON topics.id = posts.topic_id AND topics.archetype = 'regular'
        WHERE post_actions.deleted_at IS NULL AND post_action_type_id != 1 AND post_type IN (1, 2)
        ORDER BY post_actions.id""",
    "revisions": """SELECT post_revisions.*, posts.raw, posts.created_at AS said_at, posts.user_id AS author_id
        FROM post_revisions JOIN posts ON posts.id = post_revisions.post_id
        JOIN topics ON topics.id = posts.topic_id AND topics.archetype = 'regular'
        WHERE posts.post_type IN (1, 2) ORDER BY post_id, number""",
    "badges": """SELECT user_badges.*, badges.name FROM user_badges
        JOIN badges ON badges.id = user_badges.badge_id ORDER BY user_badges.id""",
}
SOLVED = """
CREATE TABLE solved AS SELECT post_id, min(at) AS at FROM (
    SELECT answer_post_id AS post_id, created_at AS at FROM discourse_solved_solved_topics
    UNION ALL SELECT CAST(value AS INTEGER), created_at FROM topic_custom_fields
        WHERE name = 'accepted_answer_post_id'
    UNION ALL SELECT post_id, created_at FROM post_custom_fields
        WHERE name = 'is_accepted_answer' AND value = 'true'
) GROUP BY post_id
"""
QUOTE = re.compile(
    r'\[quote(?:="([^",\]\n]{1,100})[^\]\n]{0,300}")?\]\n?((?:(?!\[/?quote).)*?)\[/quote\]', re.DOTALL
)
SIZED = re.compile(r"(!)\[([^\]|\n]{0,300})\|[^\]\n]{0,60}\]\(|()\[([^\]|\n]{0,300})\|attachment\]\(")


def prepare(staged: Connection) -> None:
    for number, each in enumerate(INDEXES):
        staged.execute(f"CREATE INDEX index_{number} ON {each}")
    staged.execute(SOLVED)
    staged.execute("CREATE UNIQUE INDEX solved_by_post ON solved (post_id)")


def rows_of(staged: Connection, query: str, *given: object) -> Iterator[tuple[int, Row]]:
    """Numbered from 1, each without what it does not say."""
    cursor = staged.execute(query, given)
    names = [column[0] for column in cursor.description]
    for number, values in enumerate(cursor, 1):
        yield (
            number,
            {
                name: str(value).replace("\0", "")
                for name, value in zip(names, values, strict=True)
                if value is not None
            },
        )


def as_ours(raw: str, places: Places) -> str:
    """Quotes become Markdown's, pictures lose their sizes, files get their places; the rest is Markdown."""
    for _depth in range(3):
        raw = QUOTE.sub(_quoted, raw)
    return with_places(SIZED.sub(r"\1[\2\4](", raw), places).strip()


def _quoted(found: re.Match[str]) -> str:
    said = found[2].strip().split("\n")
    lines = [f"**{found[1].strip()}:**", "", *said] if found[1] else said
    return "\n" + "\n".join(f"> {line}".rstrip() for line in lines) + "\n\n"


class _Plain(yaml.CSafeLoader):
    """Ruby's own objects are read as nothing."""


_Plain.add_multi_constructor("!ruby/hash", lambda loader, _tag, node: _mapping(loader, node))
_Plain.add_multi_constructor("!", lambda _loader, _tag, _node: None)


def _mapping(loader: Any, node: Any) -> Any:
    return loader.construct_mapping(node, deep=True) if isinstance(node, yaml.MappingNode) else None


def changes_of(modifications: str) -> Mapping[str, tuple[Any, Any]]:
    """Of each field that an edit changed, what it was before and after. Raises ValueError."""
    try:
        told = yaml.load(modifications, Loader=_Plain)  # noqa: S506  it is a safe one
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise ValueError("What was changed cannot be read.") from error
    if not isinstance(told, dict):
        raise ValueError("What was changed cannot be read.")  # noqa: TRY004  it is what the row says
    return {
        str(name).lstrip(":"): (pair[0], pair[1])
        for name, pair in told.items()
        if isinstance(pair, list) and len(pair) == 2
    }
