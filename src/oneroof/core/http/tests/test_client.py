"""What a server may do to us, and how the safe client ends it."""

import gzip
import socket
import ssl
import time
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from threading import Event, Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from oneroof.core.http import (
    AddressRefusedError,
    ConnectionFailedError,
    FetchError,
    SafeClient,
    TooLargeError,
    TooManyRedirectsError,
    TooSlowError,
    UnreadableAnswerError,
)
from oneroof.core.testing.web import LOOPBACK, Asked, LocalWeb, answer, local_web


@pytest.fixture
def web() -> Iterator[LocalWeb]:
    with local_web() as running:
        yield running


@pytest.fixture
def client() -> SafeClient:
    return SafeClient(allowed_networks=LOOPBACK, contact="https://care.example")


def endlessly(piece: bytes, pause: float = 0.0) -> Callable[[Asked, socket.socket, Event], None]:
    """An answer that never ends by itself."""

    def say(asked: Asked, connection: socket.socket, over: Event) -> None:
        while not over.wait(pause):
            connection.sendall(piece)

    return say


def after(head: bytes, then: Callable[[Asked, socket.socket, Event], None]) -> Callable[..., None]:
    def say(asked: Asked, connection: socket.socket, over: Event) -> None:
        connection.sendall(head)
        then(asked, connection, over)

    return say


def test_an_answer_is_read_whole_and_we_say_who_we_are(web: LocalWeb, client: SafeClient) -> None:
    web.routes["/a"] = answer("hello", headers={"ETag": '"1"'})
    got = client.get(web.url("/a?x=1"), headers={"If-None-Match": '"0"'})
    assert (got.status, got.body, got.headers["etag"], got.permanent_url) == (200, b"hello", '"1"', None)
    asked = web.asked[0]
    assert asked.headers["user-agent"].startswith("Oneroof/")
    assert asked.headers["user-agent"].endswith("(+https://care.example)")
    assert asked.headers["host"] == f"127.0.0.1:{web.port}"
    assert asked.headers["if-none-match"] == '"0"'
    assert asked.path == "/a?x=1"


def test_loopback_is_refused_where_it_is_not_allowed(web: LocalWeb) -> None:
    web.routes["/"] = answer("secret")
    for host in ("127.0.0.1", "localhost", "0x7f.1", "2130706433", "[::ffff:127.0.0.1]"):
        with pytest.raises(AddressRefusedError) as refused:
            SafeClient().get(web.url("/", host=host))
        assert refused.value.sent is False
    assert web.asked == []


@pytest.mark.parametrize(
    "url",
    ["ftp://example.org/", "file:///etc/passwd", "javascript:alert(1)", "http://", "http://a b/", "x" * 9000],
)
def test_only_web_addresses_are_gone_to(client: SafeClient, url: str) -> None:
    with pytest.raises(AddressRefusedError):
        client.get(url)


def test_the_address_that_was_judged_is_the_one_connected_to(web: LocalWeb) -> None:
    """A name that resolves otherwise the second time gets no second time."""
    answers = [["127.0.0.1"], ["10.0.0.1"]]
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return answers[len(asked) - 1]

    web.routes["/"] = answer("fine")
    client = SafeClient(allowed_networks=LOOPBACK, resolve=resolve)
    assert client.get(web.url("/", host="feeds.example")).body == b"fine"
    assert asked == ["feeds.example"]
    assert web.asked[0].headers["host"] == f"feeds.example:{web.port}"


def test_private_addresses_among_public_ones_are_not_tried(web: LocalWeb) -> None:
    web.routes["/"] = answer("fine")
    client = SafeClient(allowed_networks=LOOPBACK, resolve=lambda h, p: ["10.255.255.1", "127.0.0.1"])
    assert client.get(web.url("/", host="both.example"), deadline=3).body == b"fine"


def test_the_next_address_is_tried_when_one_does_not_listen(web: LocalWeb) -> None:
    web.routes["/"] = answer("fine")
    client = SafeClient(allowed_networks=LOOPBACK, resolve=lambda h, p: ["127.0.0.9", "127.0.0.1"])
    assert client.get(web.url("/", host="two.example")).body == b"fine"


def test_redirects_are_followed_and_permanent_ones_told(web: LocalWeb, client: SafeClient) -> None:
    web.routes["/old"] = answer(status=301, headers={"Location": "/newer"})
    web.routes["/newer"] = answer(status=308, headers={"Location": web.url("/new")})
    web.routes["/new"] = answer(status=302, headers={"Location": "/today"})
    web.routes["/today"] = answer("here")
    got = client.get(web.url("/old"))
    assert (got.body, got.url, got.permanent_url) == (b"here", web.url("/today"), web.url("/new"))


