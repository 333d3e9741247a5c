"""`python -m tests.measure NAME [ARGS]` runs one measurement; without a name it lists them."""

import ast
import importlib
import sys
from pathlib import Path

HERE = Path(__file__).parent


def measurements() -> dict[str, str]:
    """Every module here that has a `main`, with the first line of its docstring."""
    found = {}
    for file in sorted(HERE.glob("[a-z]*.py")):
        tree = ast.parse(file.read_text("utf-8"))
        if any(isinstance(node, ast.FunctionDef) and node.name == "main" for node in tree.body):
            found[file.stem] = (ast.get_docstring(tree) or "").partition("\n")[0]
    return found


def main(arguments: list[str]) -> int:
    known = measurements()
    if not arguments:
        print("\n".join(f"{name:12} {line}" for name, line in known.items()))
        return 0
    name, *rest = arguments
    if name not in known:
        print(f"No measurement '{name}'; there are: {', '.join(known)}.", file=sys.stderr)
        return 2
    return int(importlib.import_module(f"tests.measure.{name}").main(rest))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
