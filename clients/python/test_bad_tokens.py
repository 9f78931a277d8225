"""The tokens that nobody should accept, from `credence dev`, given to PyJWT."""

import json
import os
import pathlib
import re
import urllib.error
import urllib.parse
import urllib.request

import jwt
import pytest

AUDIENCE = "https://orders.example.com"

DOCUMENT = pathlib.Path(__file__).resolve().parents[2] / "docs/relying-parties/who-accepts-what.md"


def read(address: str, **query: str):
    """A page of the development server."""
    url = os.environ["CREDENCE_DEV_URL"] + address
    with urllib.request.urlopen(f"{url}?{urllib.parse.urlencode(query)}") as answer:
        return json.load(answer)


@pytest.fixture
def verify(environment):
    issuer = environment["CREDENCE_ISSUER"]
    keys = jwt.PyJWKClient(f"{issuer}/.well-known/jwks.json")

    def decode(token: str):
        return jwt.decode(
            token,
            keys.get_signing_key_from_jwt(token),
            algorithms=["RS256", "ES384"],
            audience=AUDIENCE,
            issuer=issuer,
            options={"require": ["iss", "sub", "aud", "exp", "iat", "jti"]},
        )

    return decode


def test_good_tokens_are_accepted(verify):
    for good in read("/bad-tokens")["good"]:
        token = read(f"/bad-tokens/{good['name']}", audience=AUDIENCE)["token"]
        assert verify(token)["aud"] == AUDIENCE, good


def test_bad_tokens_are_refused_but_for_those_that_the_document_names(verify):
    accepted = set()
    for bad in read("/bad-tokens")["bad"]:
        token = read(f"/bad-tokens/{bad['name']}", audience=AUDIENCE)["token"]
        try:
            verify(token)
            accepted.add(bad["name"])
        except Exception:  # PyJWT has errors of its own, and lets others through.
            pass
    section = DOCUMENT.read_text().split("## PyJWT\n")[1].split("\n## ")[0]
    assert accepted == set(re.findall(r"^- `([a-z0-9-]+)`", section, re.MULTILINE))


def test_pages_are_for_whoever_knows_where_they_are(environment):
    address = environment["AWS_ENDPOINT_URL_STS"] + "/dev/bad-tokens/good-es384"
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(address)
    assert refusal.value.code == 404
