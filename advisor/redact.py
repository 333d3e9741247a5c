"""Keys, tokens and passwords that a log, a configuration or a command holds are never shown.

What is looked for: values beside a name that says so (`api_key=...`, `--password ...`), credentials in an
address, and the forms that the makers of keys publish (`sk-`, `hf_`, `ghp_`, `AKIA`, JSON web tokens), which
are also what secret scanners of code hosts look for.
"""

import shlex
from collections.abc import Sequence

from advisor.patterns import regex

HIDDEN = "(hidden)"
_NAMES = (
    r"(?:api|access|auth|private|secret|encryption|signing)[_-]?(?:key|token)|secret|password|passwd|pwd|passphrase"
    r"|(?:hf|hub|wandb|github|gitlab|slack|bearer|neptune|comet)[_-]?(?:api[_-]?)?(?:key|token)|credentials?"
)
_SECRET_NAME = regex(rf"(?i)(?:^|[^a-z]|[a-z][_-])(?:{_NAMES})s?$")
# A number is no secret: `num_api_keys: 3` and `secret_loss 0.31` stay. Six characters at least.
_NAMED = regex(
    rf"(?i)((?:^|[^a-z0-9])(?:[a-z0-9]+[_-])*(?:{_NAMES})['\"]?(?:\s*[=:]\s*|\s+)['\"]?)"
    r"(?!\(hidden\))(?![-+]?[0-9.]+(?:e[-+]?\d+)?(?:[\s,;'\")\]}]|$))(?=\S*[0-9@#$%^&*!_+/-]|\S{16})([^\s,;'\"]{6,})"
)
_SHAPED = regex(
    r"\b(?:sk-[A-Za-z0-9_-]{16,}|(?:hf|ghp|gho|ghs|ghu|glpat|npm|pypi)[_-][A-Za-z0-9_-]{20,}"
    r"|(?:AKIA|ASIA)[A-Z0-9]{16}|AIza[A-Za-z0-9_-]{30,}|xox[abprs]-[A-Za-z0-9-]{10,}"
    r"|eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}(?:\.[A-Za-z0-9_-]*)?)"
)
_PLAIN = regex(r"[\w@%+=:,./-]+")
_ADDRESS = regex(r"(\w+://[^\s/:@]*:)[^\s/@]+(?=@)")
# Looked for first: most text has none of them, and is passed on unread.
_SIGNS = regex(
    r"(?i)key|token|secret|passw|passph|pwd|credential|sk-|hf_|gh[posu]_|glpat|akia|asia|aiza|xox|eyj|npm_|pypi-|:/"
)


def is_secret_name(name: str) -> bool:
    """Whether a setting's name says that its value is to be kept to oneself (`api_key`, `db.password`)."""
    return _SECRET_NAME.search(name) is not None


def redact(text: str) -> str:
    """`text` with `(hidden)` in place of every key, token and password that it shows."""
    if _SIGNS.search(text) is None:
        return text
    text = _ADDRESS.sub(rf"\1{HIDDEN}", text)
    text = _SHAPED.sub(HIDDEN, text)
    return _NAMED.sub(rf"\1{HIDDEN}", text)


def command_line(words: Sequence[str]) -> str:
    """The words of a command as a line for a shell, without secrets; letters need no marks in any script."""
    return " ".join(word if _PLAIN.fullmatch(word) else shlex.quote(word) for word in redact_words(words))


def redact_words(words: Sequence[str]) -> list[str]:
    """The words of a command, without its secrets; also where name and value are two words."""
    return [
        HIDDEN
        if before.startswith("-") and is_secret_name(before) and not word.startswith("-")
        else redact(word)
        for before, word in zip(["", *words], words, strict=False)
    ]
