"""Brings Ansible's collection `amazon.aws` into a folder: `python bring_collection.py FOLDER`.

The collection is published by itself at Ansible Galaxy alone. The package `ansible` has it among some
hundred others, in a wheel of 54 MB that takes more than a minute to install; so the wheel is downloaded,
and nothing but the collection taken out of it.
"""

import pathlib
import subprocess
import sys
import tempfile
import zipfile

SOURCE = "ansible==12.3.0"
COLLECTION = "ansible_collections/amazon/aws/"


def main(folder: pathlib.Path):
    with tempfile.TemporaryDirectory() as scratch:
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
        subprocess.run([*pip, "download", "--no-deps", "--dest", scratch, SOURCE], check=True)
        [wheel] = pathlib.Path(scratch).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder, [n for n in archive.namelist() if n.startswith(COLLECTION)])


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
