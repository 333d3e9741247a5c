"""`trainer_state.json`, which the Hugging Face Trainer writes beside each checkpoint."""

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from advisor.errors import UnreadableError
from advisor.patterns import regex
from advisor.readers.base import Source, nth_run
from advisor.readers.beside import as_hyperparameters
from advisor.readers.columns import Columns
from advisor.readers.decode import decode, looks_binary, read_text
from advisor.readers.json_values import BadJsonError, line_at, numbers, parse_json, parse_several
from advisor.run import EventKind, Hyperparameter, LogEvent, Run, Trust
from advisor.text import clean_line

_LOG_HISTORY = regex(r'"log_history"\s*:\s*\[')
_SETTINGS = ("train_batch_size", "max_steps", "num_train_epochs", "logging_steps", "eval_steps", "save_steps")


class TrainerStateReader:
    """Reads `log_history`: training and evaluation records by step, the epoch as a curve of its own."""

    name = "hf-trainer-state"
    title = "Hugging Face trainer_state.json"
    most_sure = 0.97

    def sniff(self, head: bytes, path: PurePath) -> float:
        """Sure where the key `log_history` stands in the head."""
        if looks_binary(head):
            return 0.0
        text = decode(head).text
        if not text.lstrip().startswith("{"):
            return 0.0
        if _LOG_HISTORY.search(text):
            return self.most_sure
        return 0.6 if path.name == "trainer_state.json" else 0.0

    def read(self, source: Source) -> Sequence[Run]:
        """The runs in the history; one that is cut off is read up to the cut.

        Raises:
            UnreadableError: it is a trainer state whose history holds no record.
        """
        text = read_text(source)
        state, events = _parse(text.text)
        history = state.get("log_history")
        if not isinstance(history, list):
            return []
        columns = Columns()
        unreadable = 0
        for number, record in enumerate(history, 1):
            if isinstance(record, dict):
                found = numbers(record)
                columns.add(number, found, found.values())
            else:
                unreadable += 1
        if unreadable:
            note = "Entries of log_history are no records."
            events.append(LogEvent(EventKind.UNREADABLE, note, count=unreadable))
        curves = columns.runs(keep_x=False)
        if not curves:
            raise UnreadableError(
                f"'{clean_line(source.label)}' is a trainer state whose log_history is empty.",
                "The Trainer writes to it every `logging_steps` steps.",
            )
        settings = _settings(state)
        return [
            Run(
                source.label,
                part.series,
                nth_run(i, len(curves)),
                self.name,
                settings,
                (*text.events, *events, *part.events),
            )
            for i, part in enumerate(curves, 1)
        ]


def _parse(text: str) -> tuple[dict[str, Any], list[LogEvent]]:
    """The state, or where its text is cut the history up to the cut."""
    try:
        state = parse_json(text)
        return (state if isinstance(state, dict) else {}), []
    except BadJsonError:
        start = _LOG_HISTORY.search(text)
    if start is None:
        return {}, []
    history, end = parse_several(text, start.end())
    note = "The file is cut off or damaged; the entries of log_history before that place were read."
    return {"log_history": history}, [LogEvent(EventKind.TRUNCATED, note, line_at(text, end))]


def _settings(state: dict[str, Any]) -> tuple[Hyperparameter, ...]:
    found = {name: state[name] for name in _SETTINGS if state.get(name) is not None}
    trial = state.get("trial_params")
    stated = {**found, **(trial if isinstance(trial, dict) else {})}
    return as_hyperparameters(stated, "trainer_state.json", Trust.OWN_RECORD)


READER = TrainerStateReader()
