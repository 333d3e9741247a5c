"""The Chinese of sentences that are raised in English, from `errors.yaml`.

As with gettext, the sentence itself is the key, so that the place that raises it holds one text; since it
comes here filled in, its holes are found again by what stands between them.
"""

import re
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("errors.yaml")
_HOLE = re.compile(r"\{(\d)\}")


def chinese(sentence: str) -> str:
    """The sentence in Chinese, what is filled into it as it is; the sentence itself where none is kept."""
    whole = kept().get(sentence)
    if whole is not None:
        return whole
    for pattern, answer in _with_holes():
        match = pattern.fullmatch(sentence)
        if match is not None:
            filled = {str(place): _filler(text) for place, text in enumerate(match.groups())}
            return _HOLE.sub(lambda hole, filled=filled: filled[hole[1]], answer)  # type: ignore[misc]
    return sentence


PLACES = {
    "command line": "命令行",
    "command line, new flag": "命令行，新参数",
    "environment": "环境变量",
    "environment, new variable": "环境变量，新变量",
}
_PLACE = re.compile(r" \((?P<place>[^()]+)\)$")
_IN_A_FILE = re.compile(
    r"(?P<file>.+?)(?: line (?P<line>\d+))?(?P<more>, (?:new flag|shared through an anchor))?", re.DOTALL
)
_MORE = {", new flag": "，新参数", ", shared through an anchor": "，通过锚点共用", None: ""}


def with_place(headline: str, language: str) -> str:
    """The headline of a change (`--lr 0.1 -> 0.03 (c.yaml line 3)`) with its place in a language's words."""
    if language != "zh":
        return headline
    return _PLACE.sub(lambda match: f"（{place_in_chinese(match['place'])}）", headline)


def place_in_chinese(place: str) -> str:
    """Where a value stands (`c.yaml line 3`, `command line`) in Chinese; a file keeps its name."""
    if place in PLACES:
        return PLACES[place]
    match = _IN_A_FILE.fullmatch(place)
    assert match is not None  # any text is the name of a file
    line = f" 第 {match['line']} 行" if match["line"] else ""
    return f"{match['file']}{line}{_MORE[match['more']]}"


def _filler(text: str) -> str:
    """What is filled in: a sentence of its own in Chinese, a name as it is."""
    return chinese(text) if text.endswith(".") else kept().get(text, text)


@cache
def kept() -> dict[str, str]:
    """Every sentence in English, with `{0}`, `{1}`, ... for what is filled in, and its Chinese."""
    import yaml

    found: dict[str, str] = yaml.safe_load(_FILE.read_text("utf-8"))
    return found


@cache
def _with_holes() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Sentences with holes, those first of which most is said: `'{0}' {1}.` would take the others' place."""
    found = [(english, answer) for english, answer in kept().items() if _HOLE.search(english)]
    found.sort(key=lambda pair: -len(_HOLE.sub("", pair[0])))
    return tuple((_pattern(english), answer) for english, answer in found)


def _pattern(english: str) -> re.Pattern[str]:
    seen: set[str] = set()
    parts = []
    for place, part in enumerate(_HOLE.split(english)):
        if place % 2 == 0:
            parts.append(re.escape(part))
        elif part in seen:
            parts.append(f"(?P=hole{part})")
        else:
            seen.add(part)
            parts.append(f"(?P<hole{part}>.*?)")
    return re.compile("".join(parts), re.DOTALL)
