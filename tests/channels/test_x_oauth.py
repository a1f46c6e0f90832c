"""The signature of OAuth 1.0a, by the examples in X's own documents."""

import pytest
from yarl import URL

from chatbot.channels.x.oauth import Signer

SIGNER = Signer(
    "xvz1evFS4wEEPTGEFPHBog",
    "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
    "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
    "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
)
ASKED = "include_entities=true&status=Hello%20Ladies%20%2b%20Gentlemen%2c%20a%20signed%20OAuth%20request%21"


@pytest.mark.parametrize(
    ("version", "signature"),
    [("1", "tnnArxj06cWHq44gCs1OSKk%2FjLY%3D"), ("1.1", "hCtSmYh%2BiHYCEqBWrE7C7hYmtUk%3D")],
)
def test_a_request_is_signed_as_x_shows_it(version: str, signature: str) -> None:
    url = f"https://api.twitter.com/{version}/statuses/update.json?{ASKED}"
    header = SIGNER.header("POST", URL(url, encoded=True), "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg", 1318622958)
    assert f'oauth_signature="{signature}"' in header
    assert SIGNER.secret not in header
    assert SIGNER.secret not in repr(SIGNER)


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("https://TON.x.com:443/a/b.jpg#top", "https://ton.x.com/a/b.jpg"),
        ("https://ton.x.com/a/../%7Eb c.jpg", "https://ton.x.com/~b%20c.jpg"),
        ("https://me:pw@ton.x.com/ü.jpg", "https://ton.x.com/%C3%BC.jpg"),
        ("https://ton.x.com", "https://ton.x.com/"),
    ],
)
def test_what_is_signed_is_what_is_sent(written: str, sent: str) -> None:
    assert SIGNER.header("GET", URL(written), "n", 1) == SIGNER.header("GET", URL(sent, encoded=True), "n", 1)
