"""The AWS CLI, unmodified, with the settings of dev.env alone."""

import pytest

from verify_token import verify_token


@pytest.mark.parametrize("algorithm", ["RS256", "ES384"])
def test_token(aws, environment, algorithm):
    answer = aws(
        "sts",
        "get-web-identity-token",
        "--audience",
        "https://a.example",
        "https://b.example",
        "--signing-algorithm",
        algorithm,
        "--duration-seconds",
        "120",
        "--tags",
        "Key=team,Value=data",
    )
    claims = verify_token(
        answer["WebIdentityToken"], environment["CREDENCE_ISSUER"], "https://b.example"
    )
    assert claims["aud"] == ["https://a.example", "https://b.example"]
    assert claims["https://sts.amazonaws.com/"]["request_tags"] == {"team": "data"}


def test_caller_identity(aws):
    assert aws("sts", "get-caller-identity")["Account"] == "123456789012"


def test_federation_off_and_on(aws, environment):
    info = aws("iam", "get-outbound-web-identity-federation-info")
    assert info == {"IssuerIdentifier": environment["CREDENCE_ISSUER"], "JwtVendingEnabled": True}
    aws("iam", "disable-outbound-web-identity-federation")
    try:
        with pytest.raises(RuntimeError, match=r"\(FeatureDisabled\)"):
            aws("iam", "get-outbound-web-identity-federation-info")
        with pytest.raises(RuntimeError, match=r"\(OutboundWebIdentityFederationDisabledException\)"):
            aws("sts", "get-web-identity-token", "--audience", "a", "--signing-algorithm", "RS256")
    finally:
        aws("iam", "enable-outbound-web-identity-federation")


def test_unsupported_algorithm(aws):
    with pytest.raises(RuntimeError, match=r"\(ValidationError\).*not supported"):
        aws("sts", "get-web-identity-token", "--audience", "a", "--signing-algorithm", "HS256")
