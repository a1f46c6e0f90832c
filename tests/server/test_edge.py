"""Who calls, behind a proxy and without one."""

import pytest
from aiohttp.test_utils import make_mocked_request

from chatbot.errors import OperatorError
from chatbot.server.edge import Edge


class Line:
    """A connection from an address."""

    def __init__(self, peer: str) -> None:
        self.peer = peer

    def get_extra_info(self, name: str, default: object = None) -> object:
        return (self.peer, 1) if name == "peername" else default


def caller(peer: str, said: str = "", trusted: str = "") -> str:
    headers = {"X-Forwarded-For": said} if said else {}
    request = make_mocked_request("GET", "/", headers=headers, transport=Line(peer))
    return Edge.read("", {"CHATBOT_TRUSTED_PROXIES": trusted}).address(request)


@pytest.mark.parametrize(
    ("peer", "said", "trusted", "found"),
    [
        ("203.0.113.7", "", "", "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", "", "203.0.113.7"),  # anybody can send the header
        ("127.0.0.1", "198.51.100.1", "127.0.0.1", "198.51.100.1"),
        ("127.0.0.1", "6.6.6.6, 198.51.100.1", "127.0.0.1", "198.51.100.1"),  # the left one was written by the caller
        ("127.0.0.1", "6.6.6.6, 198.51.100.1, 10.0.0.9", "127.0.0.1, 10.0.0.0/8", "198.51.100.1"),
        ("127.0.0.1", "", "127.0.0.1", "127.0.0.1"),
        ("127.0.0.1", "nonsense", "127.0.0.1", "127.0.0.1"),
        ("10.0.0.1", "10.0.0.2", "10.0.0.0/8", "10.0.0.2"),
        ("2001:db8:1:2:3:4:5:6", "", "", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "", "", "203.0.113.7"),
    ],
)
def test_the_address_is_the_nearest_that_no_proxy_of_ours_has(peer: str, said: str, trusted: str, found: str) -> None:
    assert caller(peer, said, trusted) == found


def test_what_is_no_network_is_named() -> None:
    with pytest.raises(OperatorError, match="CHATBOT_TRUSTED_PROXIES: 'proxy' does not appear"):
        Edge.read("", {"CHATBOT_TRUSTED_PROXIES": "127.0.0.1, proxy"})
