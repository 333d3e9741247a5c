r"""Numbers, ordinals and paths in what a user wrote, in English and Chinese.

Python's `\b` and `\w` count Han characters as letters, so every pattern here states its ASCII neighbours.
"""

import re
from dataclasses import dataclass

from advisor.patterns import regex

_DIGITS = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_UNITS = {"十": 10, "百": 100, "千": 1_000}
_HAN = "零〇一二两三四五六七八九十百千万"
_PARTS = {
    "十分之": 10,
    "百分之": 100,
    "千分之": 1_000,
    "万分之": 10_000,
    "二分之": 2,
    "三分之": 3,
    "四分之": 4,
    "五分之": 5,
    "八分之": 8,
}
_ENGLISH = {
    "half": 0.5,
    "a third": 1 / 3,
    "one third": 1 / 3,
    "a quarter": 0.25,
    "one quarter": 0.25,
    "a fifth": 0.2,
    "one fifth": 0.2,
    "a tenth": 0.1,
    "one tenth": 0.1,
    "a hundredth": 0.01,
    "zero": 0.0,
    "one": 1.0,
    "two": 2.0,
    "three": 3.0,
    "four": 4.0,
    "five": 5.0,
    "ten": 10.0,
    "twenty": 20.0,
    "fifty": 50.0,
    "a hundred": 100.0,
}

