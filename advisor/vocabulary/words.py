"""Cuts the name of a curve or a hyperparameter into words."""

import re
from collections.abc import Iterable
from functools import lru_cache

from advisor.patterns import regex

_CAMEL = regex(r"(?<=[a-z]{2})(?=[A-Z][a-z])")
# One camel hump before capitals (`valAUC`), but never inside `mAP` or `mIoU`.
_CAMEL_ACRONYM = regex(r"(?<=[a-z]{3})(?=[A-Z]{2})")
# And capitals before what they are the loss of (`CTCLoss`).
_ACRONYM_CAMEL = regex(r"(?<=[A-Z]{2})(?=(?:Loss|Acc|Error|Score|Rate|Norm))")
_WORD = regex(r"[a-z0-9]+(?:[.][0-9]+)?|[.][0-9]+|[\u3400-\u9fff]+")
# `val@1` is the top-1 accuracy on the validation data.
_SPLIT_AT_K = regex(r"^(train|val|valid|test)@([0-9]+)$", re.IGNORECASE)
_HAN = regex(r"[\u3400-\u9fff]+")
# Other languages have these few words only; Chinese has its own in the lists of names.
_TRANSLATED = {
    "потери": "loss", "потеря": "loss", "ошибка": "error", "точность": "accuracy", "pérdida": "loss",
    "acurácia": "accuracy", "손실": "loss", "정확도": "accuracy",
    "검증": "val", "학습": "train", "훈련": "train", "損失": "loss",
}  # fmt: skip
_FOREIGN = regex("|".join(_TRANSLATED), re.IGNORECASE)

Words = tuple[str, ...]


@lru_cache(maxsize=8_192)
def split_words(name: str) -> Words:
    """`name` as lower-case words: `valLoss` is (val, loss), `mAP50-95(B)` is (map50, 95, b).

    A possessive is no word: `valid_0's auc` is (valid, 0, auc). A few words of other languages are
    translated.
    """
    said = name[:512].replace("'s ", " ")
    if "@" in said:
        said = _SPLIT_AT_K.sub(r"\1 acc@\2", said)
    if not said.isascii():
        said = _FOREIGN.sub(lambda match: f" {_TRANSLATED[match.group().lower()]} ", said)
    # Most names, and nearly all of the vocabulary's own, have no capitals to cut at.
    if said != said.lower():
        said = _CAMEL_ACRONYM.sub(" ", _CAMEL.sub(" ", _ACRONYM_CAMEL.sub(" ", said)))
    return tuple(_WORD.findall(said.lower().replace("++", " plus plus")))


def cut_han(words: Words, known: Iterable[str]) -> Words:
    """Chinese runs cut into known words, longest first: (训练损失,) is (训练, 损失)."""
    if not any(_HAN.fullmatch(word) for word in words):
        return words
    longest = sorted((word for word in known if _HAN.fullmatch(word)), key=len, reverse=True)
    cut: list[str] = []
    for word in words:
        cut += _cut(word, longest) if _HAN.fullmatch(word) else [word]
    return tuple(cut)


def _cut(word: str, longest: list[str]) -> list[str]:
    parts: list[str] = []
    rest = word
    while rest:
        part = next((known for known in longest if rest.startswith(known)), rest[0])
        known_before = parts and part == rest[0] and parts[-1] not in longest
        if known_before:
            parts[-1] += part
        else:
            parts.append(part)
        rest = rest[len(part) :]
    return parts
