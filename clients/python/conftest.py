"""A running Credence, and unmodified clients that point at it by environment variables alone."""

import json
import os
import pathlib
import re
import signal
import subprocess
import sys

import pytest

from oidc_issuer import OidcIssuer

ROOT = pathlib.Path(__file__).resolve().parents[2]
NODE = ROOT / "node_modules" / ".bin" / "node"
MAIN = ROOT / "packages" / "server" / "src" / "main.ts"


class Server:
    """`credence dev` in a directory of its own, on a port that the system chose."""

    def __init__(self, directory: pathlib.Path, **settings: str):
        self.directory = directory
        chosen = [text for pair in settings.items() for text in ("--set", "=".join(pair))]
        self.process = subprocess.Popen(
            [NODE, MAIN, "dev", "--port", "0", "--json", *chosen],
            cwd=directory,
            stdout=subprocess.PIPE,
            env=clean_environment(),
            text=True,
        )
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("credence dev ended before it was ready")
        self.ready = json.loads(line)
        self.environment = read_exports(directory / ".credence" / "dev.env")

    def credence(self, *arguments: str):
        """Runs the command line on this server's data and returns its JSON."""
        answer = subprocess.run(
            [NODE, MAIN, *arguments, "--json"],
            cwd=self.directory,
            env=clean_environment() | self.environment,
            check=True,
            capture_output=True,
            text=True,
        )
        return json.loads(answer.stdout)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(timeout=20) == 0


def clean_environment():
    """The environment without any AWS or Credence setting of the machine."""
    kept = {k: v for k, v in os.environ.items() if not re.match(r"AWS_|CREDENCE_", k)}
    return kept | {"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null"}


def read_exports(path: pathlib.Path):
    """The variables of a file of `export NAME=value` lines."""
    pattern = re.compile(r"^export ([A-Z_]+)='?([^'\n]*)'?$", re.MULTILINE)
    return dict(pattern.findall(path.read_text()))


@pytest.fixture(scope="session")
def issuer(tmp_path_factory):
    """An OpenID provider that the server may ask."""
    running = OidcIssuer(tmp_path_factory.mktemp("oidc"))
    yield running
    running.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory, issuer):
    settings = {
        "webIdentity.listedOrigins": issuer.url,
        "webIdentity.caFile": str(issuer.ca_file),
    }
    running = Server(tmp_path_factory.mktemp("credence"), **settings)
    yield running
    running.stop()


@pytest.fixture
def environment(server, monkeypatch, tmp_path):
    """The variables of `dev.env` in this process, and no other AWS setting."""
    # The AWS CLI keeps credentials of roles below the home directory, and would take those that a
    # former run got from another server.
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in list(os.environ):
        if name.startswith(("AWS_", "CREDENCE_")):
            monkeypatch.delenv(name)
    for name, value in (clean_environment() | server.environment).items():
        monkeypatch.setenv(name, value)
    return server.environment


@pytest.fixture
def aws(environment):
    """Runs the AWS CLI; returns its JSON, or raises with what it printed."""

    def run(*arguments: str):
        answer = subprocess.run(
            [pathlib.Path(sys.executable).parent / "aws", *arguments, "--output", "json"],
            env=os.environ,
            capture_output=True,
            text=True,
        )
        if answer.returncode != 0:
            raise RuntimeError(answer.stderr)
        return json.loads(answer.stdout) if answer.stdout.strip() else None

    return run
