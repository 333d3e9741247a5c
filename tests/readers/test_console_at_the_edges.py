"""The console reader where a thing just still is one: so many lines, so long a line, so deep a list."""

import pytest

from advisor.readers import Source, alike_lines, assembly
from advisor.readers.beside import flatten
from advisor.readers.formats.console_text import READER as CONSOLE
from advisor.readers.formats.keras_console import READER as KERAS
from advisor.readers.lines import Line
from advisor.readers.printed_config import printed_hyperparameters, scalar
from advisor.run import EventKind

EPOCHS = "".join(f"epoch {i} loss 0.{i}\n" for i in range(1, 6))


def read(text, reader=CONSOLE):
    return reader.read(Source("train.log", content=text.encode()))


def curves(text, reader=CONSOLE):
    (run,) = read(text, reader)
    return {series.name: series.y.tolist() for series in run.series}


def dictionary(lines):
    """A record printed over so many lines."""
    return "{'epoch': 1,\n" + "".join(f"'part_{i}_loss': 0.5,\n" for i in range(lines - 2)) + "'loss': 0.7}\n"


NAMES_KEPT = [
    # A sentence that gives a result has so many signs at most, its number counted as one between two spaces.
    ("a result of 120 signs", EPOCHS + "a" * 100 + ", test accuracy: 0.91\n", "test accuracy", True),
    ("a result of 121 signs", EPOCHS + "a" * 101 + ", test accuracy: 0.91\n", "test accuracy", False),
    # Said as often as epochs are, almost.
    (
        "with eight of ten epochs",
        "".join(f"epoch {i} loss 0.{i}\n" + f"Spikes fired: {i}1\n" * (i < 9) for i in range(1, 11)),
        "Spikes fired",
        True,
    ),
    (
        "with seven of ten epochs",
        "".join(f"epoch {i} loss 0.{i}\n" + f"Spikes fired: {i}1\n" * (i < 8) for i in range(1, 11)),
        "Spikes fired",
        False,
    ),
    ("two classes listed", EPOCHS + "Class 1 accuracy 0.5\nClass 2 accuracy 0.6\n", "accuracy", False),
    ("two results in a row", EPOCHS + "Class 4 accuracy 0.5\n\nClass 2 accuracy 0.6\n", "accuracy", True),
    ("the result of one seed", EPOCHS + "Seed 3: test accuracy: 0.91\n", "test accuracy", True),
    (
        "results of several seeds",
        EPOCHS + "Seed 3: test accuracy: 0.91\nSeed 4: test accuracy: 0.92\n",
        "test accuracy",
        False,
    ),
    ("an unknown name that is counted", "epoch 1 fuzz 0.5\nepoch 2 fuzz 0.4\n", "fuzz", True),
    (
        "how fast it goes, said three times",
        "".join(f"epoch {i} loss 0.{i}\nglobal_step/sec: 1.{i}\n" for i in range(1, 4)),
        "global_step/sec",
        True,
    ),
]


@pytest.mark.parametrize(
    ("text", "name", "kept"), [c[1:] for c in NAMES_KEPT], ids=[c[0] for c in NAMES_KEPT]
)
def test_a_name_is_a_curve_or_none(text, name, kept):
    assert (name in curves(text)) is kept


def table(header, *columns):
    return header + "\n" + "".join(f"{'   '.join(row)}\n" for row in zip(*columns, strict=True))


@pytest.mark.parametrize(("size", "read_as"), [(400, [0.5, 0.4, 0.3]), (401, None)])
def test_a_heading_of_a_table_is_so_long(size, read_as):
    text = table(f"epoch{'loss':>{size - 5}}", "123", ("0.5", "0.4", "0.3"))
    found = {series.name: series.y.tolist() for run in read(text) for series in run.series}
    assert found.get("loss") == read_as


@pytest.mark.parametrize(("size", "known"), [(30, True), (31, False)])
def test_a_title_of_a_column_is_so_long(size, known):
    text = table(f"epoch  {'loss':l>{size}}", "123", ("0.5", "0.4", "0.3"))
    assert [series.y.tolist() for run in read(text) for series in run.series] == [[0.5, 0.4, 0.3]] * known


def test_a_drawn_row_with_a_name_and_two_numbers_is_one():
    rows = "".join(f"| PPO_env | {i} | 0.{i} |\n" for i in range(1, 5))
    assert curves("| trial | iter | loss |\n" + rows)["loss"] == [0.1, 0.2, 0.3, 0.4]


def test_one_result_under_one_title_is_not_one_of_several_models():
    text = "Model: LSTM\n" + "".join(f"loss: 0.{i}1\n" for i in range(9, 3, -1)) + "Test accuracy: 0.9\n"
    (run,) = read(text)
    assert {series.name: len(series) for series in run.series}["loss"] == 6


@pytest.mark.parametrize(("lines", "joined"), [(19, True), (20, True), (21, False)])
def test_a_record_over_so_many_lines_is_joined(lines, joined):
    text = "".join(dictionary(lines).replace("1,", f"{epoch},", 1) for epoch in (1, 2, 3))
    found = [series for run in read(text) for series in run.series if series.name == "loss"]
    assert [series.at.tolist() for series in found] == ([[1, lines + 1, 2 * lines + 1]] if joined else [])


