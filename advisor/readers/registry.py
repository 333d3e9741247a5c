"""Finds the formats by their presence, and gives a source to the reader that is surest of it."""

import heapq
import importlib
import pkgutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from advisor.errors import UnreadableError
from advisor.readers import formats
from advisor.readers.base import Reader, Source
from advisor.readers.beside import hyperparameters_beside
from advisor.readers.databases import other_database
from advisor.readers.decode import looks_binary, too_large
from advisor.readers.foreign import binary_junk, refusal
from advisor.readers.reprints import without_reprints
from advisor.readers.rotated import go_on, with_rotated_parts
from advisor.readers.summaries import with_summaries_apart
from advisor.readers.without_curve import instead_of_a_curve
from advisor.redact import is_secret_name, redact
from advisor.run import Hyperparameter, Run
from advisor.text import clean_line
from advisor.vocabulary.company import roles_in_company

# Under this a reader only says that it might read something in the source.
SURE_ENOUGH = 0.05


@cache
def _readers() -> tuple[Reader, ...]:
    names = sorted(module.name for module in pkgutil.iter_modules(formats.__path__))
    modules = [importlib.import_module(f"{formats.__name__}.{name}") for name in names]
    return tuple(module.READER for module in modules if hasattr(module, "READER"))


def all_readers() -> list[Reader]:
    """Every reader, one per module in `advisor/readers/formats/` that has a `READER`."""
    return list(_readers())


def rank_readers(source: Source) -> Iterator[tuple[float, Reader]]:
    """The readers that may read a source with how sure each is, surest first.

    One that cannot be as sure as the surest is only asked once that one has been taken and found wanting:
    to look through the first bytes for everything that they might be takes longer than to read a small log.
    """
    asked: list[tuple[float, str, Reader]] = []
    for reader in sorted(_readers(), key=lambda reader: -reader.most_sure):
        while asked and -asked[0][0] > reader.most_sure:
            yield _taken(asked)
        sure = reader.sniff(source.head, source.name)
        if sure >= SURE_ENOUGH:
            heapq.heappush(asked, (-sure, reader.name, reader))
    while asked:
        yield _taken(asked)


def _taken(asked: list[tuple[float, str, Reader]]) -> tuple[float, Reader]:
    unsure, _, reader = heapq.heappop(asked)
    return -unsure, reader


def read_with(reader: Reader, source: Source) -> list[Run]:
    """The runs that one reader finds, with the reader's name and the files beside the log."""
    found: Sequence[Run] = [run for run in reader.read(source) if run.series]
    if not found:
        return []
    beside = hyperparameters_beside(source.path) if source.path is not None else ()
    return [
        replace(
            run,
            reader=run.reader or reader.name,
            events=tuple(replace(e, text=redact(e.text)) for e in (*source.events, *run.events)),
            hyperparameters=_settings((*run.hyperparameters, *beside)),
        )
        for run in found
    ]


def _settings(found: Sequence[Hyperparameter]) -> tuple[Hyperparameter, ...]:
    """The values most trusted first; a key or a password is no setting, and is left where it stands."""
    kept = [value for value in found if not is_secret_name(value.name)]
    return tuple(sorted(kept, key=lambda value: value.trust))


def read_source(source: Source) -> list[Run]:
    """Every run in one source, by the surest reader that finds one.

    Where parts of it were rotated away and go on in it, it is read from the first of them on.

    Raises:
        UnreadableError: no reader finds a training curve in it, it is no log at all, or memory is too small.
    """
    whole = with_rotated_parts(source)
    if whole is None:
        return _read_alone(source)
    try:
        alone = _read_alone(source)
    except UnreadableError:
        return _read_alone(whole)
    # Parts that are trainings of their own are logs of their own.
    joined = _read_alone(whole)
    return joined if go_on(joined, alone) else alone


def _read_alone(source: Source) -> list[Run]:
    may_be_log = False
    try:
        for _, reader in rank_readers(source):
            may_be_log = True
            runs = read_with(reader, source)
            if runs:
                return [_in_company(run) for run in with_summaries_apart(without_reprints(runs))]
    except MemoryError:
        raise too_large(source, "needs more memory than there is") from None
    if may_be_log:
        raise other_database(source) or instead_of_a_curve(source) or _nothing_found(source)
    raise refusal(source.head, source.label) or (
        binary_junk(source.label) if looks_binary(source.head) else _nothing_found(source)
    )


def _in_company(run: Run) -> Run:
    """The run, each hyperparameter with the role that it has beside the others."""
    told = run.hyperparameters
    roles = roles_in_company([(h.name, h.role) for h in told])
    if roles == [h.role for h in told]:
        return run
    return replace(run, hyperparameters=tuple(replace(h, role=r) for h, r in zip(told, roles, strict=True)))


def _nothing_found(source: Source) -> UnreadableError:
    where = "standard input" if source.label == "-" else f"'{clean_line(source.label)}'"
    looked_for = "; ".join(reader.title for reader in _readers())
    return UnreadableError(f"There is no training curve in {where}.", f"Looked for: {looked_for}.")
