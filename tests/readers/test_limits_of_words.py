"""How long and how many something in a line may be: exactly so much still is, one more no longer is."""

import pytest

from advisor.readers import joined
from advisor.readers.console_tables import Tables, may_be_header, may_be_row
from advisor.readers.cut_line import begins_another, is_shorter
from advisor.readers.events import EventFinder, kind_of
from advisor.readers.fields import split_numbers, template
from advisor.readers.glued import may_be_glued, unglued
from advisor.readers.lines import Line
from advisor.readers.names import heading_split
from advisor.readers.naming import name_before
from advisor.readers.phases import phase_of
from advisor.readers.printed_config import is_configuration, printed_hyperparameters, scalar
from advisor.readers.ranks import find_ranks
from advisor.readers.titles import title_of
from advisor.run import EventKind


@pytest.mark.parametrize(("before", "name"), [
    ("x" * 60 + ": ", "x" * 60),
    ("x" * 61 + ": ", None),
    ("one two three four: ", "one two three four"),
    ("one two three four five: ", None),
    ("one two three four five six seven loss: ", "one two three four five six seven loss"),
    ("one two three four five six seven eight loss: ", None),
    ("ends. one two three loss: ", None),
    ("a: ", "a"),
    ("1: ", None),
])  # fmt: skip
def test_a_name_has_so_many_words_and_letters_at_most(before, name):
    found = name_before(before, after_number=False)
    assert (found and found[0]) == name


@pytest.mark.parametrize(("rest", "place"), [(60, True), (61, False)])
def test_a_line_that_only_says_where_the_log_stands_is_short(rest, place):
    texts, _ = split_numbers("Epoch 3".ljust(rest, "."))
    found = template(texts)
    assert len(found.words) == rest + len("# ") - 1
    shorter, _ = split_numbers("Epoch 3".ljust(rest - len(found.words) + rest, "."))
    assert template(shorter).only_a_place is place


@pytest.mark.parametrize(("text", "split"), [
    ("Test Error:", "test"),
    ("Test Error Rates:", None),
    ("Test " + "e" * 34 + ":", "test"),
    ("Test " + "e" * 35 + ":", None),
    ("验证集：", "验证"),
    ("Test Error", None),
    (":", None),
    ("*** Test: ***", "test"),
])  # fmt: skip
def test_a_heading_of_a_split_is_short(text, split):
    assert heading_split(text) == split


@pytest.mark.parametrize(("text", "phase"), [
    ("Validation phase".ljust(60, "."), "valid"),
    ("Validation phase".ljust(61, "."), None),
    ("validating", "valid"),
    ("validation", None),
    ("VALIDATION", "valid"),
    ("validation:", "valid"),
    ("测试中", "test"),
    ("训练阶段", "train"),
    ("训练", None),
    ("", None),
    ("results on the dev set", "valid"),
    ("Running Running Running Validation", None),
    ("Start Running Validation", "valid"),
    ("Testing the model", "test"),
])  # fmt: skip
def test_a_heading_of_a_part_of_an_epoch(text, phase):
    assert phase_of(text) == phase


@pytest.mark.parametrize(("text", "title"), [
    ("Model: LSTM", "lstm"),
    ("Model: " + "x" * 73, "x" * 73),
    ("Model: " + "x" * 74, None),
    ("A b c d:", "a b c d"),
    ("A b c d e:", None),
    ("Ab:", "ab"),
    ("A:", None),
    ("=== SVM ===", "svm"),
    ("== SVM ==", None),
    ("Val loss:", None),
    ("Training:", None),
])  # fmt: skip
def test_the_title_of_what_stands_below_it(text, title):
    assert title_of(text) == title


def test_the_names_of_columns_are_short_and_so_is_their_line():
    assert may_be_header("epoch  " + "l" * 30)
    assert not may_be_header("epoch  " + "l" * 31)
    gap = " " * (400 - len("epochloss"))
    assert may_be_header(f"epoch{gap}loss")
    assert not may_be_header(f"epoch {gap}loss")
    assert not may_be_header("epoch")
    assert may_be_header("epoch  loss")


