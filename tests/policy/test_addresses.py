"""Which addresses a service may be at."""

# ruff: noqa: S104  # nothing is bound here

from __future__ import annotations

import pytest

from chatbot.policy.addresses import is_allowed, is_never, is_private

WORLD = ["8.8.8.8", "1.1.1.1", "2606:4700::1111"]
LOCAL = ["127.0.0.1", "127.9.9.9", "10.0.0.5", "172.16.0.1", "192.168.1.1", "100.64.0.1", "::1", "fc00::1"]
NEVER = [
    "169.254.169.254", "169.254.0.1", "0.0.0.0", "0.1.2.3", "100.100.100.200", "168.63.129.16", "192.0.0.192",
    "224.0.0.1", "255.255.255.255", "::", "fe80::1", "fe80::1%eth0", "fd00:ec2::254", "fd20:ce::254", "ff02::1",
]  # fmt: skip
WRAPPED = ["::ffff:{}", "64:ff9b::{}", "::{}"]


@pytest.mark.parametrize("address", WORLD)
def test_the_internet_is_allowed(address: str) -> None:
    assert is_allowed(address, private=False)
    assert is_allowed(address, private=True)


@pytest.mark.parametrize("address", LOCAL)
def test_what_is_local_needs_to_be_allowed(address: str) -> None:
    assert not is_allowed(address, private=False)
    assert is_allowed(address, private=True)


@pytest.mark.parametrize("address", [*NEVER, "", "shop", "127.1", "2130706433", "0x7f.1"])
def test_link_local_metadata_and_what_is_no_address_never_are(address: str) -> None:
    assert not is_allowed(address, private=False)
    assert not is_allowed(address, private=True)


@pytest.mark.parametrize("wrapping", WRAPPED)
@pytest.mark.parametrize("address", [each for each in [*LOCAL, *NEVER] if ":" not in each])
def test_an_address_in_the_clothes_of_another_is_what_it_is(wrapping: str, address: str) -> None:
    assert not is_allowed(wrapping.format(address), private=False)
    assert is_allowed(wrapping.format(address), private=True) == is_allowed(address, private=True)


@pytest.mark.parametrize(
    ("host", "private"),
    [
        ("localhost", True), ("LOCALHOST.", True), ("shop.localhost", True), ("127.0.0.1", True), ("[::1]", True),
        ("169.254.169.254", True), ("shop.example", False), ("8.8.8.8", False), ("localhost.example", False),
    ],
)  # fmt: skip
def test_a_host_as_written_shows_whether_it_is_private(host: str, private: bool) -> None:
    assert is_private(host) is private
    assert is_never(host) is (host == "169.254.169.254")
