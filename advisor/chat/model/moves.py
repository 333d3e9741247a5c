"""What a model may do: say something, ask one of the read-only tools, or point at a proposal of ours."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from advisor.chat.model.trouble import UnusableError
from advisor.chat.tools import Tools
from advisor.errors import AdvisorError

NAME: Final = "move"
LONGEST = 1_200
_LONGEST_NAME = 80
_WORD, _POINT = "a name", "a finite number"
READING: Final[Mapping[str, Mapping[str, str]]] = {
    "list_runs": {},
    "summarize": {"run": _WORD},
    "findings": {"run": _WORD},
    "series": {"metric": _WORD, "run": _WORD, "start": _POINT, "end": _POINT},
    "compare": {"before": _WORD, "after": _WORD},
    "explain": {"name": _WORD, "run": _WORD},
    "proposals": {"run": _WORD},
}
"""The tools and what each is given. None of them runs, writes, deletes or takes a path."""
SCHEMA: Final[Mapping[str, Any]] = {
    "type": "object",
    "properties": {
        "do": {"type": "string", "enum": ["say", *READING]},
        "text": {"type": "string", "description": "What to say, its figures as fact ids: {F1}."},
        "proposal": {"type": "integer", "description": "The number of the proposal that you would take."},
        "arguments": {"type": "object", "description": "What the tool is given."},
    },
    "required": ["do"],
}
FUNCTION: Final[Mapping[str, Any]] = {
    "type": "function",
    "function": {
        "name": NAME,
        "description": "Say the answer, or look something up first.",
        "parameters": SCHEMA,
    },
}


@dataclass(frozen=True, slots=True)
class Move:
    """One step of a model.

    Attributes:
        tool: The tool that it wants to read; empty where it says something.
        text: What it says.
        proposal: The number of the proposal that it would take, if it named one.
        arguments: What the tool is given.
    """

    tool: str = ""
    text: str = ""
    proposal: int | None = None
    arguments: Mapping[str, str | float] = field(default_factory=dict)


def parse(answer: str) -> Move:
    """The move that a model's JSON states.

    Raises:
        UnusableError: it is no JSON, or states no move that there is.
    """
    try:
        data = json.loads(_bare(answer), parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise _wrong("no JSON", "不是 JSON") from None
    if not isinstance(data, dict):
        raise _wrong("no JSON object", "不是 JSON 对象")
    if data.get("do") == "say" and isinstance(data.get("text"), str):
        number = data.get("proposal")
        return Move(text=data["text"], proposal=number if type(number) is int else None)
    tool, given = data.get("do"), data.get("arguments") or {}
    if not isinstance(tool, str) or tool not in READING or not isinstance(given, dict):
        raise _wrong("a step that there is not", "没有这种步骤")
    return Move(tool=tool, arguments=_checked(tool, given))


def read(tools: Tools, move: Move) -> Mapping[str, Any]:
    """What the tool tells; a fault that has a sentence is told the model as that."""
    function: Callable[..., Mapping[str, Any]] = getattr(tools, move.tool)
    try:
        return function(**move.arguments)
    except AdvisorError as error:
        return {"fault": str(error)}
    except TypeError:
        return {"fault": f"{move.tool} needs {', '.join(READING[move.tool])}."}


def _checked(tool: str, given: Mapping[Any, Any]) -> Mapping[str, str | float]:
    known, kept = READING[tool], {}
    for name, value in given.items():
        if name not in known:
            raise _wrong("an argument that there is not", "没有这种参数")
        if value is None:
            continue
        if known[name] == _WORD:
            # A name is looked up among the runs that are open; it never becomes a path that is opened.
            right = isinstance(value, str) and len(value) <= _LONGEST_NAME
        else:
            right = type(value) in (int, float) and math.isfinite(value)
        if not right:
            raise _wrong(f"an argument that is not {known[name]}", "参数不对")
        kept[name] = value
    return kept


def _bare(answer: str) -> str:
    """The JSON without a code fence round it."""
    text = answer.strip()
    if text.startswith("```") and text.endswith("```") and "\n" in text:
        text = text.split("\n", 1)[1][:-3]
    return text


def _no_number(name: str) -> float:
    raise ValueError(name)


def _wrong(en: str, zh: str) -> UnusableError:
    return UnusableError(f"it answered with {en}", f"它的回答{zh}")
