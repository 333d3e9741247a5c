"""Regular expressions that are compiled when they are first used, not when their module is imported.

A pattern costs Python 0.1 to 10 ms to compile, the program has some two hundred, and the diagnosis of one log
needs a few dozen: compiled at import they were a fifth of the time to the first answer.
"""

import re
from typing import Any, AnyStr, cast


class _Pattern:
    """Becomes a compiled pattern on its first use; what was used once stands in the instance from then on."""

    def __init__(self, text: str | bytes, flags: int | re.RegexFlag) -> None:
        self._text, self._flags = text, flags

    def __getattr__(self, name: str) -> Any:
        # Only names that the instance lacks come here, so a bound method is fetched once.
        value = getattr(re.compile(self._text, self._flags), name)
        setattr(self, name, value)
        return value

    def __repr__(self) -> str:
        return f"regex({self._text!r})"


def regex(text: AnyStr, flags: int | re.RegexFlag = 0) -> re.Pattern[AnyStr]:
    """What `re.compile` gives, compiled late: it has every method and attribute of it.

    The functions of `re` that take a pattern (`re.sub(pattern, ...)`) do not take this one: call its methods.
    A mistake in the text is found at the first use; `tests/test_patterns.py` uses every one once.
    """
    return cast("re.Pattern[AnyStr]", _Pattern(text, flags))
