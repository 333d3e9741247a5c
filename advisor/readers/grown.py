"""Numbers that come one by one or in blocks, in an array that is seldom moved."""

from array import array
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Grown:
    """A growing array of float64 (kind `d`) or int64 (`q`).

    Attributes:
        latest: What came one by one since the last block or look; to be appended to.
    """

    __slots__ = ("_kept", "_kind", "_size", "latest")

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._kept: NDArray[Any] = np.array([], kind)
        self._size = 0
        self.latest: array[Any] = array(kind)

    def __len__(self) -> int:
        return self._size + len(self.latest)

    def extend(self, numbers: NDArray[Any], expected: int = 0) -> None:
        """Many at once.

        Args:
            numbers: Shape (n,).
            expected: How many there may be in the end. Room that is never used costs no memory, since the
                system gives a page when it is first written to.
        """
        self._keep_latest()
        size = self._size + numbers.size
        if size > self._kept.size:
            room = self._room(size + self._size, expected)
            room[: self._size] = self._kept[: self._size]
            self._kept = room
        self._kept[self._size : size] = numbers
        self._size = size

    def _room(self, enough: int, expected: int) -> NDArray[Any]:
        try:
            return np.empty(max(enough, expected), self._kind)
        except MemoryError:  # a limit set on the process counts room that is never used too
            return np.empty(enough, self._kind)

    def whole(self) -> NDArray[Any]:
        """All of them, shape (n,), uncopied; later numbers do not change it."""
        self._keep_latest()
        return self._kept[: self._size]

    def drop(self) -> None:
        """Takes back the last one; what `whole` has given keeps it."""
        self._kept = self.whole()[:-1].copy()
        self._size -= 1

    def _keep_latest(self) -> None:
        latest = self.latest
        if latest:
            self.latest = array(self._kind)
            numbers = np.frombuffer(latest, self._kind)
            if self._size:
                self.extend(numbers)
            else:
                self._kept, self._size = numbers, numbers.size