@pytest.mark.parametrize("signs", [3_981, 3_982, 3_983, 3_984])
def test_lines_about_as_long_as_is_looked_at_together_keep_their_ends(monkeypatch, signs):
    monkeypatch.setattr(alike_lines, "LEARNT_AT_ONCE", 1)
    monkeypatch.setattr(assembly, "_FEW_ROWS", 2)
    text = "".join(f"epoch {i} {'x' * signs}, loss 0.{i}\n" for i in range(1, 9))
    assert curves(text)["loss"] == [i / 10 for i in range(1, 9)]


def test_settings_printed_again_are_told_where_lines_are_read_in_columns(monkeypatch):
    monkeypatch.setattr(alike_lines, "LEARNT_AT_ONCE", 1)
    monkeypatch.setattr(assembly, "_FEW_ROWS", 2)
    settings = "lr: 0.1\nbatch_size: 32\nweight_decay: 1e-4\n"
    first = "".join(f"epoch {i} loss 0.{i}\n" for i in range(1, 9))
    second = "".join(f"epoch {i} loss 0.{i}\n" for i in range(9, 20))
    (run,) = read(settings + first + settings + second)
    (told,) = [event for event in run.events if event.kind == EventKind.RESTART]
    assert told.line == 3 + 8 + 3 + 1
    assert told.text == "Settings were printed again; epoch 9 goes on: read as one resumed run."


@pytest.mark.parametrize("moment", ["2024/01/0{i}", "12:3{i}", "12:30:0{i}", "2024-01-0{i} 12:30:0{i}"])
@pytest.mark.parametrize("form", ["{loss} {moment}", "{moment} {loss}", "{loss} at {moment} done"])
def test_the_parts_of_a_moment_are_no_values(form, moment):
    line = form.format(loss="epoch {i} loss 0.{i}", moment=moment)
    text = "".join(line.format(i=i) + "\n" for i in range(1, 6))
    assert curves(text) == {"loss": [0.1, 0.2, 0.3, 0.4, 0.5]}


@pytest.mark.parametrize(
    ("first", "last", "total", "epochs"),
    [
        (0, 24, 24, 25), (0, 10, 24, 25), (0, 3, 9, 10), (0, 9, 9, 10),  # one less than a round number
        (0, 2, 4, 4), (0, 3, 7, 7), (0, 5, 5, 5), (0, 20, 20, 20), (0, 3, 10, 10),
        (0, 4, 4, 5), (0, 7, 7, 8),  # the last one is seen to be that
        (1, 9, 9, 9), (1, 24, 24, 24), (1, 3, 9, 9),
    ],
)  # fmt: skip
def test_how_many_epochs_were_planned(first, last, total, epochs):
    lines = [f"epoch {i}/{total} loss 0.{i:02d}1\n" for i in range(first, last + 1)]
    (run,) = read("".join(lines))
    (planned,) = run.hyperparameters
    assert (planned.role, planned.value) == ("epochs", epochs)
    ended = [event.text for event in run.events]
    told = [f"The log of this run ends at epoch {last} of {total} planned."] if last < total - 1 else []
    assert ended == told


@pytest.mark.parametrize(
    ("sizes", "told"), [((32, 32), 32), ((32, 64), None), ((32,), None), ((32, 32, 32.5), None)]
)
def test_a_batch_size_that_each_step_says_is_a_setting(sizes, told):
    (run,) = read("".join(f"epoch {i} batch_size: {size} loss 0.{i}\n" for i, size in enumerate(sizes, 1)))
    assert [(h.value, h.source) for h in run.hyperparameters] == ([(told, "log line 1")] if told else [])


def keras(printed):
    """Three epochs, and what a callback prints in some of them."""
    return "".join(
        f"Epoch {i}/3\n9/9 - 1s - loss: 0.{i}\n" + f"val_f1: 0.{i}\n" * (i in printed) for i in range(1, 4)
    )


@pytest.mark.parametrize(("printed", "points"), [((2,), None), ((1, 3), [0.1, 0.3])])
def test_what_a_callback_prints_in_two_epochs_is_a_curve(printed, points):
    assert curves(keras(printed), KERAS).get("val_f1") == points


def test_two_fits_of_one_epoch_are_a_run():
    (run,) = read("Epoch 1/1\n9/9 - 1s - loss: 0.5\n" * 2, KERAS)
    assert run.series[0].x.tolist() == [1, 2]
    assert [event.text for event in run.events] == [
        "2 fits of one epoch each were read as one run of an outer loop."
    ]
    assert run.hyperparameters == ()


@pytest.mark.parametrize(("count", "kept"), [(400, 400), (401, 400)])
def test_so_many_settings_of_a_line_are_kept(count, kept):
    told = ", ".join(f"a{i}={i}" for i in range(count))
    found = list(printed_hyperparameters(Line(3, f"Namespace({told})")))
    assert [h.value for h in found] == list(range(kept))
    assert {h.source for h in found} == {"log line 3"}


@pytest.mark.parametrize("word", ["'", '"', "''", "'a\"", "'a'"])
def test_only_marks_around_a_word_are_taken_off(word):
    assert scalar(word) == (word[1:-1] if word in ("''", "'a'") else word)


@pytest.mark.parametrize(("size", "kept"), [(1, True), (32, True), (33, False), (0, False)])
def test_short_lists_are_settings(size, kept):
    assert flatten({"widths": [4] * size}, lists=True) == ([("widths", str([4] * size))] if kept else [])


@pytest.mark.parametrize(("depth", "found"), [(7, True), (8, True), (9, False)])
def test_settings_so_deep_are_found(depth, found):
    tree = 0.5
    for _ in range(depth):
        tree = {"a": tree}
    assert flatten(tree) == ([(".".join("a" * depth), 0.5)] if found else [])
