"""Sums of decision trees as plain arrays, evaluated with numpy alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from advisor.run import Floats

FIELDS = ("feature", "threshold", "left", "right", "value", "missing_left", "roots", "start")


@dataclass(frozen=True, eq=False)
class Trees:
    """A sum of trees; all nodes of all trees stand in one array each.

    Attributes:
        feature: Column that an inner node asks for, shape (nodes,).
        threshold: Values up to it go left.
        left: Index of the left child; a leaf's own index, so that walking on changes nothing.
        right: Index of the right child; a leaf's own index.
        value: What a leaf adds, shape (nodes,), or (nodes, outputs) where it adds to several sums.
        missing_left: Whether NaN goes left.
        roots: Index of the first node of each tree, shape (trees,).
        start: What is predicted before any tree.
        depth: Steps from a root to its deepest leaf.
    """

    feature: NDArray[np.int16]
    threshold: NDArray[np.float32]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.floating]
    missing_left: NDArray[np.bool_]
    roots: NDArray[np.int32]
    start: float
    depth: int

    def predict(self, x: Floats) -> Floats:
        """The sum for each row: (n, columns) -> (n,), or (n, outputs)."""
        rows = np.arange(len(x))[:, None]
        at = np.repeat(self.roots[None, :], len(x), axis=0)
        x = x.astype(np.float32)
        for _ in range(self.depth):
            asked = x[rows, self.feature[at]]
            goes_left = np.where(np.isnan(asked), self.missing_left[at], asked <= self.threshold[at])
            at = np.where(goes_left, self.left[at], self.right[at])
        total: Floats = self.start + self.value[at].sum(axis=1, dtype=np.float64)
        return total

    @classmethod
    def of_nodes(
        cls,
        sizes: Sequence[int],
        nodes: Mapping[str, NDArray[Any]],
        *,
        start: float,
        depth: int,
    ) -> "Trees":
        """The trees whose nodes stand one tree after the other, children counted from the root of each.

        Args:
            sizes: Nodes of each tree.
            nodes: By field as in `Trees`; `leaf` says which are leaves, whose own children do not matter.
            start: As in `Trees`.
            depth: As in `Trees`.
        """
        roots = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        offset = np.repeat(roots, sizes)
        leaf, own, value = nodes["leaf"].astype(bool), np.arange(len(offset)), nodes["value"]
        return cls(
            feature=np.where(leaf, 0, nodes["feature"]).astype(np.int16),
            threshold=np.where(leaf, 0.0, nodes["threshold"]).astype(np.float32),
            left=np.where(leaf, own, nodes["left"] + offset).astype(np.int32),
            right=np.where(leaf, own, nodes["right"] + offset).astype(np.int32),
            value=np.where(leaf if value.ndim == 1 else leaf[:, None], value, 0.0).astype(value.dtype),
            missing_left=nodes["missing_left"].astype(bool),
            roots=roots.astype(np.int32),
            start=start,
            depth=depth,
        )

    def asked(self) -> NDArray[np.int16]:
        """The column that each inner node asks for, shape (inner nodes,)."""
        columns: NDArray[np.int16] = self.feature[self.left != np.arange(len(self.left))]
        return columns

    def arrays(self, name: str) -> dict[str, NDArray[np.generic]]:
        """What is stored, under `<name>.<field>`."""
        stored = {f"{name}.{field}": np.asarray(getattr(self, field)) for field in FIELDS}
        return {**stored, f"{name}.depth": np.asarray(self.depth)}

    @classmethod
    def of_arrays(cls, name: str, stored: Mapping[str, NDArray[np.generic]]) -> "Trees":
        """The trees stored under a name.

        Raises:
            KeyError: there are none.
        """
        fields = {field: stored[f"{name}.{field}"] for field in FIELDS if field != "start"}
        start, depth = float(stored[f"{name}.start"]), int(stored[f"{name}.depth"])
        return cls(**fields, start=start, depth=depth)  # type: ignore[arg-type]
