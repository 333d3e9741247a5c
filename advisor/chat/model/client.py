"""The one place that speaks to a language model: Chat Completions, streamed, within a time that is kept."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from advisor.chat.model.endpoint import Endpoint
from advisor.chat.model.trouble import CutOffError, UnusableError
from advisor.errors import UsageError
from advisor.text import clean_line

if TYPE_CHECKING:
    from openai import OpenAI

T = TypeVar("T")
Message = Mapping[str, str]

MOST_TOKENS = 700
"""Of one answer."""
_MOST_CHARACTERS = 20_000
_LOOK = 0.05


class Client:
    """Requests to one endpoint, all of them together within its time.

    Args:
        endpoint: Where to.
        stop: Set by the user who does not want to wait.

    Raises:
        UsageError: the `openai` package is not installed.
    """

    def __init__(self, endpoint: Endpoint, stop: threading.Event | None = None) -> None:
        self._endpoint = endpoint
        self._stop = stop or threading.Event()
        self._until = time.monotonic() + endpoint.seconds
        self._openai = _client(endpoint)

    @property
    def stopped(self) -> bool:
        """Whether the user did not want to wait."""
        return self._stop.is_set()

    def close(self) -> None:
        """Let the connection go; a request that is still waited for ends with it."""
        # Closing may itself wait for the server, which nobody here has to.
        threading.Thread(target=self._openai.close, daemon=True).start()

    def models(self) -> list[str]:
        """The models that the server lists; none where it lists none.

        Raises:
            UnusableError: nobody answers at the address.
        """
        return self._within(lambda: [str(model.id) for model in self._openai.models.list().data])

    def say(self, model: str, messages: Sequence[Message], tokens: int = MOST_TOKENS, **options: Any) -> str:
        """What the model answers: its text, or the arguments of the function that it was made to call.

        Args:
            model: Its name.
            messages: As the protocol has them.
            tokens: What the answer may take at most.
            options: Further fields of the request.

        Raises:
            UnusableError: no answer within the time, none at all, or one that was cut off.
        """
        return self._within(lambda: self._streamed(model, messages, tokens, options))

    def _streamed(
        self, model: str, messages: Sequence[Message], tokens: int, options: Mapping[str, Any]
    ) -> str:
        text, arguments, ending = "", "", None
        stream: Any = self._openai.chat.completions.create(
            model=model,
            messages=list(messages),  # type: ignore[arg-type]
            stream=True,
            temperature=0,
            max_tokens=tokens,
            **options,
        )
        with stream:
            for chunk in stream:
                if self._stop.is_set() or time.monotonic() > self._until:
                    break
                for choice in (chunk.choices or ())[:1]:
                    text += choice.delta.content or ""
                    arguments += "".join(_arguments(call) for call in choice.delta.tool_calls or ())
                    ending = choice.finish_reason or ending
                if len(text) + len(arguments) > _MOST_CHARACTERS:
                    raise UnusableError("it did not come to an end", "它没完没了")
        if ending == "length" or ending is None:
            raise CutOffError
        return arguments or text

    def _within(self, work: Callable[[], T]) -> T:
        """What `work` gives, in a thread of its own: a server that never ends a line holds nobody up."""
        done: list[T] = []
        failed: list[BaseException] = []

        def run() -> None:
            try:
                done.append(work())
            except Exception as error:
                failed.append(error)

        thread = threading.Thread(target=run, daemon=True, name="language model")
        thread.start()
        while thread.is_alive() and not self._stop.is_set() and time.monotonic() < self._until:
            thread.join(_LOOK)
        if failed:
            raise _unusable(failed[0]) from failed[0]
        if done:
            return done[0]
        if self._stop.is_set():
            raise UnusableError("you did not want to wait", "你不想再等")
        seconds = f"{self._endpoint.seconds:g}"
        raise UnusableError(f"it did not answer within {seconds} s", f"它在 {seconds} 秒内没有回答")


def _client(endpoint: Endpoint) -> "OpenAI":
    try:
        import openai
    except ImportError:
        raise UsageError(
            "A language model needs the package 'openai'.",
            "Install it: python -m pip install 'tuning-advisor[llm]'.",
        ) from None
    # No redirect: what is sent goes to the host that was named and to no other. No proxy to this machine.
    http = openai.DefaultHttpxClient(follow_redirects=False, trust_env=not endpoint.is_here)
    return openai.OpenAI(
        base_url=endpoint.url,
        # Always given, or the key of another service would be taken from the environment and sent.
        api_key=endpoint.key or "none",
        organization="",
        project="",
        max_retries=0,
        timeout=endpoint.seconds,
        http_client=http,
    )


def _arguments(call: Any) -> str:
    return "" if call.function is None else call.function.arguments or ""


def _unusable(error: BaseException) -> UnusableError:
    """A reason without anything that the server said: that is foreign text, and may hold what we sent."""
    if isinstance(error, UnusableError):
        return error
    status = getattr(error, "status_code", None)
    if status is not None:
        return UnusableError(f"the server answered with status {status}", f"服务器返回状态 {status}")
    kind = clean_line(type(error).__name__, 40)
    if "Connection" in kind or "Connect" in kind:
        return UnusableError("there is no connection to it, or it broke", "连接不上，或连接断了")
    return UnusableError(f"its answer could not be read ({kind})", f"它的回答无法读取（{kind}）")
