"""A real Dovecot on this machine: configuration, certificate and mailbox of its own, in a folder of its own."""

import grp
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from itertools import count
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "care@brumi.example", "correct-horse-42"
STARTS_WITHIN = 10.0
CONFIGURATION = """
protocols = imap
base_dir = {home}/run
state_dir = {home}/run
log_path = {home}/log
listen = 127.0.0.1
ssl = yes
ssl_cert = <{home}/certificate.pem
ssl_key = <{home}/key.pem
ssl_dh =
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
mail_location = maildir:{home}/mail
mailbox_idle_check_interval = 1 secs
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={home}
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
"""
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Dovecot:
    """It runs, and is stopped by whoever started it."""

    home: Path
    port: int
    tls_port: int
    uid: int
    gid: int

    @property
    def trusting(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.home / "certificate.pem"))

    @property
    def maildir(self) -> Path:
        return self.home / "mail"

    def settings(self, **more: object) -> dict[str, object]:
        return {
            "address": USER, "imap_host": "127.0.0.1", "imap_port": self.tls_port, "imap_security": "tls",
            "imap_user": USER, "imap_password": PASSWORD, "folder": "INBOX", **more,
        }  # fmt: skip

    def deliver(self, raw: bytes, folder: str = "") -> None:
        """As a delivery agent does: written beside, then moved in (cr.yp.to/proto/maildir.html)."""
        place = self.maildir / folder
        for each in (place, *(place / name for name in ("tmp", "new", "cur"))):
            if not each.exists():
                each.mkdir(parents=True)
                os.chown(each, self.uid, self.gid)
        name = f"{time.time():.6f}.{next(_numbers)}.test"
        (place / "tmp" / name).write_bytes(raw)
        os.chown(place / "tmp" / name, self.uid, self.gid)
        (place / "tmp" / name).rename(place / "new" / name)

    def letters(self) -> list[Path]:
        """Their files; the names say how they are marked."""
        return sorted([*self.maildir.glob("new/*"), *self.maildir.glob("cur/*")])

    def make_anew(self) -> None:
        """The same letters in a mailbox with other numbers, as after a migration."""
        kept = [path.read_bytes() for path in self.letters()]
        shutil.rmtree(self.maildir)
        time.sleep(1.1)  # Dovecot makes UIDVALIDITY of the second
        for raw in kept:
            self.deliver(raw)


def program() -> str:
    """Skips where there is none; the long run fails then."""
    named = os.environ.get("ONEROOF_DOVECOT") or shutil.which("dovecot", path=f"{os.defpath}:/usr/sbin")
    if not named:
        pytest.skip("needs Dovecot: tools/find-dovecot")
    return named


@contextmanager
def running_dovecot() -> Iterator[Dovecot]:
    """In a folder with a short name, since sockets lie in it; as nobody where we are root."""
    binary = program()
    user = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    home = Path(tempfile.mkdtemp(prefix="dovecot-"))
    try:
        there = Dovecot(home, _free_port(), _free_port(), user.pw_uid, user.pw_gid)
        _prepare(there, user.pw_name)
        with _started(binary, there):
            yield there
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _prepare(there: Dovecot, user: str) -> None:
    _make_certificate(there.home)
    text = CONFIGURATION.format(
        home=there.home, user=user, group=grp.getgrgid(there.gid).gr_name, password=PASSWORD,
        port=there.port, tls_port=there.tls_port,
    )  # fmt: skip
    (there.home / "dovecot.conf").write_text(text)
    for path in (there.home, *there.home.iterdir()):
        os.chown(path, there.uid, there.gid)


@contextmanager
def _started(binary: str, there: Dovecot) -> Iterator[None]:
    who = {"user": there.uid, "group": there.gid, "extra_groups": []} if os.geteuid() == 0 else {}
    server = subprocess.Popen(
        [binary, "-F", "-c", str(there.home / "dovecot.conf")],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **who,
    )  # type: ignore[call-overload]  # fmt: skip
    try:
        _wait_for(there)
        yield
    finally:
        server.terminate()
        try:
            server.wait(5)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_for(there: Dovecot) -> None:
    ends = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < ends:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", there.tls_port)) == 0:
                return
        time.sleep(0.02)
    log = there.home / "log"
    raise AssertionError(f"Dovecot did not start: {log.read_text()[-2_000:] if log.exists() else 'no log'}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _make_certificate(home: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (home / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (home / "key.pem").write_bytes(private)
