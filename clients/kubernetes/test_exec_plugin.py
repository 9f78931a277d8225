"""The Python client of Kubernetes, unmodified, with the kubeconfig of docs/relying-parties/kubernetes.md."""

import pathlib
import re
import sys

import kubernetes
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "clients" / "python"))

from conftest import MAIN, NODE, environment, issuer, server  # noqa: E402, F401
from stand_ins import StandIns  # noqa: E402

PAGE = ROOT / "docs" / "relying-parties" / "kubernetes.md"


@pytest.fixture
def api_server(environment, tmp_path):  # noqa: F811
    running = StandIns(tmp_path, environment["CREDENCE_ISSUER"])
    yield running
    running.close()


def ask_version(api_server, tmp_path, audience: str):
    block = re.search(r"```yaml\n(apiVersion: v1\nkind: Config\n.*?)```", PAGE.read_text(), re.S)
    text = (
        block.group(1)
        .replace("https://kubernetes.example.com:6443", api_server.url)
        .replace("ca.crt", str(api_server.ca_file))
        .replace("command: credence", f"command: {NODE}")
        .replace("[token, --audience, 'https://kubernetes.example.com'", f"[{MAIN}, token, --audience, '{audience}'")
    )
    file = tmp_path / "kubeconfig"
    file.write_text(text)
    client = kubernetes.config.new_client_from_config(str(file))
    return kubernetes.client.VersionApi(client).get_code().git_version


def test_program(api_server, tmp_path):
    version = ask_version(api_server, tmp_path, "https://kubernetes.example.com")
    assert version == "v1.34.0+arn:aws:iam::123456789012:user/admin"


def test_refusal(api_server, tmp_path):
    with pytest.raises(kubernetes.client.ApiException) as caught:
        ask_version(api_server, tmp_path, "https://other.example.com")
    assert caught.value.status == 401
