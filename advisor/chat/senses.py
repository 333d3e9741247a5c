"""What people mean by everyday words, in English and Chinese: many words, one sense.

A model that knows letters and words alone has to hear every wording; by their senses `咋崩了`, `怎么炸了` and
`why did it blow up` are one sentence.
"""

from functools import cache
from pathlib import Path

from advisor.chat.spellings import Mention, Spellings

FILE = Path(__file__).with_name("senses.txt")


def senses(folded: str) -> list[Mention]:
    """The senses in a folded text, in order."""
    return _spellings().find(folded)


@cache
def _spellings() -> Spellings:
    lines = [line for line in FILE.read_text("utf-8").splitlines() if not line.startswith("#")]
    named = (line.partition(": ") for line in lines)
    return Spellings({sense: [w.replace("_", " ") for w in words.split()] for sense, _, words in named})
