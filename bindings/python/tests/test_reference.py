import ast
import subprocess
import sys

import zems

from conftest import ROOT

PACKAGE = ROOT / "bindings" / "python" / "python" / "zems"


def test_the_reference_is_made_from_the_stubs():
    script = ROOT / "bindings" / "python" / "tools" / "reference.py"
    run = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


def test_the_stubs_describe_what_is_there():
    tree = ast.parse((PACKAGE / "_zems.pyi").read_text(encoding="utf-8"))
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    native = zems._zems
    public = {name for name in dir(native) if not name.startswith("_")}
    assert public == set(classes) | functions
    for name, node in classes.items():
        said = {it.name for it in node.body if isinstance(it, ast.FunctionDef)}
        said |= {it.target.id for it in node.body if isinstance(it, ast.AnnAssign)}
        there = {it for it in dir(getattr(native, name)) if not it.startswith("_")}
        own = there if issubclass(getattr(native, name), Exception) else set()
        # Errors have what every exception has; their offset and length are set when one is raised.
        assert {it for it in said if not it.startswith("_")} - {"offset", "length"} == there - own - {"offset", "length"}, name
        for function in (it for it in said if it.startswith("__") and it != "__init__"):
            assert hasattr(getattr(native, name), function), f"{name}.{function}"