def test_a_permanent_move_behind_a_temporary_one_is_not_told(web: LocalWeb, client: SafeClient) -> None:
    web.routes["/a"] = answer(status=302, headers={"Location": "/b"})
    web.routes["/b"] = answer(status=301, headers={"Location": "/c"})
    web.routes["/c"] = answer("c")
    assert client.get(web.url("/a")).permanent_url is None


def test_a_redirect_into_a_private_address_is_refused(web: LocalWeb, client: SafeClient) -> None:
    for target in (
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "file:///etc/passwd",
    ):
        web.routes["/"] = answer(status=302, headers={"Location": target})
        with pytest.raises(AddressRefusedError):
            client.get(web.url("/"))


def test_redirects_end(web: LocalWeb, client: SafeClient) -> None:
    web.routes["/round"] = answer(status=302, headers={"Location": "/round"})
    with pytest.raises(TooManyRedirectsError):
        client.get(web.url("/round"))
    assert len(web.asked) == 6


def test_credentials_stay_with_their_host(web: LocalWeb) -> None:
    client = SafeClient(allowed_networks=LOOPBACK, resolve=lambda h, p: ["127.0.0.1"])
    web.routes["/a"] = answer(status=302, headers={"Location": "/b"})
    web.routes["/b"] = answer(status=302, headers={"Location": web.url("/c", host="other.example")})
    web.routes["/c"] = answer("c")
    url = web.url("/a", host="one.example").replace("//", "//me:secret@")
    client.get(url, headers={"Cookie": "s=1", "X-Api-Key": "k", "If-None-Match": '"1"'})
    first, second, third = (asked.headers for asked in web.asked)
    assert first["authorization"] == second["authorization"] == "Basic bWU6c2VjcmV0"
    assert second["x-api-key"] == "k"
    assert {"authorization", "cookie", "x-api-key"}.isdisjoint(third)
    assert third["if-none-match"] == '"1"'
    assert third["host"].startswith("other.example")


def test_an_endless_body_ends_at_its_bound(web: LocalWeb, client: SafeClient) -> None:
    web.routes["/"] = after(b"HTTP/1.1 200 OK\r\n\r\n", endlessly(b"x" * 65_536))
    with pytest.raises(TooLargeError) as error:
        client.get(web.url("/"), max_bytes=1_000_000)
    assert error.value.sent is True


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    ],
)
def test_a_body_in_drops_ends_at_the_deadline(
    web: LocalWeb, client: SafeClient, head: bytes, piece: bytes
) -> None:
    """Each read is quick; only the whole is slow."""
    web.routes["/"] = after(head, endlessly(piece, pause=0.02))
    begun = time.monotonic()
    with pytest.raises(TooSlowError):
        client.get(web.url("/"), deadline=0.4)
    assert time.monotonic() - begun < 2


def test_redirects_share_one_deadline(web: LocalWeb, client: SafeClient) -> None:
    def slowly(asked: Asked, connection: socket.socket, over: Event) -> None:
        over.wait(0.2)
        connection.sendall(answer(status=302, headers={"Location": "/"}))

    web.routes["/"] = slowly
    with pytest.raises(TooSlowError):
        client.get(web.url("/"), deadline=0.5)


