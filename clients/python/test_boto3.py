"""boto3, unmodified, with the settings of dev.env alone."""

import uuid

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from verify_token import verify_token

CLAIMS = "https://sts.amazonaws.com/"
DENIED_TOKEN = (
    "is not authorized to perform: sts:GetWebIdentityToken on resource: "
    "arn:aws:sts::123456789012:self because no identity-based policy allows the "
    "sts:GetWebIdentityToken action"
)


@pytest.fixture
def sts(environment):
    return boto3.client("sts")


@pytest.fixture
def iam(environment):
    return boto3.client("iam")


@pytest.mark.parametrize("algorithm", ["RS256", "ES384"])
@pytest.mark.parametrize(
    "audiences", [["https://api.example.com"], ["https://a.example", "b c+d é", "https://a.example"]]
)
def test_token_verifies_from_the_issuer_url_alone(sts, environment, algorithm, audiences):
    answer = sts.get_web_identity_token(
        Audience=audiences,
        SigningAlgorithm=algorithm,
        DurationSeconds=60,
        Tags=[{"Key": "team", "Value": "data é"}, {"Key": "empty", "Value": ""}],
    )
    claims = verify_token(answer["WebIdentityToken"], environment["CREDENCE_ISSUER"], audiences[0])
    assert claims["aud"] == (audiences[0] if len(audiences) == 1 else audiences)
    assert claims["sub"] == sts.get_caller_identity()["Arn"]
    assert claims["exp"] - claims["iat"] == 60
    assert 0 <= answer["Expiration"].timestamp() - claims["exp"] < 1
    assert claims[CLAIMS]["aws_account"] == "123456789012"
    assert claims[CLAIMS]["source_region"] == environment["AWS_REGION"]
    assert claims[CLAIMS]["request_tags"] == {"team": "data é", "empty": ""}


def test_empty_list_of_tags_is_no_tags(sts, environment):
    answer = sts.get_web_identity_token(Audience=["a"], SigningAlgorithm="ES384", Tags=[])
    claims = verify_token(answer["WebIdentityToken"], environment["CREDENCE_ISSUER"], "a")
    assert "request_tags" not in claims[CLAIMS]
    assert claims["exp"] - claims["iat"] == 300


def test_region_of_the_client_becomes_the_source_region(environment):
    sts = boto3.client("sts", region_name="eu-central-2")
    answer = sts.get_web_identity_token(Audience=["a"], SigningAlgorithm="RS256")
    claims = verify_token(answer["WebIdentityToken"], environment["CREDENCE_ISSUER"], "a")
    assert claims[CLAIMS]["source_region"] == "eu-central-2"


@pytest.mark.parametrize("prefix", ["/sts", "/sts/", "/tenant-a/sts/"])
def test_path_prefixes(environment, prefix):
    sts = boto3.client("sts", endpoint_url=environment["AWS_ENDPOINT_URL_STS"].rstrip("/") + prefix)
    assert sts.get_caller_identity()["Account"] == "123456789012"


def test_presigned_url(sts):
    import urllib.request

    url = sts.generate_presigned_url("get_caller_identity", ExpiresIn=60, HttpMethod="GET")
    with urllib.request.urlopen(url) as answer:
        body = answer.read().decode()
    assert "<Account>123456789012</Account>" in body


def test_request_id(sts):
    metadata = sts.get_caller_identity()["ResponseMetadata"]
    assert str(uuid.UUID(metadata["RequestId"])) == metadata["RequestId"]
    assert metadata["HTTPHeaders"]["x-amzn-requestid"] == metadata["RequestId"]


def test_disabled_federation_is_a_typed_exception_in_both_services(sts, iam, environment):
    info = iam.get_outbound_web_identity_federation_info()
    assert info["IssuerIdentifier"] == environment["CREDENCE_ISSUER"]
    assert info["JwtVendingEnabled"] is True
    with pytest.raises(iam.exceptions.FeatureEnabledException):
        iam.enable_outbound_web_identity_federation()
    iam.disable_outbound_web_identity_federation()
    try:
        with pytest.raises(sts.exceptions.OutboundWebIdentityFederationDisabledException):
            sts.get_web_identity_token(Audience=["a"], SigningAlgorithm="RS256")
        with pytest.raises(iam.exceptions.FeatureDisabledException):
            iam.disable_outbound_web_identity_federation()
        with pytest.raises(iam.exceptions.FeatureDisabledException):
            iam.get_outbound_web_identity_federation_info()
    finally:
        enabled = iam.enable_outbound_web_identity_federation()
    assert enabled["IssuerIdentifier"] == environment["CREDENCE_ISSUER"]


def test_too_large_a_payload_is_a_typed_exception(sts):
    with pytest.raises(sts.exceptions.JWTPayloadSizeExceededException):
        sts.get_web_identity_token(
            Audience=["a" * 1000] * 10,
            SigningAlgorithm="RS256",
            Tags=[{"Key": f"{n:0128}", "Value": "v" * 256} for n in range(50)],
        )


def test_denied_user_reads_the_reason(server, environment):
    server.credence("user", "create", "denied")
    key = server.credence("access-key", "create", "--user", "denied")
    sts = boto3.client(
        "sts",
        aws_access_key_id=key["accessKeyId"],
        aws_secret_access_key=key["secretAccessKey"],
        config=Config(retries={"max_attempts": 0}),
    )
    with pytest.raises(ClientError) as caught:
        sts.get_web_identity_token(Audience=["a"], SigningAlgorithm="RS256")
    assert caught.value.response["Error"]["Code"] == "AccessDenied"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    assert caught.value.response["Error"]["Message"] == (
        f"User: arn:aws:iam::123456789012:user/denied {DENIED_TOKEN}"
    )


def test_wrong_secret(environment):
    sts = boto3.client("sts", aws_secret_access_key="wrong", aws_access_key_id=environment["AWS_ACCESS_KEY_ID"])
    with pytest.raises(ClientError) as caught:
        sts.get_caller_identity()
    assert caught.value.response["Error"]["Code"] == "SignatureDoesNotMatch"
