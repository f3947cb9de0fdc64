"""Where this installation keeps what is its own: the database cluster, keys, rejected rows, logs."""

import os
import secrets
from pathlib import Path

DEMO_MARK = "demo.json"


def home() -> Path:
    """``ONEROOF_HOME``, by default ``.oneroof`` in the current folder; not created here."""
    return Path(os.environ.get("ONEROOF_HOME") or ".oneroof").expanduser().resolve()


def is_taken_by_others_than_the_demo(folder: Path) -> bool:
    return (folder / "postgres").exists() and not (folder / DEMO_MARK).exists()


def demo_home() -> Path:
    """Where the demo lives unless one says so: in the usual home, or beside what is there already."""
    usual = home()
    return usual / "demo" if is_taken_by_others_than_the_demo(usual) else usual


def known_address() -> str:
    """Where the site answers: at ``ONEROOF_PORT``, else where it last ran from this home."""
    if port := os.environ.get("ONEROOF_PORT"):
        return f"http://localhost:{port}"
    remembered = home() / "address"
    return remembered.read_text().strip() if remembered.exists() else "http://localhost:8000"


def secret_key() -> str:
    """The signing key: ``SECRET_KEY`` where it is set, else one that is made once and kept under the home."""
    if from_environment := os.environ.get("SECRET_KEY"):
        return from_environment
    path = home() / "secret.key"
    if not path.exists():
        _write_once(path, secrets.token_urlsafe(48))
    return path.read_text().strip()


def _write_once(path: Path, text: str) -> None:
    """Write a private file so that of two that start at once, both read the same text afterwards."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(text)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
