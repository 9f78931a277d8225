"""A verifier that keeps keys, unmodified, over rotations: PyJWT's client with its default caches."""

import subprocess
import time

import jwt
import pytest

from conftest import MAIN, NODE, Server, clean_environment

AUDIENCE = "https://api.example.com"
ALGORITHMS = ["RS256", "ES384"]


@pytest.fixture(scope="module")
def rotating(tmp_path_factory):
    """A server of its own: its keys change under whoever uses it."""
    running = Server(tmp_path_factory.mktemp("rotating"))
    yield running
    running.stop()


def issue(server, algorithm):
    answer = subprocess.run(
        [NODE, MAIN, "token", "--audience", AUDIENCE, "--algorithm", algorithm],
        cwd=server.directory,
        env=clean_environment() | server.environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return answer.stdout.strip()


class MovedTime:
    """Stands for the module `time` in PyJWT's caches, so that a day passes at once."""

    passed_seconds = 0.0

    def monotonic(self):
        return time.monotonic() + self.passed_seconds


def wait_for_followers(server):
    """Until a key of each algorithm stands by; the server makes them by itself."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        states = [key["state"] for key in server.credence("key", "list")]
        if states.count("prepared") == len(ALGORITHMS):
            return
        time.sleep(0.2)
    raise AssertionError("no key stands by")


def test_no_good_token_is_refused_over_three_rotations(rotating, monkeypatch):
    moved = MovedTime()
    monkeypatch.setattr("jwt.jwks_client.time", moved)
    monkeypatch.setattr("jwt.jwk_set_cache.time", moved)
    issuer = rotating.environment["CREDENCE_ISSUER"]
    client = jwt.PyJWKClient(f"{issuer}/.well-known/jwks.json")
    key_ids = set()

    def verify(token):
        key_ids.add(jwt.get_unverified_header(token)["kid"])
        key = client.get_signing_key_from_jwt(token)
        jwt.decode(token, key, algorithms=ALGORITHMS, audience=AUDIENCE, issuer=issuer)

    tokens = [issue(rotating, algorithm) for algorithm in ALGORITHMS]
    for _rotation in range(3):
        wait_for_followers(rotating)
        # A follower is published for a day before it signs, and `--force` below leaves that out.
        moved.passed_seconds += 86_400
        for token in tokens:
            verify(token)
        rotating.credence("key", "rotate", "--force")
        # Those from before the rotation are good after it, and the new ones at once.
        tokens = tokens[-2:] + [issue(rotating, algorithm) for algorithm in ALGORITHMS]
        for token in tokens:
            verify(token)
    assert len(key_ids) == 8
