"""What a server can do, found out once: a forced function call, JSON in its text, or text alone."""

import json
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, Literal

from advisor.chat.model.client import Client
from advisor.chat.model.endpoint import Endpoint
from advisor.chat.model.moves import FUNCTION, NAME, SCHEMA, parse
from advisor.chat.model.trouble import CutOffError, UnusableError
from advisor.kept import cache_folder

Mode = Literal["function", "json", "text"]

_DAY = 86_400.0
_TOKENS = 120
"""Of a trial. It has three words to say; a slow server must not lose the time of the answer with it."""
_QUESTION = "Answer with the word ready."
_SYSTEM = 'Reply with JSON only: {"do": "say", "text": "ready"}.'


@dataclass(frozen=True, slots=True)
class Abilities:
    """What works with a model.

    Attributes:
        model: Its name.
        mode: How it can be asked; `text` cannot call a tool.
    """

    model: str
    mode: Mode


def options_of(mode: Mode) -> dict[str, Any]:
    """What a request is sent with, so that the answer comes in this form."""
    if mode == "function":
        return {"tools": [FUNCTION], "tool_choice": {"type": "function", "function": {"name": NAME}}}
    if mode == "json":
        shape = {"name": NAME, "schema": SCHEMA}
        return {"response_format": {"type": "json_schema", "json_schema": shape}}
    return {}


def abilities(endpoint: Endpoint, client: Client) -> Abilities:
    """What the server can do; asked of it once a day.

    Raises:
        UnusableError: it answers nothing, or names no model where the user named none.
    """
    key = blake2b(f"{endpoint.url} {endpoint.model}".encode(), digest_size=8).hexdigest()
    path = cache_folder() / "language-models.json"
    known = _read(path)
    found = known.get(key)
    if found is None or not 0 <= time.time() - found["at"] < _DAY:
        able = _tried(endpoint, client)
        _write(path, {**known, key: {**asdict(able), "at": time.time()}})
        return able
    return Abilities(found["model"], found["mode"])


def _tried(endpoint: Endpoint, client: Client) -> Abilities:
    model = endpoint.model or _first_model(client)
    messages = [{"role": "system", "content": _SYSTEM}, {"role": "user", "content": _QUESTION}]
    modes: tuple[Mode, ...] = ("function", "json")
    for mode in modes:
        if _works(lambda mode=mode: parse(client.say(model, messages, _TOKENS, **options_of(mode)))):  # type: ignore[misc]
            return Abilities(model, mode)
    with suppress(CutOffError):
        client.say(model, messages, _TOKENS)
    return Abilities(model, "text")


def _works(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except UnusableError:
        return False
    return True


def _first_model(client: Client) -> str:
    try:
        listed = client.models()
    except UnusableError as trouble:
        reason = trouble.reason
        raise UnusableError(
            f"{reason.en}; if the server lists no models, name one in ADVISOR_LLM_MODEL",
            f"{reason.zh}；如果服务器不列出模型，请在 ADVISOR_LLM_MODEL 里写明",
        ) from trouble
    if not listed:
        raise UnusableError(
            "it lists no model; name one in ADVISOR_LLM_MODEL",
            "它没有列出模型；请在 ADVISOR_LLM_MODEL 里写明",
        )
    return listed[0]


def _read(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text("utf-8"))
        return {k: v for k, v in data.items() if v["mode"] in ("function", "json", "text") and v["at"] > 0}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}


def _write(path: Path, data: dict[str, Any]) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_text(json.dumps(data), "utf-8")
    except OSError:
        # Without a cache the server is asked again; nothing else is lost.
        return
