"""The Python blocks of the documentation."""

import ast
import re
import subprocess
import sys

import pytest

import zems
from conftest import ROOT

PAGES = ["README.md", "bindings/python/README.md", "docs/python.md", "docs/spark.md"]


def blocks(page):
    text = (ROOT / page).read_text()
    return re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def test_the_readme_runs(tmp_path):
    (tmp_path / "samples").symlink_to(ROOT / "samples")
    (block,) = blocks("README.md")
    run = subprocess.run([sys.executable, "-c", block], cwd=tmp_path, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert run.stdout.endswith(" 3 Backup process in CPU 3 died because its CPU is down\n")


@pytest.mark.parametrize("page", PAGES)
def test_blocks_use_what_the_package_has(page):
    found = blocks(page)
    assert found
    for block in found:
        for node in ast.walk(ast.parse(block)):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "zems":
                assert hasattr(zems, node.attr) or node.attr in ("codec", "spark"), f"{page}: zems.{node.attr}"
