"""The curves that a probe measured, as charts."""

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from advisor.report.panels import Panel, panel_of
from advisor.run import Role, Series
from advisor.text import Bilingual, clean_line

if TYPE_CHECKING:
    from advisor.probe.outcome import Outcome

_RATE = "learning rate"
_MOST = 4


def probe_panels(outcome: "Outcome") -> tuple[Panel, ...]:
    """One chart a curve, those over the learning rate first, then the newest; at most four.

    Rates are drawn by their logarithm: they are decades apart.
    """
    newest = [curve for told in reversed(outcome.told) for curve in reversed(told.curves)]
    newest.sort(key=lambda curve: curve[3] != _RATE)
    return tuple(_panel(*curve) for curve in newest[:_MOST])


def _panel(name: str, x: tuple[float, ...], y: tuple[float, ...], x_name: str) -> Panel:
    said = clean_line(name, 60)
    by = f"log10({clean_line(x_name, 30)})" if x_name == _RATE else clean_line(x_name, 30)
    places = np.array([math.log10(v) for v in x] if x_name == _RATE else x, float)
    role = Role.VAL_LOSS if "loss" in said else Role.OTHER
    series = Series(said, np.array(y, float), places, np.arange(len(x)), "index", role)
    return replace(panel_of((series,), title=Bilingual(en=said, zh=said)), x_name=by)
