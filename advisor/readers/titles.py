"""Tells the lines that name what the results under them are of: `Model: LSTM`, `=== SVM ===`, `Ridge:`."""

import re

from advisor.patterns import regex
from advisor.readers.names import has_split
from advisor.readers.phases import phase_of

_LONGEST = 80
_MOST_WORDS = 4
_NAMED = regex(
    r"(?:model|network|method|classifier|regressor|algorithm|arch(?:itecture)?|backbone|encoder|data ?set|"
    r"task|config(?:uration)?|experiment|optimi[sz]er|模型|方法|算法|数据集|网络)"
    r"(?: name|名称)? ?[:=：] ?(?P<of>\S.*)",
    re.IGNORECASE,
)
_SET_APART = regex(r"[=*#~-]{3,} ?(?P<of>[^\W_].*?) ?[=*#~-]{3,}")
_ENDS_AS_HEADING = regex(r"(?P<of>[^\W\d_][\w .()+-]*) ?[:：]")


def title_of(text: str) -> str | None:
    """What a line without numbers is the title of, or None for any other line and for a part of an epoch."""
    bare = text.strip()
    if not 2 < len(bare) <= _LONGEST or has_split(bare) or phase_of(text):
        return None
    match = _NAMED.fullmatch(bare) or _SET_APART.fullmatch(bare) or _ENDS_AS_HEADING.fullmatch(bare)
    if match is None or len(match["of"].split()) > _MOST_WORDS:
        return None
    return match["of"].lower()
