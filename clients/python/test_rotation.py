"""A verifier that keeps keys, unmodified, over rotations: PyJWT's client with its default caches."""

import subprocess

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


def test_no_good_token_is_refused_over_three_rotations(rotating):
    issuer = rotating.environment["CREDENCE_ISSUER"]
    client = jwt.PyJWKClient(f"{issuer}/.well-known/jwks.json")
    key_ids = set()
    tokens = [issue(rotating, algorithm) for algorithm in ALGORITHMS]
    for rotation in range(4):
        for token in tokens:
            key_ids.add(jwt.get_unverified_header(token)["kid"])
            key = client.get_signing_key_from_jwt(token)
            jwt.decode(token, key, algorithms=ALGORITHMS, audience=AUDIENCE, issuer=issuer)
        if rotation == 3:
            break
        # Those from before the rotation are good after it.
        older = tokens[-2:]
        changed = rotating.credence("key", "rotate", "--force")
        assert [slot["changed"] for slot in changed if not slot["changed"]] == []
        tokens = older + [issue(rotating, algorithm) for algorithm in ALGORITHMS]
    assert len(key_ids) == 8
