import os
import shutil
import subprocess
import sys
import tarfile
import zipfile

import pytest

from conftest import ROOT


def test_the_source_distribution_builds_without_a_network(tmp_path):
    """With a filled cargo registry nothing else is fetched."""
    maturin = shutil.which("maturin", path=os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", "")]))
    if maturin is None:
        pytest.skip("maturin is not installed")
    project = ROOT / "bindings" / "python"
    subprocess.run([maturin, "sdist", "--out", tmp_path], cwd=project, check=True, capture_output=True)
    (archive,) = tmp_path.glob("*.tar.gz")
    names = tarfile.open(archive).getnames()
    for needed in ("pyproject.toml", "Cargo.lock", "py.typed", "_zems.pyi"):
        assert any(name.endswith("/" + needed) for name in names), needed
    nowhere = "http://127.0.0.1:9"
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([os.path.dirname(maturin), os.environ["PATH"]]),
        "CARGO_NET_OFFLINE": "true",
        "CARGO_TARGET_DIR": str(ROOT / "target" / "sdist"),
        "HTTP_PROXY": nowhere,
        "HTTPS_PROXY": nowhere,
        # As a developer builds, which takes a tenth of the time.
        "MATURIN_PEP517_ARGS": "--profile dev",
    }
    wheels = tmp_path / "wheels"
    build = [sys.executable, "-m", "pip", "wheel", "--no-index", "--no-deps", "--no-build-isolation", "-w", wheels, archive]
    run = subprocess.run(build, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr[-4000:]
    (wheel,) = wheels.glob("zems-*.whl")
    inside = zipfile.ZipFile(wheel).namelist()
    assert "zems/py.typed" in inside and any(name.startswith("zems/_zems") and name.endswith(".so") for name in inside)
