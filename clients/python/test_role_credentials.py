"""The ways in which boto3 and the AWS CLI get a role's credentials, and a token from there on."""

import datetime
import json
import os

import boto3
import pytest
from botocore.exceptions import ClientError

from oidc_issuer import CLIENT_ID, SUBJECT
from verify_token import verify_token

CLAIMS = "https://sts.amazonaws.com/"
ACCOUNT = "123456789012"
# No URL: the AWS CLI would fetch it and send what stands there.
AUDIENCE = "api.example.com"
DEPLOYER = f"arn:aws:iam::{ACCOUNT}:role/apps/deployer"
AUDITOR = f"arn:aws:iam::{ACCOUNT}:role/apps/auditor"
RUNNER = f"arn:aws:iam::{ACCOUNT}:role/ci/runner"

CONFIG = f"""
[profile deployer]
role_arn = {DEPLOYER}
source_profile = base
role_session_name = laptop
external_id = agreed
duration_seconds = 1800

[profile auditor]
role_arn = {AUDITOR}
source_profile = deployer
role_session_name = laptop
"""


def format_policy(**statement):
    return json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", **statement}})


@pytest.fixture(scope="session")
def roles(server, issuer):
    """Makes the roles with boto3; resolves to the ARN of the OpenID provider."""
    iam = boto3.client(
        "iam",
        endpoint_url=server.environment["AWS_ENDPOINT_URL_IAM"],
        region_name=server.environment["AWS_REGION"],
        aws_access_key_id=server.environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=server.environment["AWS_SECRET_ACCESS_KEY"],
    )
    provider = iam.create_open_id_connect_provider(Url=issuer.url, ClientIDList=[CLIENT_ID])
    provider_arn = provider["OpenIDConnectProviderArn"]
    actions = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]
    agreed = {"StringEquals": {"sts:ExternalId": "agreed"}}
    trusts = {
        DEPLOYER: format_policy(Principal={"AWS": ACCOUNT}, Action=actions, Condition=agreed),
        AUDITOR: format_policy(Principal={"AWS": DEPLOYER}, Action=actions),
        RUNNER: format_policy(
            Principal={"Federated": provider_arn}, Action=["sts:AssumeRoleWithWebIdentity"]
        ),
    }
    for arn, trust in trusts.items():
        _, path, name = arn.rsplit("/", 2)
        iam.create_role(
            Path=f"/{path}/",
            RoleName=name,
            AssumeRolePolicyDocument=trust,
            Tags=[{"Key": "team", "Value": name}],
        )
        iam.put_role_policy(
            RoleName=name,
            PolicyName="tokens",
            PolicyDocument=format_policy(
                Action=["sts:GetWebIdentityToken", "sts:AssumeRole"], Resource="*"
            ),
        )
    return provider_arn


@pytest.fixture
def profiles(roles, environment, monkeypatch, tmp_path):
    """What people have in ~/.aws, and no key in the environment."""
    credentials = tmp_path / "credentials"
    credentials.write_text(
        "[base]\n"
        f"aws_access_key_id = {environment['AWS_ACCESS_KEY_ID']}\n"
        f"aws_secret_access_key = {environment['AWS_SECRET_ACCESS_KEY']}\n"
    )
    config = tmp_path / "config"
    config.write_text(CONFIG)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(credentials))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")


@pytest.fixture
def token_file(roles, environment, issuer, monkeypatch, tmp_path):
    """A token where Kubernetes and CI systems put one, and no key in the environment."""
    file = tmp_path / "token"
    file.write_text(issuer.sign())
    monkeypatch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", str(file))
    monkeypatch.setenv("AWS_ROLE_ARN", RUNNER)
    monkeypatch.setenv("AWS_ROLE_SESSION_NAME", "build-7")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")


@pytest.fixture
def sts(roles, environment):
    return boto3.client("sts")


def ask_by_boto3(profile=None):
    """Who a client is that finds its credentials by itself, and its token."""
    sts = boto3.Session(profile_name=profile).client("sts")
    token = sts.get_web_identity_token(Audience=[AUDIENCE], SigningAlgorithm="RS256")
    return sts.get_caller_identity()["Arn"], token["WebIdentityToken"]


