"""Static files under the home, named by their content and compressed, as the web server sends them."""

import hashlib

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

from oneroof.core.home import home


def collect_static_files() -> None:
    """Collect them where they changed since the last start."""
    stamp = home() / "static.stamp"
    present = _fingerprint()
    if stamp.exists() and stamp.read_text() == present and settings.STATIC_ROOT.exists():
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(present)


def _fingerprint() -> str:
    """A digest of every file's path, size and time."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            changed = storage.get_modified_time(path).timestamp()
            digest.update(f"{path}\0{storage.size(path)}\0{changed}\n".encode())
    return digest.hexdigest()
