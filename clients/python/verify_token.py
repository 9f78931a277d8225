"""A stranger with nothing but the issuer's URL: discovery, JWKS, signature, claims (PyJWT)."""

import json
import urllib.request

import jwt


def verify_token(token: str, issuer: str, audience):
    with urllib.request.urlopen(f"{issuer}/.well-known/openid-configuration") as answer:
        discovery = json.load(answer)
    assert discovery["issuer"] == issuer
    key = jwt.PyJWKClient(discovery["jwks_uri"]).get_signing_key_from_jwt(token)
    return jwt.decode(
        token,
        key,
        algorithms=discovery["id_token_signing_alg_values_supported"],
        audience=audience,
        issuer=issuer,
        options={"require": ["iss", "sub", "aud", "exp", "iat", "jti"]},
    )