def ask_by_cli(aws, *options):
    token = aws(
        *("sts", "get-web-identity-token", "--audience", AUDIENCE),
        *("--signing-algorithm", "ES384", *options),
    )
    return aws("sts", "get-caller-identity", *options)["Arn"], token["WebIdentityToken"]


def assert_role_token(token, environment, role_arn):
    claims = verify_token(token, environment["CREDENCE_ISSUER"], AUDIENCE)
    assert claims["sub"] == role_arn
    assert claims[CLAIMS]["principal_id"] == role_arn
    assert claims[CLAIMS]["principal_tags"] == {"team": role_arn.rsplit("/", 1)[1]}
    return claims[CLAIMS]


def seconds_until(text):
    end = datetime.datetime.fromisoformat(text)
    return (end - datetime.datetime.now(datetime.timezone.utc)).total_seconds()


@pytest.mark.parametrize("client", ["boto3", "cli"])
class TestProfile:
    def ask(self, client, aws, profile):
        return ask_by_boto3(profile) if client == "boto3" else ask_by_cli(aws, "--profile", profile)

    def test_role_over_a_key(self, profiles, environment, aws, client):
        arn, token = self.ask(client, aws, "deployer")
        assert arn == f"arn:aws:sts::{ACCOUNT}:assumed-role/deployer/laptop"
        claims = assert_role_token(token, environment, DEPLOYER)
        assert 1700 < seconds_until(claims["original_session_exp"]) <= 1801
        assert "federated_provider" not in claims

    def test_role_over_a_role(self, profiles, environment, aws, client):
        arn, token = self.ask(client, aws, "auditor")
        assert arn == f"arn:aws:sts::{ACCOUNT}:assumed-role/auditor/laptop"
        assert_role_token(token, environment, AUDITOR)


@pytest.mark.parametrize("client", ["boto3", "cli"])
def test_web_identity_token_file(token_file, roles, environment, aws, client):
    arn, token = ask_by_boto3() if client == "boto3" else ask_by_cli(aws)
    assert arn == f"arn:aws:sts::{ACCOUNT}:assumed-role/runner/build-7"
    claims = assert_role_token(token, environment, RUNNER)
    assert claims["federated_provider"] == roles
    assert 3500 < seconds_until(claims["original_session_exp"]) <= 3601


