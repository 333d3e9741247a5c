"""The journal for other programs: CSV, JSON, Parquet."""

import csv
import io
import json
import shlex
from collections.abc import Sequence
from typing import Any

from advisor.errors import UsageError
from advisor.redact import redact, redact_words
from advisor.report.as_json import plain
from advisor.report.tables import spreadsheet_safe
from advisor.text import clean


def records_csv(records: Sequence[dict[str, Any]]) -> str:
    """One line per run; no cell is a formula to a spreadsheet (CWE-1236) or steers a terminal."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    if records:
        writer.writerow(records[0])
    writer.writerows([_cell(*item) for item in _public(record).items()] for record in records)
    return stream.getvalue()


def records_json(records: Sequence[dict[str, Any]]) -> str:
    """A list of objects; non-finite numbers as text."""
    return (
        json.dumps([{key: plain(value) for key, value in _public(r).items()} for r in records], indent=2)
        + "\n"
    )


def records_parquet(records: Sequence[dict[str, Any]]) -> bytes:
    """A Parquet table.

    Raises:
        UsageError: neither pyarrow nor fastparquet is installed.
    """
    import pandas as pd

    flat = [{k: shlex.join(v) if k == "command" and v else v for k, v in _public(r).items()} for r in records]
    stream = io.BytesIO()
    try:
        pd.DataFrame(flat).to_parquet(stream)
    except ImportError:
        raise UsageError("Parquet needs pyarrow.", "'pip install pyarrow' adds it; or export CSV.") from None
    return stream.getvalue()


def _public(record: dict[str, Any]) -> dict[str, Any]:
    """The record as it may leave the machine: without the keys and passwords of its command."""
    return {
        key: redact_words(value)
        if key == "command" and value
        else redact(value)
        if isinstance(value, str)
        else value
        for key, value in record.items()
    }


def _cell(key: str, value: Any) -> Any:
    if isinstance(value, list):
        value = shlex.join(value) if key == "command" else "; ".join(value)
    return spreadsheet_safe(clean(value, len(value) + 1)) if isinstance(value, str) else value
