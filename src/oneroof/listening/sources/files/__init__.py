"""Files of posts: ``twcs``, CSV with a mapping of columns, JSONL."""

from oneroof.core.files.encoding import UnreadableFileError
from oneroof.listening.sources.base import Network
from oneroof.listening.sources.files.reader import FORMATS, PostFile, open_posts, parse_mapping

__all__ = ["FORMATS", "NETWORK", "PostFile", "UnreadableFileError", "open_posts", "parse_mapping"]

NETWORK = Network(key="files", title="Files", is_public=False)
