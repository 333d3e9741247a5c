"""The `results.txt` of early YOLOv5, YOLOv3, YOLOR and YOLOv7: rows of numbers without a header."""

import re
from collections.abc import Sequence
from pathlib import PurePath

from advisor.patterns import regex
from advisor.readers.base import Source
from advisor.readers.decode import decode, looks_binary
from advisor.readers.patterned import Pattern, read_patterned
from advisor.run import Run

_NUMBER = r"[-+]?(?:\d+\.?\d*(?:e[-+]?\d+)?|nan|inf)"
# The names that `results.csv` gives to the same numbers, in the order of a row behind its epoch and memory.
_COLUMNS = {
    "box": "train/box_loss", "obj": "train/obj_loss", "cls": "train/cls_loss", "total": "train/total_loss",
    "targets": "targets", "size": "img_size",
    "precision": "metrics/precision", "recall": "metrics/recall", "map50": "metrics/mAP_0.5",
    "map": "metrics/mAP_0.5:0.95",
    "val_box": "val/box_loss", "val_obj": "val/obj_loss", "val_cls": "val/cls_loss",
}  # fmt: skip
_ROW = Pattern(
    regex(
        r"^\s*(?P<epoch>\d+)/\d+\s+[\d.]+G\s+"
        + r"\s+".join(rf"(?P<{group}>{_NUMBER})" for group in _COLUMNS)
        + r"\s*$",
        re.IGNORECASE,
    ),
    names=_COLUMNS,
    step="epoch",
    kind="epoch",
)


class YoloResults:
    """A row an epoch: its place in the training, the memory, losses, and the results of the validation."""

    name = "yolo-results"
    title = "YOLO results.txt (early YOLOv5, YOLOv3, YOLOR, YOLOv7): rows without a header"
    most_sure = 0.95

    def sniff(self, head: bytes, path: PurePath) -> float:
        """Sure where the first line is such a row."""
        if looks_binary(head):
            return 0.0
        first = decode(head).text.lstrip().partition("\n")[0]
        return self.most_sure if _ROW.expression.match(first) else 0.0

    def read(self, source: Source) -> Sequence[Run]:
        """Every training in the file."""
        return read_patterned(source, (_ROW,), self.name)


READER = YoloResults()
