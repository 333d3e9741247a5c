"""A YAML file as plain data, with the line of every place in it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from advisor.errors import RuleError
from advisor.kept import kept

MAX_BYTES = 256 * 1024
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML file.

    Attributes:
        path: The file.
        data: Mappings, lists and scalars.
    """

    path: Path
    data: Any
    _text: str

    def line(self, place: str = "$") -> int:
        """The 1-based line of a place (`$.changes[0].because`), or of the nearest place above it."""
        from advisor.diagnosis.yaml_tree import compose, line_of

        # Few documents have a fault to be placed, so that their trees are not kept.
        return line_of(compose(self.path, self._text), _STEP.findall(place))


def read_document(path: Path) -> Document:
    """Reads one YAML file with the safe loader.

    Raises:
        RuleError: the file cannot be read, is no YAML, or uses tags, anchors, or a key twice.
    """
    from advisor.diagnosis.yaml_tree import plain_data

    text = _text(path)
    return Document(path, plain_data(path, text), text)


def read_shipped_documents(paths: Sequence[Path]) -> list[Document]:
    """Reads files that travel with the program, parsed at the first start after they changed.

    Raises:
        RuleError: as `read_document`.
    """
    texts = {str(path): _text(path) for path in paths}
    parsers = [Path(__file__), Path(__file__).with_name("yaml_tree.py")]
    sources = {label: text.encode() for label, text in texts.items()}
    sources |= {f"parser {path.name}": path.read_bytes() for path in parsers if path.is_file()}
    data = kept("rules", sources, lambda: {str(path): read_document(path).data for path in paths})
    return [Document(path, data[str(path)], texts[str(path)]) for path in paths]


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise RuleError(f"{path}: a rule file is at most {MAX_BYTES // 1024} KiB.")
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise RuleError(f"{path}: cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError as error:
        raise RuleError(f"{path}: is not UTF-8 (byte {error.start}).", "Save it as UTF-8.") from None
