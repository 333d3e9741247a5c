"""What a probe tells while it runs; the same words within a process and between two."""

from typing import Literal

import msgspec

from advisor.run import Scalar
from advisor.text import Bilingual

Kind = Literal[
    "made",
    "begins",
    "steps",
    "measured",
    "skipped",
    "failed",
    "out_of_memory",
    "stopped",
    "refused",
    "end",
]


class Told(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that happened in a probe.

    Attributes:
        kind: `made` (the training is there), `begins` and `steps` (a check is under way), `measured`,
            `skipped` (for want of steps), `failed` (the user's code raised), `out_of_memory`, `stopped`
            (by a limit), `refused` (no training could be made), `end`.
        check: The check's name.
        title: What it looks at.
        words: What it measured; of a check that was skipped or stopped, why.
        done: Steps done in all.
        of: Steps of the budget.
        text: What a user should know, in words; foreign text, to be cleaned before it is shown. Where `words`
            says the same, that is what is shown.
        hint: Of a training that was refused, what to do about it.
        figures: What was measured.
        curves: Name, x, y and the name of x of each curve.
        notes: How it was measured.
        settings: Hyperparameters of the training.
    """

    kind: Kind
    check: str = ""
    title: Bilingual = Bilingual("", "")
    words: Bilingual = Bilingual("", "")
    done: int = 0
    of: int = 0
    text: str = ""
    hint: str = ""
    figures: dict[str, float] = {}
    curves: tuple[tuple[str, tuple[float, ...], tuple[float, ...], str], ...] = ()
    notes: tuple[Bilingual, ...] = ()
    settings: dict[str, Scalar] = {}


_LENGTH = 4  # bytes in front of each message


def framed(told: Told) -> bytes:
    """As bytes for a pipe: the length, then MessagePack, which unlike JSON knows NaN and infinity."""
    body = msgspec.msgpack.encode(told)
    return len(body).to_bytes(_LENGTH, "big") + body


def unframed(data: bytes) -> tuple[list[Told], bytes]:
    """The whole messages at the start of `data`, and what is left of it."""
    found: list[Told] = []
    while len(data) >= _LENGTH:
        end = _LENGTH + int.from_bytes(data[:_LENGTH], "big")
        if len(data) < end:
            break
        found.append(msgspec.msgpack.decode(data[_LENGTH:end], type=Told))
        data = data[end:]
    return found, data
