"""Ansible's collection `amazon.aws`, unmodified, with the settings of dev.env alone."""

import os
import pathlib
import subprocess
import sys

import pytest

from conftest import ROOT

VENV = pathlib.Path(sys.executable).parent
PLAYBOOKS = sorted((ROOT / "clients" / "ansible").glob("*.yml"))


@pytest.mark.parametrize("playbook", PLAYBOOKS, ids=lambda path: path.stem)
def test_playbook(playbook, environment, monkeypatch):
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    monkeypatch.setenv("ANSIBLE_COLLECTIONS_PATH", str(VENV.parent / "collections"))
    monkeypatch.setenv("ANSIBLE_LOCALHOST_WARNING", "False")
    monkeypatch.setenv("ANSIBLE_INVENTORY_UNPARSED_WARNING", "False")
    interpreter = f"ansible_python_interpreter={sys.executable}"
    answer = subprocess.run(
        [VENV / "ansible-playbook", "--extra-vars", interpreter, playbook],
        env=os.environ,
        capture_output=True,
        text=True,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
