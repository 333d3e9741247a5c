"""The spellings of a number in a log."""

from advisor.patterns import regex

# What programs write where there is no value; in a table these are absent points, never NaN.
ABSENT = frozenset({"", "-", "--", "none", "null", "n/a", "na", "nil", "?", "no log"})
_NON_FINITE = {
    "nan": float("nan"), "-nan": float("nan"), "+nan": float("nan"), "nan(ind)": float("nan"),
    "-nan(ind)": float("nan"), "1.#qnan": float("nan"), "-1.#ind": float("nan"), "1.#inf": float("inf"),
    "-1.#inf": float("-inf"),
}  # fmt: skip
_THOUSANDS = regex(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
_WRAPPED = regex(
    r"(?:tensor|array|np\.\w+|numpy\.\w+)\(\s*\[?\s*([^\s,\])]+)|\[{1,2}\s*([^\s,\[\]]+)\s*\]{1,2}\Z"
)
_DECIMAL_COMMA = regex(r"[+-]?\d+,\d+(?:[eE][+-]?\d+)?")


def parse_number(text: str, decimal_comma: bool = False) -> float | None:
    """The number that a cell or a word spells, or None where it spells none.

    Reads what `float` reads (also `1e400`, which is infinite), percentages as they stand (`87.3%` is 87.3),
    thousands commas, `tensor(0.41, device='cuda:0')`, `[0.41]`, and the names for NaN of several C libraries.

    Args:
        text: The word.
        decimal_comma: Whether `0,41` is 0.41; thousands commas are then not read.
    """
    try:
        return float(text)
    except ValueError:
        pass
    word = text.strip().lower()
    if word in _NON_FINITE:
        return _NON_FINITE[word]
    if word.endswith("%"):
        return parse_number(word[:-1], decimal_comma)
    if decimal_comma and _DECIMAL_COMMA.fullmatch(word):
        return float(word.replace(",", "."))
    if not decimal_comma and _THOUSANDS.fullmatch(word):
        return float(word.replace(",", ""))
    wrapped = _WRAPPED.match(word)
    return parse_number(wrapped.group(1) or wrapped.group(2)) if wrapped else None
