"""Imports as on a Python that was built without a module, where the program makes no use of it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without(*names: str) -> Iterator[None]:
    """Within it these modules cannot be imported, and what can do without them does; afterwards they can.

    Modules that are loaded already stay.
    """
    absent = [name for name in names if name not in sys.modules]
    # Python's own way to say that there is no such module (see `sys.modules` in its reference, 5.3.1).
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]
