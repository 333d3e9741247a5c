"""Finds words of a list in a text, without a regular expression: which takes longer to build than to use."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a text: what it means and where it stands."""

    name: str
    start: int
    end: int


class Spellings:
    """Many spellings, each of one meaning; the longest at a place counts, and none overlaps another.

    A spelling in ASCII is found as whole words only, though digits may follow (`bs64`); one that ends in `*`
    stands for a word with any ending.

    Args:
        names: The spellings of each meaning, in lower case.
    """

    def __init__(self, names: Mapping[str, Iterable[str]]) -> None:
        self._meaning: dict[str, str] = {}
        self._stems: set[str] = set()
        for name, spellings in names.items():
            for spelling in spellings:
                plain = spelling.rstrip("*")
                self._meaning[plain] = name
                if plain != spelling:
                    self._stems.add(plain)
        lengths: dict[str, set[int]] = {}
        for plain in self._meaning:
            lengths.setdefault(plain[0], set()).add(len(plain))
        self._lengths = {first: sorted(found, reverse=True) for first, found in lengths.items()}

    def find(self, text: str) -> list[Mention]:
        """What of it stands in a text of lower case, in order."""
        found: list[Mention] = []
        place = 0
        while place < len(text):
            mention = self._at(text, place)
            if mention is None:
                place += 1
            else:
                found.append(mention)
                place = mention.end
        return found

    def _at(self, text: str, start: int) -> Mention | None:
        inside = start > 0 and _is_letter(text[start - 1])
        for length in self._lengths.get(text[start], ()):
            spelling = text[start : start + length]
            name = self._meaning.get(spelling)
            if name is None or (inside and spelling.isascii()):
                continue
            end = start + len(spelling)
            if spelling in self._stems:
                while end < len(text) and _is_letter(text[end]):
                    end += 1
            elif spelling.isascii() and end < len(text) and _is_letter(text[end]):
                continue
            return Mention(name, start, end)
        return None


def _is_letter(character: str) -> bool:
    return "a" <= character <= "z"