def row_under(header, row):
    tables = Tables()
    assert tables.offer_header(header)
    found = tables.row(row)
    return found and found[1][: len(found[1]) // 2]


@pytest.mark.parametrize(("header", "row", "numbers"), [
    ("epoch  loss  acc", "3  0.5  0.9", ["3", "0.5", "0.9"]),
    ("epoch  loss  acc", "3  0.5" + " " * 1591 + "0.9", ["3", "0.5", "0.9"]),
    ("epoch  loss  acc", "3  0.5" + " " * 1592 + "0.9", None),
    # Half of the cells at least, each under the name that it stands nearest to.
    ("epoch  loss  acc   time", "3      0.5", ["3", "0.5", None, None]),
    ("epoch  loss  acc   time", "3", None),
    ("epoch  loss  acc   time", "3            0.9", ["3", None, "0.9", None]),
    ("epoch  loss  acc   time", "3  1  0.5  0.9", ["3", "1", "0.5", "0.9"]),
    ("epoch  loss  acc", "3 4 0.5 0.9", None),
    ("epoch  loss  acc", "words only", None),
    ("| epoch | loss |", "| 3 | |", ["3", None]),
    ("| epoch | loss |", "| | |", None),
    ("| name | epoch | loss |", "| PPO_a | 3 | 0.5 |", [None, "3", "0.5"]),
    ("| name | epoch | loss |", "| PPO_a | | 0.5 |", None),
    ("| name | loss | acc |", "| PPO_a | 3 | 0.5 |", None),
    ("epoch\ttrain loss\tacc", "3\t0.5\t0.9", ["3", "0.5", "0.9"]),
    ("Epoch,Train Loss,Val Loss", "3,0.5,0.6", ["3", "0.5", "0.6"]),
    ("epoch  loss  time", "3  0.5  12ms", ["3", "0.5", "12"]),
    ("epoch  loss", "1,200  0.5", ["1,200", "0.5"]),
    ("epoch  loss", "3/20  0.5 (00:12)", ["3", "0.5"]),
])  # fmt: skip
def test_the_cells_of_a_row(header, row, numbers):
    assert row_under(header, row) == numbers


@pytest.mark.parametrize(("text", "may"), [
    ("| a | 3 | 0.5 |", True),
    ("| ab | 3 | 0.5 |", True),
    ("| ab | 3 |", False),
    ("3 0.5", True),
    ("all 3 0.5", True),
    ("words 3 0.5", False),
])  # fmt: skip
def test_what_may_be_a_row(text, may):
    assert may_be_row(text) is (may if text != "| a | 3 | 0.5 |" else False)


@pytest.mark.parametrize(("word", "value"), [
    ("'", "'"), ("''", ""), ("'a'", "a"), ("'a\"", "'a\""), ("None", None), ("", None), ("True", True),
    ("1_000", 1000), ("-3", -3), ("1e-3", 0.001),
])  # fmt: skip
def test_what_a_word_spells(word, value):
    found = scalar(word)
    assert (found, type(found)) == (value, type(value))


def test_of_a_long_dump_so_many_values_are_taken():
    def count(entries):
        text = "Namespace(" + ", ".join(f"a{i}={i}" for i in range(entries)) + ")"
        return len(list(printed_hyperparameters(Line(1, text))))

    assert [count(399), count(400), count(401)] == [399, 400, 400]


def test_of_a_very_long_line_only_the_beginning_is_looked_at_for_settings():
    def names(before):
        line = Line(1, "Namespace(lr=0.1," + " " * before + "momentum=0.9)")
        return [setting.name for setting in printed_hyperparameters(line)]

    assert names(0) == ["lr", "momentum"]
    assert names(50_000) == ["lr"]


@pytest.mark.parametrize(("text", "parts"), [
    ("Epoch 1 loss: 0.9Epoch 2 loss: 0.7Epoch 3 loss: 0.6",
     ["Epoch 1 loss: 0.9", "Epoch 2 loss: 0.7", "Epoch 3 loss: 0.6"]),
    ("Epoch 1 loss: 0.9Epoch 2 loss: 0.7", ["Epoch 1 loss: 0.9Epoch 2 loss: 0.7"]),
    ("Epoch 1 loss: 0.9Epoch 1 loss: 0.7Epoch 1 loss: 0.6",
     ["Epoch 1 loss: 0.9Epoch 1 loss: 0.7Epoch 1 loss: 0.6"]),
    ("Epoch 3 loss: 0.9Epoch 2 loss: 0.7Epoch 1 loss: 0.6",
     ["Epoch 3 loss: 0.9Epoch 2 loss: 0.7Epoch 1 loss: 0.6"]),
    ("Epoch 1 loss: 0.9Epoch 2 beginsEpoch 3 loss: 0.6",
     ["Epoch 1 loss: 0.9Epoch 2 beginsEpoch 3 loss: 0.6"]),
    ("INFO Epoch 1 loss: 0.9Epoch 1 loss: 0.7Epoch 2 loss: 0.6",
     ["INFO Epoch 1 loss: 0.9", "Epoch 1 loss: 0.7", "Epoch 2 loss: 0.6"]),
])  # fmt: skip
def test_lines_that_are_glued_together(text, parts):
    assert [line.text for line in unglued(Line(7, text))] == parts
    assert {line.number for line in unglued(Line(7, text))} == {7}
    assert may_be_glued(text) is (text.count("poch") > 2)


def join(*texts):
    lines = joined.JoinedLines(Line(number, text) for number, text in enumerate(texts, 1))
    return [(line.number, line.text) for line in lines]


def test_a_dictionary_that_is_never_closed_is_given_back_line_by_line():
    assert join("{'a': 1,", "'b': 2}", "x") == [(1, "{'a': 1, 'b': 2}"), (3, "x")]
    closed = join("{", *["1,"] * 18, "}")
    assert len(closed) == 1
    assert len(join("{", *["1,"] * 19, "}")) == 21
    wide = "1" * 4_000
    assert len(join("{", wide, wide[2:] + "}")) == 1, "8,000 characters"
    assert len(join("{", wide, wide, "}")) == 4
    assert join("{'a': {", "}", "}", "x")[-1] == (4, "x"), "as many are closed as were opened"
    assert join("{'a': 1}", "x") == [(1, "{'a': 1}"), (2, "x")]


def test_a_row_of_a_page_that_is_never_closed_is_given_back_line_by_line():
    cells = [f"<td>{i}</td>" for i in range(198)]
    ((number, text),) = join("<tr>", *cells, "</tr>")
    assert (number, text.split()) == (1, [str(i) for i in range(198)])
    assert len(join("<tr>", *cells, "<td>198</td>", "</tr>")) == 201
    assert join("<tr>", "<td>1</td>") == [(1, "<tr>"), (2, "<td>1</td>")]


def test_a_value_on_the_line_below_its_name():
    assert join("loss:", "0.5", "acc:", "words", "loss =") == [
        (1, "loss: 0.5"), (3, "acc:"), (4, "words"), (5, "loss ="),
    ]  # fmt: skip
    assert join("name:", "0.5") == [(1, "name:"), (2, "0.5")]
    assert join("x" * 7_995 + " loss:", "0.5") == [(1, "x" * 7_995 + " loss:"), (2, "0.5")]
    assert join("x" * 7_994 + " loss:", "0.5") == [(1, "x" * 7_994 + " loss: 0.5")]


def test_a_box_is_one_line():
    box = ("-----", "| rollout/ | |", "|    ep_rew | 3.5 |", "| lr | 1e-3 |", "-----", "| a | words |")
    assert join(*box) == [
        (1, "-----"), (3, "rollout/ep_rew: 3.5, lr: 1e-3"), (5, "-----"), (6, "| a | words |"),
    ]  # fmt: skip
    assert join("| lr | 0.1 |") == [(1, "lr: 0.1")]
    assert join("| 1 | 0.1 |") == [(1, "| 1 | 0.1 |")]
    assert join("| a/ | |", "|    b | 1 |", "x", "|    b | 1 |", "y")[2:] == [(4, "b: 1"), (5, "y")]


def test_a_last_line_that_is_cut():
    known = [("loss ", " acc ", ""), ("loss ", " lr ", "")]
    assert begins_another(("loss ", " a"), known)
    assert begins_another(("loss ", ""), known)
    assert not begins_another(("loss ", " acc ", ""), known)
    assert not begins_another(("loss ", " b"), known)
    assert not begins_another(("x", " a"), known)
    assert not begins_another(("loss ", " acc ", "", ""), known)
    assert is_shorter("0.4", ["0.41", "0.42"])
    assert not is_shorter("0.4", ["0.41"])
    assert not is_shorter("0.43", ["0.41", "0.42"])
    assert not is_shorter("0.4", ["0.41", "0.5"])
    assert is_shorter("0.4e-", ["0.4e-05", "0.4e-06"])
    assert not is_shorter("0.4e-05", ["0.4e-05", "0.4e-06"])


def ranked(*counts, others=0):
    texts = [f"[rank{rank}]: loss 0.5" for rank, count in enumerate(counts) for _ in range(count)]
    return find_ranks([*texts, *["plain"] * others]) is not None


def test_ranks_are_told_by_enough_of_their_lines():
    assert ranked(3, 3)
    assert not ranked(3, 2)
    assert not ranked(6)
    assert ranked(3, 3, others=6)
    assert not ranked(3, 3, others=7)
    assert ranked(200, 200, others=500), "only the first lines are looked at"
    assert ranked(201, 199, others=0)
    assert not ranked(398, 3)
    assert ranked(397, 3)
    assert find_ranks(["[rank1]: a"] * 3 + ["[rank2]: a"] * 3) is None


def test_of_many_events_the_first_are_kept_and_the_same_are_counted():
    finder = EventFinder()
    for number in range(1, 1_003):
        finder.look(number, f"too many open files: {'x' * number}")
    assert len(finder.events) == 1_000
    finder.look(2_000, "too many open files: x")
    assert finder.events[0].count == 2
    assert len(finder.events) == 1_000
    finder = EventFinder()
    for number in range(1, 1_003):
        finder.look(number, f"Epoch {number}: reducing learning rate of group 0 to 1e-5.")
    assert len(finder.events) == 1_000
    assert sum(event.count for event in finder.events) == 1_002


def test_the_words_of_an_event_are_cut_and_its_kind_is_looked_for_at_the_beginning():
    finder = EventFinder()
    finder.look(1, "too many open files: " + "x" * 600)
    assert len(finder.events[0].text) == 500
    assert kind_of("x" * 1_981 + "too many open files") is EventKind.WARNING
    assert kind_of("x" * 1_982 + "too many open files") is None


@pytest.mark.parametrize(("text", "dump"), [("Namespace(lr=0.1, momentum=0.9)", True), ("loss: 0.5", False)])
def test_what_is_a_dump(text, dump):
    assert is_configuration(text) is dump
