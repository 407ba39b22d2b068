import pathlib
import subprocess
import os
import shutil

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def samples():
    return ROOT / "samples"


@pytest.fixture(scope="session")
def program():
    """The program `zems`, whose JSON is the reference."""
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    for profile in ("debug", "release"):
        path = target / profile / "zems"
        if path.exists():
            return path
    found = shutil.which("zems")
    if found:
        return pathlib.Path(found)
    pytest.skip("the program zems is not built")


@pytest.fixture(scope="session")
def night(program, tmp_path_factory):
    """A thousand events of all kinds, and the same with damage."""
    folder = tmp_path_factory.mktemp("night")
    good, damaged = folder / "good.bin", folder / "damaged.bin"
    subprocess.run([program, "generate", "-n", "1000", "--seed", "5", "-o", good], check=True)
    subprocess.run([program, "generate", "-n", "1000", "--seed", "6", "--damaged", "10", "-o", damaged], check=True)
    return folder


def json_lines(program, path, *arguments):
    import json

    run = subprocess.run([program, "decode", "--format", "json", *arguments, path], capture_output=True)
    assert run.returncode in (0, 1), run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()]
