"""Which sentences a template stands for word for word; an honest estimate counts only the others."""

import re
from functools import cache

from advisor.chat.fit import fillers
from advisor.chat.grammar import HEARD, Choice, Sequence_, Slot, parse, templates

_NUMBER = r"[0-9.e-]+"


@cache
def patterns() -> tuple[re.Pattern[str], ...]:
    """One pattern a template; a number in a slot may be any number."""
    return tuple(
        re.compile(_pattern(parse(template.line), template.language))
        for template in templates()
        if template.language != HEARD
    )


def stands_for(text: str) -> bool:
    """Whether some template can be read out as this text; case, spaces and closing marks do not count."""
    folded = re.sub(r"\s+", " ", text.lower()).strip(" .?!。？！")
    return any(pattern.fullmatch(folded) for pattern in patterns())


def _pattern(parts: Sequence_, language: str) -> str:
    written = ""
    for part in parts:
        if isinstance(part, Choice):
            written += "(?:" + "|".join(_pattern(option, language) for option in part.options) + ")"
        elif isinstance(part, Slot):
            listed = "|".join(re.escape(word.lower()) for word in fillers(language)[part.name])
            written += f"(?:{listed}|{_NUMBER})"
        else:
            written += r"\s*" if part in " ,.?!，。？！" else re.escape(part.lower())
    return written