@pytest.mark.parametrize(
    "head", [b"HTTP/1.1 200 OK\r\nX-Long: ", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"]
)
def test_a_line_that_never_ends_is_cut(web: LocalWeb, client: SafeClient, head: bytes) -> None:
    web.routes["/"] = after(head, endlessly(b"1" * 10_000))
    with pytest.raises(ConnectionFailedError):
        client.get(web.url("/"), deadline=5)


def packed(body: bytes, encoding: str) -> bytes:
    return answer(body, headers={"Content-Encoding": encoding})


def test_packed_answers_are_unpacked(web: LocalWeb, client: SafeClient) -> None:
    raw = zlib.compressobj(wbits=-15)
    web.routes["/gzip"] = packed(gzip.compress(b"hello " * 9) + gzip.compress(b"again"), "gzip")
    web.routes["/zlib"] = packed(zlib.compress(b"hello"), "deflate")
    web.routes["/raw"] = packed(raw.compress(b"hello") + raw.flush(), "deflate")
    web.routes["/twice"] = packed(gzip.compress(gzip.compress(b"hello")), "gzip, gzip")
    assert client.get(web.url("/gzip")).body == b"hello " * 9 + b"again"
    for path in ("/zlib", "/raw", "/twice"):
        assert client.get(web.url(path)).body == b"hello"


def test_bombs_do_not_go_off(web: LocalWeb, client: SafeClient) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    web.routes["/bomb"] = packed(bomb, "gzip")
    web.routes["/nested"] = packed(gzip.compress(bomb), "gzip, gzip")
    web.routes["/zlib"] = packed(zlib.compress(bytes(50_000_000)), "deflate")
    for path in ("/bomb", "/nested", "/zlib"):
        with pytest.raises(TooLargeError):
            client.get(web.url(path), max_bytes=1_000_000)


def test_what_cannot_be_unpacked_is_said(web: LocalWeb, client: SafeClient) -> None:
    web.routes["/cut"] = packed(gzip.compress(bytes(range(256)) * 40)[:-20], "gzip")
    web.routes["/lie"] = packed(b"plain", "gzip")
    web.routes["/br"] = packed(b"x", "br")
    web.routes["/many"] = packed(b"x", "gzip, gzip, gzip")
    for path in ("/cut", "/lie", "/br", "/many"):
        with pytest.raises(UnreadableAnswerError):
            client.get(web.url(path))


def test_a_post_is_sent_once_and_not_redirected(web: LocalWeb, client: SafeClient) -> None:
    web.routes["/to"] = answer(status=307, headers={"Location": "/else"})
    got = client.post(web.url("/to"), content=b"{}", headers={"Content-Type": "application/json"})
    assert got.status == 307
    assert [(asked.method, asked.path, asked.body) for asked in web.asked] == [("POST", "/to", b"{}")]


def test_a_post_that_failed_says_whether_it_left(web: LocalWeb, client: SafeClient) -> None:
    def hang_up(asked: Asked, connection: socket.socket, over: Event) -> None:
        connection.shutdown(socket.SHUT_RDWR)

    web.routes["/dies"] = hang_up
    web.routes["/hangs"] = lambda asked, connection, over: over.wait(3) and None
    web.routes["/cut"] = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nx"
    assert sent_of(lambda: client.post(web.url("/dies"), content=b"x")) is None
    assert sent_of(lambda: client.post(web.url("/hangs"), content=b"x", deadline=0.3)) is None
    assert sent_of(lambda: client.post(web.url("/cut"), content=b"x")) is True
    assert len(web.asked) == 3
    with socket.create_server(("127.0.0.1", 0)) as unheard:
        port = unheard.getsockname()[1]
    assert sent_of(lambda: client.post(f"http://127.0.0.1:{port}/", content=b"x")) is False


def sent_of(attempt: Callable[[], object]) -> bool | None:
    with pytest.raises(FetchError) as error:
        attempt()
    return error.value.sent


def test_a_resolver_that_hangs_ends_at_the_deadline() -> None:
    freed = Event()
    client = SafeClient(resolve=lambda host, port: (freed.wait(5), ["127.0.0.1"])[1])
    with pytest.raises(TooSlowError) as slow:
        client.get("http://slow.example/", deadline=0.2)
    freed.set()
    assert slow.value.sent is False


def test_one_client_serves_many_threads_and_keeps_no_cookies(web: LocalWeb, client: SafeClient) -> None:
    web.routes["/"] = answer("fine", headers={"Set-Cookie": "s=1"})
    bodies: list[bytes] = []
    threads = [Thread(target=lambda: bodies.append(client.get(web.url("/")).body)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    client.get(web.url("/"))
    assert bodies == [b"fine"] * 8
    assert all("cookie" not in asked.headers for asked in web.asked)


def certificate(folder: Path, name: str) -> Path:
    """A self-signed certificate for one host name."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


def test_certificates_are_verified_for_the_name_not_the_address(tmp_path: Path) -> None:
    pem = certificate(tmp_path, "feeds.example")
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(pem)
    trusting = ssl.create_default_context(cafile=str(pem))

    def resolve(host: str, port: int) -> list[str]:
        return [str(ip_address("127.0.0.1"))]

    with local_web(serving) as web:
        web.routes["/"] = answer("secure")
        known = SafeClient(allowed_networks=LOOPBACK, ssl_context=trusting, resolve=resolve)
        assert known.get(web.url("/", host="feeds.example")).body == b"secure"
        with pytest.raises(ConnectionFailedError, match="certificate") as wrong_name:
            known.post(web.url("/", host="other.example"), content=b"x")
        assert wrong_name.value.sent is False
        with pytest.raises(ConnectionFailedError, match="certificate"):
            SafeClient(allowed_networks=LOOPBACK, resolve=resolve).get(web.url("/", host="feeds.example"))


def test_another_protocols_port_is_gone_to_where_it_is_named_and_the_address_is_judged_all_the_same() -> None:
    with pytest.raises(AddressRefusedError, match="port 143"):
        SafeClient(resolve=lambda *_: ["93.184.216.34"]).connect_to("mail.example", 143)
    with pytest.raises(AddressRefusedError, match="not a public address"):
        SafeClient(resolve=lambda *_: ["10.0.0.5"]).connect_to("mail.example", 143, known_ports={143})
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        SafeClient(allowed_networks=LOOPBACK).connect_to("127.0.0.1", port).close()
