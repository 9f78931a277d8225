"""Stand-ins for the platforms that accept tokens; see packages/server/test/relying-parties/stand-in.ts."""

import pathlib
import subprocess

from conftest import NODE, ROOT
from oidc_issuer import write_certificate

SCRIPT = ROOT / "packages" / "server" / "test" / "relying-parties" / "serve-stand-in.ts"


class StandIns:
    """A process that answers by HTTPS, under a certificate of its own, until it is closed."""

    def __init__(self, directory: pathlib.Path, issuer: str):
        self.ca_file = directory / "stand-ins-ca.pem"
        key_file = directory / "stand-ins-key.pem"
        write_certificate(self.ca_file, key_file)
        self.process = subprocess.Popen(
            [NODE, SCRIPT, issuer, "123456789012", self.ca_file, key_file],
            stdout=subprocess.PIPE,
            text=True,
        )
        self.url = self.process.stdout.readline().strip()
        if not self.url:
            raise RuntimeError("the stand-ins ended before they were ready")

    def close(self):
        self.process.kill()
        self.process.wait()
