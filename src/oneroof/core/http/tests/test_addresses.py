"""Which addresses the program never goes to."""

import pytest

from oneroof.core.http.addresses import networks_of, parse_address, why_not, why_not_port

REFUSED = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.100.100.200",
    "0.0.0.0",
    "0.1.2.3",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "192.0.2.1",
    "198.18.0.1",
    "192.0.0.192",
    "168.63.129.16",
    "192.88.99.1",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "ff0e::1",
    "fec0::1",
    "2001:db8::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "2002:7f00:1::1",
    "2002:a9fe:a9fe::",
    "2002:0a00:0001::",
    "2002:808:808::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2a00:1450::5efe:7f00:1",
    "2a00:1450::200:5efe:c0a8:1",
]


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_not_public_is_refused(text: str) -> None:
    assert why_not(parse_address(text)) is not None


@pytest.mark.parametrize("text", ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "64:ff9b::808:808"])
def test_what_is_public_is_gone_to(text: str) -> None:
    assert why_not(parse_address(text)) is None


def test_an_allowed_network_is_gone_to_in_any_of_its_forms() -> None:
    allowed = networks_of(["127.0.0.0/8", " fd12::/16 "])
    assert why_not(parse_address("127.0.0.1"), allowed) is None
    assert why_not(parse_address("fd12::1"), allowed) is None
    assert why_not(parse_address("10.0.0.1"), allowed) is not None
    assert why_not(parse_address("fd13::1"), allowed) is not None


@pytest.mark.parametrize("port", [80, 443, 8000, 8443, 65535])
def test_ports_of_web_servers_are_gone_to(port: int) -> None:
    assert why_not_port(port) is None


@pytest.mark.parametrize("port", [0, 22, 25, 110, 6667, 6000, 2049])
def test_ports_of_other_services_are_not(port: int) -> None:
    assert why_not_port(port) is not None
