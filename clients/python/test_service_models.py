"""What the newest service models of AWS have and Credence does not is in a list with its reason.

To look at models that are newer than the pinned ones: `.venv/bin/pip install -U botocore`, then
`.venv/bin/pytest clients/python/test_service_models.py`; the pin is in requirements.txt.
"""

import json
import subprocess

import botocore
import botocore.session
import pytest

from conftest import NODE, ROOT

APIS = ("sts", "iam")

# The same on the wire: text. Credence writes what it made itself, and the model says base64.
SAME_KINDS = {"blob": "string", "long": "integer", "float": "integer"}


@pytest.fixture(scope="module")
def ours():
    command = [NODE, ROOT / "tools" / "export-shapes.ts"]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


@pytest.fixture(scope="module")
def models():
    session = botocore.session.get_session()
    return {api: session.get_service_model(api) for api in APIS}


def test_operations(ours, models):
    modelled = {f"{api}:{name}" for api in APIS for name in models[api].operation_names}
    built = {operation["key"] for operation in ours["operations"]}
    listed = [key for row in ours["unbuiltOperations"] for key in row["operations"]]
    assert len(listed) == len(set(listed)), "an operation is listed twice"
    problems = [
        *(f"{key} is neither built nor listed" for key in modelled - built - set(listed)),
        *(f"{key} is built, and listed as unbuilt" for key in built & set(listed)),
        *(f"{key} is not in the model" for key in (built | set(listed)) - modelled),
    ]
    assert sorted(problems) == []
    print(f"botocore {botocore.__version__}: {len(built)} of {len(modelled)} operations are built")


def test_members_of_inputs(ours, models):
    listed = {(key, member) for key, member, _ in ours["unbuiltInputMembers"]}
    differences = set()
    for key, modelled, operation in pair_operations(ours, models):
        for _, path, kind in compare(modelled.input_shape, operation["input"]):
            differences.add((key, path, kind))
    # What stands deeper than a parameter can't be refused by name, and so can't be listed.
    missing = {(key, path) for key, path, kind in differences if kind == "missing"}
    assert sorted(missing - listed) == [], "parameters that are neither built nor listed"
    assert sorted(listed - missing) == [], "parameters that are listed and built, or not modelled"
    others = [each for each in differences if each[2] != "missing"]
    assert sorted(others) == []


def test_members_of_outputs(ours, models):
    listed = {(structure, member) for structure, member, _ in ours["unbuiltOutputMembers"]}
    found = set()
    for key, modelled, operation in pair_operations(ours, models):
        api = key.split(":")[0]
        for owner, path, _ in compare(modelled.output_shape, operation["output"]):
            structure, member = f"{api}:{owner}", path.rsplit(".", 1)[-1]
            found.add((structure, "*" if (structure, "*") in listed else member))
    assert sorted(found - listed) == [], "members of answers that are neither built nor listed"
    assert sorted(listed - found) == [], "members that are listed and built, or not modelled"


def test_partitions(ours):
    loader = botocore.session.get_session().get_component("data_loader")
    known = [partition["id"] for partition in loader.load_data("partitions")["partitions"]]
    assert sorted(ours["partitions"]) == sorted(known)


def pair_operations(ours, models):
    """Each built operation: its key, its model, and what Credence has of it."""
    for operation in ours["operations"]:
        api, name = operation["key"].split(":")
        yield operation["key"], models[api].operation_model(name), operation


def compare(modelled, built, path="", owner=None):
    """Yields `(owning structure, path, difference)` for each member in which the two differ."""
    if modelled is None:
        for name in built["members"]:
            yield None, name, "not in the model"
        return
    kind = SAME_KINDS.get(modelled.type_name, modelled.type_name)
    if kind != built["kind"]:
        yield owner, path, f"{built['kind']} in place of {kind}"
    elif kind == "structure":
        yield from compare_members(modelled, built["members"], path)
    elif kind == "list":
        yield from compare(modelled.member, built["member"], path, owner)
    elif kind == "map":
        yield from compare(modelled.value, built["value"], path, owner)


def compare_members(modelled, built, path):
    prefix = f"{path}." if path else ""
    for name in built.keys() - modelled.members.keys():
        yield modelled.name, prefix + name, "not in the model"
    for name, shape in modelled.members.items():
        if name in built:
            yield from compare(shape, built[name], prefix + name, modelled.name)
        else:
            yield modelled.name, prefix + name, "missing"
