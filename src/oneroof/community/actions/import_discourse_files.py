"""Files that posts of a Discourse point at become attachments, where its backup holds what may be attached."""

import hashlib
import sqlite3
from typing import NamedTuple

from oneroof.community.actions.bringing import Bringing, NoPlaceError
from oneroof.community.imports.discourse import OF_POSTS, rows_of
from oneroof.community.imports.discourse_files import Places, addresses_in, key_of, old_place
from oneroof.community.imports.pgdump import files_in
from oneroof.community.imports.stackexchange import Row, moment
from oneroof.community.models import Attachment, Entry
from oneroof.community.rules.uploads import MOST_BYTES, UploadRefusedError, accepted
from oneroof.core.files.rejected import Rejected

REASONS = {
    "broken": "The picture cannot be read.",
    "empty": "It is empty.",
    "kind": "Files of its kind are not attached.",
    "too_large": "It is too large.",
}


class _Upload(NamedTuple):
    name: str
    user: str


class _Due(NamedTuple):
    key: str
    by: int


class Files:
    """Of one backup. They wait in the staged file; each is drawn once, when the first post that shows it comes."""

    def __init__(self, run: Bringing, staged: sqlite3.Connection) -> None:
        self._run, self._staged = run, staged
        told = dict(staged.execute("SELECT name, value FROM backup_metadata"))
        self._site = str(told.get("base_url") or "").rstrip("/")
        self._uploads = {
            key: _Upload(row.get("original_filename", ""), row.get("user_id", ""))
            for _n, row in rows_of(staged, "SELECT * FROM uploads WHERE url IS NOT NULL")
            if (key := key_of(row["url"]))
        }
        self._due: dict[str, dict[str, _Due]] = {}
        self._there: dict[str, str] = {}
        self._stage()
        self.remember()
        run.by_kind["files"].read += len(self._there)
        run.by_kind["files"].duplicates += len(self._there)

    def _stage(self) -> None:
        self._staged.execute(
            "CREATE TABLE files (key TEXT PRIMARY KEY, content BLOB, name TEXT, kind TEXT, refused TEXT)"
        )
        if wanted := self._wanted():
            for name, content in files_in(
                self._run.place, lambda name: _key_in_archive(name) in wanted, MOST_BYTES
            ):
                refused = REASONS["too_large"] if content is None else None
                self._staged.execute(
                    "INSERT OR IGNORE INTO files (key, content, refused) VALUES (?, ?, ?)",
                    [_key_in_archive(name), content, refused],
                )

    def _wanted(self) -> set[str]:
        """By posts that are new here."""
        stored = Entry.objects.filter(external_source=self._run.source)
        known = set(stored.values_list("external_id", flat=True).iterator())
        return {
            key
            for _n, row in rows_of(self._staged, OF_POSTS)
            if row["id"] not in known
            for address in addresses_in(row.get("raw", ""))
            if (key := key_of(address)) in self._uploads
        }

    def remember(self) -> None:
        """Those that are stored."""
        stored = Attachment.objects.filter(entry__external_source=self._run.source)
        self._there = {each.token: each.get_absolute_url() for each in stored.only("token", "name")}

    def brought_by(self, row: Row, author: int | None) -> Places:
        """For the text of a post that is made; ``attach`` then stores what it names."""
        due = self._due[row["id"]] = {}
        missed: set[str] = set()

        def place(address: str) -> str:
            key = key_of(address)
            if key not in self._uploads:
                return self.old(address)
            try:
                by = self._owner(key, author)
                name, token = self._name(key), self._token(row["id"], key)
            except NoPlaceError as reason:
                if key not in missed:
                    self._refuse(row, address, str(reason))
                missed.add(key)
                return self.old(address)
            due[token] = _Due(key, by)
            return Attachment(token=token, name=name).get_absolute_url()

        return place

    def kept_by(self, post: str) -> Places:
        """For its earlier texts, after ``remember``."""
        return lambda address: self._there.get(self._token(post, key_of(address))) or self.old(address)

    def old(self, address: str) -> str:
        return old_place(address, self._site)

    def _owner(self, key: str, author: int | None) -> int:
        if by := self._run.members.get(self._uploads[key].user) or author:
            return by
        raise NoPlaceError("Nobody is known whose it is.")

    def _name(self, key: str) -> str:
        """As it is attached. Raises NoPlaceError for what is not."""
        asked = "SELECT content, name, refused FROM files WHERE key = ?"
        found = self._staged.execute(asked, [key]).fetchone()
        if not found:
            raise NoPlaceError("The backup does not hold it.")
        content, name, refused = found
        if name is None and refused is None:
            name, refused = self._draw(key, content)
        if refused is not None:
            raise NoPlaceError(refused)
        return str(name)

    def _draw(self, key: str, content: bytes) -> tuple[str | None, str | None]:
        try:
            kept, refused = accepted(self._uploads[key].name, content), None
        except UploadRefusedError as refusal:
            kept, refused = None, REASONS[refusal.why]
        drawn = (kept.content, kept.name, kept.kind) if kept else (None, None, None)
        self._staged.execute(
            "UPDATE files SET content = ?, name = ?, kind = ?, refused = ? WHERE key = ?",
            [*drawn, refused, key],
        )
        return drawn[1], refused

    def _token(self, post: str, key: str) -> str:
        """The same each time, so that a second run keeps none twice. Who may have a file, its entry decides."""
        return hashlib.sha256(f"{self._run.source}\n{post}\n{key}".encode()).hexdigest()[:32]

    def _refuse(self, row: Row, address: str, why: str) -> None:
        count = self._run.by_kind["files"]
        count.read += 1
        count.rejected += 1
        self._run.rejects.add(self._run.place / "files", Rejected(f"post {row['id']}", why, address))

    def attach(self, row: Row, entry: Entry) -> None:
        """In the transaction that stores the entry."""
        for token, (key, by) in self._due.pop(row["id"], {}).items():
            asked = "SELECT content, name, kind FROM files WHERE key = ?"
            content, name, kind = self._staged.execute(asked, [key]).fetchone()
            Attachment.objects.create(
                token=token,
                entry=entry,
                by_id=by,
                name=name,
                kind=kind,
                content=content,
                size=len(content),
                at=moment(row["created_at"]),
            )
            self._run.by_kind["files"].read += 1
            self._run.by_kind["files"].stored += 1


def _key_in_archive(name: str) -> str:
    """Empty for what is no upload, or one made smaller."""
    is_upload = name.removeprefix("./").startswith("uploads/") and "optimized/" not in name
    return key_of(name) if is_upload else ""
