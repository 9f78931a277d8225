"""An OpenID provider on the loopback, with tokens by PyJWT and a certificate of its own."""

import datetime
import http.server
import json
import pathlib
import ssl
import threading
import time

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import RSAAlgorithm

CLIENT_ID = "sts.amazonaws.com"
SUBJECT = "repo:example/app:ref:refs/heads/main"
KEY_ID = "key-1"


class OidcIssuer:
    """Serves discovery and keys over HTTPS until it is closed."""

    def __init__(self, directory: pathlib.Path):
        self.ca_file = directory / "oidc-ca.pem"
        key_file = directory / "oidc-key.pem"
        write_certificate(self.ca_file, key_file)
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        jwk = RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        self.jwks = {"keys": [jwk | {"kid": KEY_ID, "alg": "RS256", "use": "sig"}]}

        issuer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                document = issuer.find_document(self.path)
                self.send_response(200 if document else 404)
                self.end_headers()
                self.wfile.write(json.dumps(document).encode())

            def log_message(self, *_arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("localhost", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.ca_file, key_file)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = f"https://localhost:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def find_document(self, path: str):
        return {
            "/.well-known/openid-configuration": {"issuer": self.url, "jwks_uri": f"{self.url}/keys"},
            "/keys": self.jwks,
        }.get(path)

    def sign(self, **claims):
        """A token that is good for five minutes, with claims added or replaced."""
        now = int(time.time())
        usual = {"iss": self.url, "sub": SUBJECT, "aud": CLIENT_ID, "iat": now, "exp": now + 300}
        return jwt.encode(usual | claims, self.key, algorithm="RS256", headers={"kid": KEY_ID})

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def write_certificate(certificate_file: pathlib.Path, key_file: pathlib.Path):
    """A certificate for localhost, signed by its own key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
