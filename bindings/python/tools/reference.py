"""Write docs/python-api.md from the type stubs and the modules of the package.

    python bindings/python/tools/reference.py            # writes the page
    python bindings/python/tools/reference.py --check    # fails if the page is not what it would write
"""

import ast
import pathlib
import sys

PACKAGE = pathlib.Path(__file__).resolve().parents[1] / "python" / "zems"
PAGE = pathlib.Path(__file__).resolve().parents[3] / "docs" / "python-api.md"

INTRODUCTION = """\
# Python: reference

This page is made from the type stubs of the package by `python bindings/python/tools/reference.py`. [Python](python.md) is the guide,
[Spark](spark.md) the one for clusters. Names that begin with `_` in a signature are aliases, listed at the end.
"""


def parse(name):
    return ast.parse((PACKAGE / name).read_text(encoding="utf-8"))


def definitions(tree):
    """The functions and classes of a module, by name."""
    return {node.name: node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}


def public(tree):
    """The names in `__all__`."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and node.targets[0].id == "__all__":
            return ast.literal_eval(node.value)
    raise SystemExit("a module has no __all__")


def signature(function, name, drops_self=False):
    """One argument a line if they are many."""
    arguments = function.args
    parts, slash = [], len(arguments.posonlyargs)
    positional = arguments.posonlyargs + arguments.args
    defaults = [None] * (len(positional) - len(arguments.defaults)) + arguments.defaults
    for at, (argument, default) in enumerate(zip(positional, defaults)):
        if not (drops_self and at == 0):
            parts.append(one(argument, default))
        if slash and at == slash - 1:
            parts.append("/")
    if arguments.vararg:
        parts.append("*" + one(arguments.vararg, None))
    elif arguments.kwonlyargs:
        parts.append("*")
    parts += [one(argument, default) for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults)]
    result = f" -> {ast.unparse(function.returns)}" if function.returns and function.name != "__init__" else ""
    line = f"{name}({', '.join(parts)}){result}"
    if len(line) <= 100:
        return line
    return f"{name}(\n" + "".join(f"    {part},\n" for part in parts) + f"){result}"


def one(argument, default):
    text = argument.arg
    if argument.annotation is not None:
        text += f": {ast.unparse(argument.annotation)}"
    if default is not None:
        text += f"{' = ' if argument.annotation else '='}{ast.unparse(default)}"
    return text


def code(text):
    return f"\n```python\n{text}\n```\n"


def prose(node):
    text = ast.get_docstring(node)
    return f"\n{text}\n" if text else ""


def has(function, decorator):
    return any(isinstance(it, ast.Name) and it.id == decorator for it in function.decorator_list)


def function(node, module, level="###"):
    name = f"{module}.{node.name}"
    return f"\n{level} `{name}`\n" + code(signature(node, name)) + prose(node)


def described(node, module):
    """A class: how it is made, its attributes in a table, its methods."""
    name = f"{module}.{node.name}"
    out = f"\n### `{name}`\n"
    bases = [ast.unparse(base) for base in node.bases]
    methods = [it for it in node.body if isinstance(it, ast.FunctionDef)]
    made = next((it for it in methods if it.name == "__init__"), None)
    if made:
        out += code(signature(made, name, drops_self=True))
    out += prose(node)
    if made and ast.get_docstring(made):
        out += prose(made)
    if bases:
        out += f"\nBase class: {', '.join(f'`{base}`' for base in bases)}.\n"
    rows = [(it.target.id, it.annotation, "") for it in node.body if isinstance(it, ast.AnnAssign)]
    rows += [(it.name, it.returns, ast.get_docstring(it) or "") for it in methods if has(it, "property")]
    if rows:
        out += "\n| attribute | type | |\n|---|---|---|\n"
        for attribute, annotation, text in rows:
            kind = ast.unparse(annotation).replace("|", "\\|")
            out += f"| `{attribute}` | `{kind}` | {' '.join(text.split())} |\n"
    for method in methods:
        if has(method, "property") or method.name in ("__init__", "__iter__", "__next__", "__len__", "__bytes__"):
            continue
        if method.name.startswith("_") and not ast.get_docstring(method):
            continue
        text = prose(method).strip("\n")
        out += code(signature(method, method.name, drops_self=True)) + (f"\n{text}\n" if text else "")
    return out


def page():
    stubs, package = parse("_zems.pyi"), parse("__init__.py")
    known = {**definitions(stubs), **definitions(package)}
    nodes = [known[name] for name in public(package) if name in known]
    missing = [name for name in public(package) if name not in known and name != "__version__"]
    if missing:
        raise SystemExit(f"no stub describes {', '.join(missing)}")
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef)]
    classes = [node for node in nodes if isinstance(node, ast.ClassDef)]
    errors = [node for node in classes if node.name.endswith("Error")]
    out = INTRODUCTION + "\n## Functions\n"
    out += "".join(function(node, "zems") for node in functions)
    out += "\n## Classes\n"
    out += "".join(described(node, "zems") for node in classes if node not in errors)
    out += "\n## Errors\n"
    out += "".join(described(node, "zems") for node in errors)
    for name in ("codec", "spark"):
        tree = parse(f"{name}.py")
        out += f"\n## `zems.{name}`\n\n{prose(tree).strip()}\n"
        for node in (definitions(tree)[known] for known in public(tree)):
            if isinstance(node, ast.FunctionDef):
                out += function(node, f"zems.{name}")
            elif name != "spark":
                out += described(node, f"zems.{name}")
    out += "\n## Aliases in signatures\n\n| alias | type |\n|---|---|\n"
    for node in stubs.body:
        if isinstance(node, ast.Assign) and node.targets[0].id.startswith("_") and node.targets[0].id[1].isupper():
            out += f"| `{node.targets[0].id}` | `{ast.unparse(node.value)}` |\n"
    return out


def main():
    text = page()
    if "--check" in sys.argv:
        if PAGE.read_text(encoding="utf-8") != text:
            raise SystemExit("docs/python-api.md is old: run python bindings/python/tools/reference.py")
    else:
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
