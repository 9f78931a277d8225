"""Client libraries of platforms, unmodified, with tokens that `credence token` has given them."""

import os
import stat
import subprocess

import azure.core.exceptions
import azure.identity
import hvac
import jwt
import pytest

from conftest import MAIN, NODE, ROOT
from stand_ins import StandIns

ADMIN = "arn:aws:iam::123456789012:user/admin"
ENTRA_AUDIENCE = "api://AzureADTokenExchange"
TENANT = "6fe6d2f4-0000-4000-8000-000000000001"
VAULT_AUDIENCE = "https://vault.example.com"


@pytest.fixture(scope="module")
def platforms(server, tmp_path_factory):
    running = StandIns(
        tmp_path_factory.mktemp("stand-ins"), server.environment["CREDENCE_ISSUER"]
    )
    yield running
    running.close()


@pytest.fixture
def write_token(environment, tmp_path):
    """Writes a token file as the helper does; returns its path."""
    tmp_path.chmod(0o700)

    def write(audience: str, *options: str):
        file = tmp_path / "token"
        subprocess.run(
            [NODE, MAIN, "token", "--audience", audience, "--out", file, *options],
            env=os.environ,
            check=True,
            capture_output=True,
        )
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        return str(file)

    return write


class TestEntra:
    def get_token(self, platforms, file):
        with azure.identity.WorkloadIdentityCredential(
            tenant_id=TENANT,
            client_id="00000000-0000-4000-8000-000000000002",
            token_file_path=file,
            authority=platforms.url,
            disable_instance_discovery=True,
            connection_verify=str(platforms.ca_file),
            retry_total=0,
        ) as credential:
            return credential.get_token("https://management.azure.com/.default").token

    def test_file(self, platforms, write_token):
        file = write_token(ENTRA_AUDIENCE, "--algorithm", "RS256", "--duration", "3600")
        assert self.get_token(platforms, file) == ADMIN

    @pytest.mark.parametrize(
        ("audience", "algorithm", "told"),
        [
            (ENTRA_AUDIENCE, "ES384", "algorithm_refused"),
            ("api://other", "RS256", "audience_refused"),
        ],
    )
    def test_refusal(self, platforms, write_token, audience, algorithm, told):
        file = write_token(audience, "--algorithm", algorithm)
        with pytest.raises(azure.core.exceptions.ClientAuthenticationError, match=told):
            self.get_token(platforms, file)


class TestVault:
    def log_in(self, platforms, file, role):
        client = hvac.Client(url=platforms.url, verify=str(platforms.ca_file))
        with open(file) as token:
            return client.auth.jwt.jwt_login(role=role, jwt=token.read())["auth"]["client_token"]

    @pytest.mark.parametrize("algorithm", ["RS256", "ES384"])
    def test_login(self, platforms, write_token, algorithm):
        file = write_token(VAULT_AUDIENCE, "--algorithm", algorithm)
        assert self.log_in(platforms, file, "deployer") == ADMIN

    def test_refusal(self, platforms, write_token):
        file = write_token("https://other.example.com")
        with pytest.raises(hvac.exceptions.InvalidRequest, match="audience_refused"):
            self.log_in(platforms, file, "deployer")


class TestHttpService:
    """The Python of docs/relying-parties/http.md."""

    @pytest.fixture
    def identify(self, server):
        page = (ROOT / "docs" / "relying-parties" / "http.md").read_text()
        code = page.partition("```python\n")[2].partition("```")[0]
        documented = "https://sts.example.org/79ca5c60-6271-4e87-a238-2cfdb5ad40d5"
        assert documented in code
        names = {}
        exec(code.replace(documented, server.environment["CREDENCE_ISSUER"]), names)
        return names["identify"]

    @pytest.mark.parametrize("algorithm", ["RS256", "ES384"])
    def test_token(self, identify, write_token, algorithm):
        file = write_token("https://orders.example.com", "--algorithm", algorithm)
        with open(file) as token:
            assert identify(token.read())["sub"] == ADMIN

    def test_refusal(self, identify, write_token):
        with open(write_token("https://other.example.com")) as token:
            with pytest.raises(jwt.InvalidAudienceError):
                identify(token.read())
