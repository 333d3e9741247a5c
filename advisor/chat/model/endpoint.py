"""Which language model the user named, if any: in words or by flag, in the environment, in the settings."""

import os
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from advisor.errors import UsageError
from advisor.kept import settings_file
from advisor.text import clean_line

ADDRESS, MODEL, KEY = "ADVISOR_LLM", "ADVISOR_LLM_MODEL", "ADVISOR_LLM_KEY"
OFF = frozenset({"off", "none", "no", ""})
_HINT = "It is the address of an OpenAI-compatible server, for example http://localhost:11434/v1."


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An OpenAI-compatible server.

    Attributes:
        url: Its base address (`http://localhost:11434/v1`), without credentials.
        model: The model's name there; empty for the first that the server lists.
        key: What the server wants to be shown; never printed, never kept.
        seconds: What an answer may take in all.
    """

    url: str
    model: str = ""
    key: str = ""
    seconds: float = 30.0

    def __repr__(self) -> str:
        return f"Endpoint({self.url!r}, {self.model!r})"

    @property
    def host(self) -> str:
        """Host and port, for people."""
        return clean_line(urlsplit(self.url).netloc, 80)

    @property
    def is_here(self) -> bool:
        """Whether it is this machine, so that nothing leaves it."""
        return urlsplit(self.url).hostname in ("localhost", "127.0.0.1", "::1")


def named_endpoint(told: str | None = None) -> Endpoint | None:
    """The endpoint that the user named; None where none is, or where it was switched off.

    Args:
        told: What the user said in the conversation, an address or `off`; it comes before ADVISOR_LLM (which
            `--llm` sets), and that before the table `llm` of the settings.

    Raises:
        UsageError: what is named is no address, or the settings cannot be read.
    """
    url = told if told is not None else os.environ.get(ADDRESS)
    if url is not None and url.strip().lower() in OFF:
        return None
    settings = _settings()
    url = settings.get("url", "") if url is None else url
    if url.strip().lower() in OFF:
        return None
    model = os.environ.get(MODEL, settings.get("model", ""))
    endpoint = Endpoint(checked(url), model, os.environ.get(KEY, ""))
    seconds = settings.get("seconds", "")
    return replace(endpoint, seconds=float(seconds)) if seconds else endpoint


def checked(url: str) -> str:
    """An address as it is used.

    Raises:
        UsageError: it is no address of a server, or holds a name or password.
    """
    shown = clean_line(url, 120)
    try:
        parts = urlsplit(url.strip())
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        known = False
    if not known:
        raise UsageError(f"'{shown}' is no address of a language model.", _HINT)
    if "@" in parts.netloc:
        raise UsageError("The address of a language model holds no password.", f"Put the key into {KEY}.")
    return url.strip().rstrip("/")


def _settings() -> dict[str, str]:
    """The table `llm` of the settings, its values as text.

    Raises:
        UsageError: it is written in another way.
    """
    file = settings_file()
    if not file.is_file():
        return {}
    import tomllib

    try:
        table = tomllib.loads(file.read_text(encoding="utf-8")).get("llm", {})
        found = {name: str(value) for name, value in table.items()}
        float(found.get("seconds", "1"))
    except (OSError, ValueError, AttributeError) as error:
        raise UsageError(
            f"{clean_line(str(file))}: the table [llm] cannot be read: {clean_line(str(error), 120)}.",
            'It holds url = "http://localhost:11434/v1", and model and seconds if you wish.',
        ) from error
    return found