def test_assume_role_with_everything(sts, environment):
    answer = sts.assume_role(
        RoleArn=DEPLOYER,
        RoleSessionName="boto",
        ExternalId="agreed",
        DurationSeconds=900,
        SourceIdentity="alice",
        Tags=[{"Key": "Project", "Value": "x y é"}],
        TransitiveTagKeys=["Project"],
        Policy=format_policy(Action="sts:*", Resource="*"),
        PolicyArns=[{"arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}],
    )
    assert answer["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/deployer/boto"
    assert answer["SourceIdentity"] == "alice"
    assert 1 <= answer["PackedPolicySize"] <= 100
    token = client_of(answer).get_web_identity_token(Audience=[AUDIENCE], SigningAlgorithm="ES384")
    claims = verify_token(token["WebIdentityToken"], environment["CREDENCE_ISSUER"], AUDIENCE)
    assert claims[CLAIMS]["source_identity"] == "alice"
    assert claims[CLAIMS]["principal_tags"] == {"team": "deployer", "Project": "x y é"}


def client_of(answer):
    credentials = answer["Credentials"]
    return boto3.client(
        "sts",
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
    )


def test_assume_role_with_web_identity(sts, roles, issuer):
    answer = sts.assume_role_with_web_identity(
        RoleArn=RUNNER, RoleSessionName="boto", WebIdentityToken=issuer.sign()
    )
    assert answer["SubjectFromWebIdentityToken"] == SUBJECT
    assert answer["Audience"] == CLIENT_ID
    assert answer["Provider"] == roles
    assert client_of(answer).get_caller_identity()["Arn"].endswith(":assumed-role/runner/boto")


def test_own_token_is_refused(sts, environment):
    token = sts.get_web_identity_token(Audience=[CLIENT_ID], SigningAlgorithm="RS256")
    with pytest.raises(sts.exceptions.InvalidIdentityTokenException):
        sts.assume_role_with_web_identity(
            RoleArn=RUNNER, RoleSessionName="boto", WebIdentityToken=token["WebIdentityToken"]
        )


def test_typed_exceptions(sts, issuer):
    assume = {"RoleArn": DEPLOYER, "RoleSessionName": "boto", "ExternalId": "agreed"}
    with pytest.raises(sts.exceptions.MalformedPolicyDocumentException):
        sts.assume_role(**assume, Policy="{")
    with pytest.raises(sts.exceptions.PackedPolicyTooLargeException):
        tags = [{"Key": f"k{n}", "Value": "v" * 256} for n in range(20)]
        sts.assume_role(**assume, Tags=tags)
    with pytest.raises(sts.exceptions.ExpiredTokenException):
        sts.assume_role_with_web_identity(
            RoleArn=RUNNER,
            RoleSessionName="boto",
            WebIdentityToken=issuer.sign(iat=1_700_000_000, exp=1_700_000_300),
        )
    with pytest.raises(sts.exceptions.InvalidAuthorizationMessageException):
        sts.decode_authorization_message(EncodedMessage="bm90IHNlYWxlZA==")
    session = client_of(sts.assume_role(**assume, DurationSeconds=900))
    with pytest.raises(session.exceptions.SessionDurationEscalationException):
        session.get_web_identity_token(
            Audience=["a"], SigningAlgorithm="RS256", DurationSeconds=3600
        )


def test_sessions_of_a_user(sts):
    session = client_of(sts.get_session_token(DurationSeconds=900))
    assert session.get_caller_identity()["Arn"] == sts.get_caller_identity()["Arn"]
    with pytest.raises(ClientError) as caught:
        session.get_session_token()
    assert caught.value.response["Error"] == {
        "Type": "Sender",
        "Code": "AccessDenied",
        "Message": "Cannot call GetSessionToken with session credentials",
    }
    federated = client_of(sts.get_federation_token(Name="bob"))
    arn = f"arn:aws:sts::{ACCOUNT}:federated-user/bob"
    assert federated.get_caller_identity()["Arn"] == arn
    with pytest.raises(ClientError) as caught:
        federated.get_web_identity_token(Audience=["a"], SigningAlgorithm="RS256")
    message = "GetWebIdentityToken does not support federated user sessions"
    assert caught.value.response["Error"]["Message"] == message


def test_administrator_decodes_why(sts, server, aws):
    server.credence("user", "create", "refused")
    key = server.credence("access-key", "create", "--user", "refused")
    refused = boto3.client(
        "sts",
        aws_access_key_id=key["accessKeyId"],
        aws_secret_access_key=key["secretAccessKey"],
    )
    with pytest.raises(ClientError) as caught:
        refused.get_web_identity_token(Audience=[AUDIENCE], SigningAlgorithm="RS256")
    headers = caught.value.response["ResponseMetadata"]["HTTPHeaders"]
    message = headers["x-credence-authorization-message"]
    with pytest.raises(ClientError, match="not authorized to perform: sts:DecodeAuthorizationMessage"):
        refused.decode_authorization_message(EncodedMessage=message)
    answer = aws("sts", "decode-authorization-message", "--encoded-message", message)
    decoded = json.loads(answer["DecodedMessage"])
    assert decoded["allowed"] is False
    assert decoded["context"]["action"] == "sts:GetWebIdentityToken"
    assert decoded["context"]["principal"]["arn"] == f"arn:aws:iam::{ACCOUNT}:user/refused"


def test_cli_reads_the_account_of_a_key(aws, environment):
    answer = aws("sts", "get-access-key-info", "--access-key-id", os.environ["AWS_ACCESS_KEY_ID"])
    assert answer == {"Account": ACCOUNT}
