"""A user's own rule may be short: what it leaves out is filled in from its title and its file's name.

title: The loss swings too much for my taste
when: train_loss.swing_level > 0.3
"""

import re
import zlib
from pathlib import Path
from typing import Any

from advisor.diagnosis.problem import Problem

_TEXTS = ("title", "what", "why", "false_alarms", "check")
_CHANGE_TEXTS = ("because", "do", "risk")


def completed(data: Any, path: Path) -> Any:
    """The data of a rule file with every missing field filled in.

    A text that is given once stands for both languages. A rule without a code gets `USR` and three digits
    that follow from its name, so that they stay the same from run to run.

    Args:
        data: What the file holds; anything but a mapping is returned as it is, for the reader to refuse.
        path: The file.
    """
    if not isinstance(data, dict):
        return data
    name = data.get("name") or _kebab(path.stem)
    title = data.get("title")
    filled: dict[str, Any] = {
        "code": f"USR{zlib.crc32(str(name).encode()) % 1_000:03d}",
        "name": name,
        "status": "stable",
        "problem": Problem.CUSTOM.value,
        "severity": "warning",
        **(dict.fromkeys(_TEXTS, title) if title is not None else {}),
        "evidence": [],
        "references": [],
        "tests": [],
        **data,
    }
    for key in _TEXTS:
        if key in filled:
            filled[key] = _both(filled[key])
    filled["evidence"] = _each(filled["evidence"], _both)
    if "changes" in filled:
        filled["changes"] = _each(filled["changes"], lambda change: _change(change, title or name))
    return filled


def _change(change: Any, title: Any) -> Any:
    if not isinstance(change, dict):
        return change
    reasoned = {"because": title, **change}
    return {key: _both(value) if key in _CHANGE_TEXTS else value for key, value in reasoned.items()}


def _each(values: Any, make: Any) -> Any:
    return [make(value) for value in values] if isinstance(values, list) else values


def _both(text: Any) -> Any:
    return {"en": text, "zh": text} if isinstance(text, str) else text


def _kebab(stem: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-") or "rule"
