"""Numbers read off the curves of a run: one module per family, numpy in, named floats out.

A signal that cannot be known is absent from the mapping; absent is never zero, and no value is NaN or
infinite. Signals do not change when a loss is multiplied by a constant, except those that compare with a
chance level (family `chance`) and those in logged units (`SignalEntry.raw`).
"""

import math
from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from advisor.run import Run
from advisor.signals import families
from advisor.signals.registry import DEFINITIONS, SignalEntry
from advisor.signals.view import View

__all__ = ["GLOSSARY", "SignalEntry", "Signals", "measure"]

Signals = Mapping[str, float]

for _module in iter_modules(families.__path__, families.__name__ + "."):
    import_module(_module.name)

GLOSSARY: Mapping[str, SignalEntry] = MappingProxyType(
    {name: definition.entry for name, definition in DEFINITIONS.items()}
)


def measure(run: Run) -> Signals:
    """Every signal of a run that can be known, by name; all finite."""
    view = View(run)
    measured: dict[str, float] = {}
    for name, definition in DEFINITIONS.items():
        value = definition.compute(view)
        if value is not None and math.isfinite(value):
            measured[name] = float(value)
    return MappingProxyType(measured)
