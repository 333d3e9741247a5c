"""Names that a package offers, imported from their modules when they are first asked for.

A package's `__init__` that imports what it offers makes everyone who wants one small thing from a module of
the package pay for all of it: a severity would cost numpy and every signal.
"""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def offered(package: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """A `__getattr__` for the package (PEP 562) that finds each name in the module given for it.

    Args:
        package: The package's `__name__`.
        homes: The module of each name, relative to the package.
    """

    def find(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module '{package}' has no attribute '{name}'")
        value = getattr(import_module(f"{package}.{homes[name]}"), name)
        setattr(sys.modules[package], name, value)
        return value

    return find