_NUMBER = regex(
    r"(?<![0-9A-WYZa-wyz_.])(?<![A-Za-z][xX])(?P<sign>[+-])?"
    r"(?P<body>(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?|\.[0-9]+)"
    r"(?P<exponent>[eE][+-]?[0-9]+)?(?P<unit>%|[kK](?![A-Za-z])|万|千)?"
    r"(?=$|[^0-9A-Za-z_.]|\.(?![0-9])|[xX](?![A-Za-z])|(?:gb|g|mb|epochs?|steps?)(?![a-z]))"
)
_FRACTION = regex("(" + "|".join(_PARTS) + f")([{_HAN}]|[0-9]+(?:\\.[0-9]+)?)")
_TENTHS = regex(r"([一二两三四五六七八九])成")
_HAN_NUMBER = regex(f"[{_HAN}]+(?:点[{_HAN}]+)?")
_HAN_COUNTED = regex("(?:倍|[轮个步次层张]|$)|[^\u4e00-\u9fff]")
_ENGLISH_NUMBER = regex(r"(?<![a-z])(" + "|".join(_ENGLISH) + r")(?![a-z])")
_POWER = regex(r"10\s*(?:\^|\*\*)\s*(-?[0-9]{1,2})")


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text.

    Attributes:
        value: Its value; a percentage is given as a share.
        start: Where it begins in the text.
        end: Where it ends.
        percent: Whether it was written as a percentage or a share of a whole.
    """

    value: float
    start: int
    end: int
    percent: bool = False


def numbers(text: str) -> list[Number]:
    """Every number in `text`, in order: `3e-4`, `.5`, `1,000`, `10^-3`, `5%`, `千分之一`, `一成`, `两千`."""
    found: list[Number] = []

    def add(value: float, match: re.Match[str], percent: bool = False) -> None:
        if not any(n.start < match.end() and match.start() < n.end for n in found):
            found.append(Number(value, match.start(), match.end(), percent))

    for match in _POWER.finditer(text):
        add(10.0 ** int(match[1]), match)
    for match in _FRACTION.finditer(text):
        top = match[2]
        add((chinese_number(top) if top[0] in _HAN else float(top)) / _PARTS[match[1]], match, percent=True)
    for match in _TENTHS.finditer(text):
        add(_DIGITS[match[1]] / 10, match, percent=True)
    for match in _NUMBER.finditer(text):
        add(*_ascii_number(match))
    for match in _ENGLISH_NUMBER.finditer(text.lower()):
        add(_ENGLISH[match[1]], match, percent=_ENGLISH[match[1]] < 1)
    for match in _HAN_NUMBER.finditer(text):
        # A single Han numeral is also part of common words (一下): it counts only before a measure word.
        if len(match[0]) > 1 or _HAN_COUNTED.match(text, match.end()):
            add(chinese_number(match[0]), match)
    return sorted(found, key=lambda n: n.start)


def _ascii_number(match: re.Match[str]) -> tuple[float, re.Match[str], bool]:
    written = (match["sign"] or "") + match["body"].replace(",", "") + (match["exponent"] or "")
    unit = match["unit"] or ""
    scale = {"%": 0.01, "k": 1e3, "K": 1e3, "千": 1e3, "万": 1e4}.get(unit, 1.0)
    value = float(written)
    return (value / 100 if unit == "%" else value * scale), match, unit == "%"


def chinese_number(text: str) -> float:
    """The value of a number in Chinese numerals: `一百二十八` is 128, `零点一` is 0.1, `两千` is 2000."""
    whole, _, decimals = text.partition("点")
    value = float(_chinese_whole(whole))
    for place, digit in enumerate(decimals, start=1):
        value += _DIGITS.get(digit, 0) * 10**-place
    return round(value, len(decimals)) if decimals else value


def _chinese_whole(text: str) -> int:
    if not any(character in _UNITS or character == "万" for character in text):
        return int("".join(str(_DIGITS[character]) for character in text) or "0")
    total, section, digit = 0, 0, 0
    for character in text:
        if character == "万":
            total, section, digit = (total + section + digit or 1) * 10_000, 0, 0
        elif character in _UNITS:
            section += (digit or 1) * _UNITS[character]
            digit = 0
        else:
            digit = _DIGITS[character]
    return total + section + digit


_ORDINALS = {
    "first": 1,
    "1st": 1,
    "second": 2,
    "2nd": 2,
    "third": 3,
    "3rd": 3,
    "fourth": 4,
    "4th": 4,
    "fifth": 5,
    "5th": 5,
    "top": 1,
    "last": -1,
    "最后": -1,
    "最后一": -1,
}
_ORDINAL = regex(r"(?<![a-z0-9])(" + "|".join(_ORDINALS) + r")(?![a-z0-9])")
_HAN_ORDINAL = regex(f"第\\s*([{_HAN}]+|[0-9]+)\\s*(?:个|条|项|种|$)|最后一?(?:个|条|项)")
_INDEX = regex(
    r"(?:(?<![a-z0-9])(?:no\.?|number|option|change|proposal|p)\s*#?|#|方案|选项?|建议)"
    r"\s*([0-9]{1,2})(?![0-9.])"
)


def ordinals(text: str) -> list[int]:
    """Places in a list that `text` names: `the second one` is 2, `第三个` is 3, `the last` is -1."""
    lowered = text.lower()
    found = [(m.start(), _ORDINALS[m[1]]) for m in _ORDINAL.finditer(lowered) if m[1].isascii()]
    for match in _HAN_ORDINAL.finditer(lowered):
        place = match[1]
        if place is None:
            found.append((match.start(), -1))
        else:
            found.append((match.start(), int(place) if place.isdigit() else int(chinese_number(place))))
    found += [(m.start(), int(m[1])) for m in _INDEX.finditer(lowered)]
    return [place for _, place in sorted(found)]


# `from epoch one` says from the start; no place is pointed at. `20轮` alone is a length.
_COUNTS = {word: int(value) for word, value in _ENGLISH.items() if value == int(value) and value > 1}
_EPOCH = regex(
    rf"(?:epoch|step|iteration|iter|round)s?\s*#?\s*([0-9][0-9,]*|(?:{'|'.join(_COUNTS)})(?![a-z]))|"
    rf"第\s*([0-9]+|[{_HAN}]+)\s*(?:轮|个?\s*epoch|步|个?\s*step|次迭代)|"
    r"(?:从|在)\s*([0-9]+)\s*(?:轮|步)|([0-9]+)\s*(?:轮|步)(?:左右|附近|开始|那里|那儿|的时候)|"
    r"([0-9]+) (?:epoch|step|iteration|round)s? in(?![a-z])",
    re.IGNORECASE,
)

_LENGTH = regex(
    r"(?<![0-9A-Za-z.-])(?P<n>[0-9][0-9,]*)\s*(?:more\s+)?epochs?(?![a-z])|"
    rf"(?<!第)(?<![从在0-9{_HAN}])(?P<han>[0-9]+|[{_HAN}]+)\s*(?:轮(?!左右|附近|开始|那里|那儿|的时候)|"
    r"个?\s*epochs?)",
    re.IGNORECASE,
)


def epoch(text: str) -> int | None:
    """The epoch or step that `text` points at (`epoch 10`, `第10轮`); None where it names none."""
    match = _EPOCH.search(text)
    return None if match is None else _whole(next(part for part in match.groups() if part))


def epoch_span(text: str) -> tuple[int, int] | None:
    """Where the pointed-at epoch stands in `text`, so that its number is not read as a value."""
    match = _EPOCH.search(text)
    return None if match is None else match.span()


def epoch_count(text: str) -> int | None:
    """How many epochs `text` speaks of (`100 more epochs`, `只跑5轮`); None where it speaks of none."""
    match = _LENGTH.search(text)
    return None if match is None else _whole(match["n"] or match["han"])


def _whole(written: str) -> int:
    if written.lower() in _COUNTS:
        return _COUNTS[written.lower()]
    return int(chinese_number(written)) if written[0] in _HAN else int(written.replace(",", ""))


_PATH = regex(
    r"""(?P<quote>["'`])(?P<quoted>[^"'`]{1,300})(?P=quote)|"""
    r"(?P<bare>(?:~|\.{1,2})?/?[A-Za-z0-9_@+=.-]+(?:/[A-Za-z0-9_@+=.-]+)+/?|/[A-Za-z0-9_./+=-]+|"
    r"(?<![A-Za-z0-9_./-])[A-Za-z0-9_@+=-]+(?:\.[A-Za-z0-9_-]+)*"
    r"\.(?:csv|tsv|jsonl?|log|txt|out|ya?ml|toml|db|tfevents[A-Za-z0-9_.-]*|wandb|ipynb|parquet|"
    r"md))(?![A-Za-z0-9])"
)


def paths(text: str) -> list[str]:
    """File and folder names in `text`, as written; anything in quotes counts."""
    without_addresses = re.sub(r"[a-z]+://\S+", " ", text)
    return [m["quoted"] or m["bare"] for m in _PATH.finditer(without_addresses)]
