import textwrap

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.errors import UnreadableError
from advisor.readers import Source, read_source
from advisor.readers.formats.csv_table import READER
from advisor.run import EventKind, Role


def read(text, name="log.csv"):
    data = text if isinstance(text, bytes) else textwrap.dedent(text).encode()
    return list(READER.read(Source(name, content=data)))


def curves(run):
    return {series.name: series.y.tolist() for series in run}


def kinds(run):
    return [event.kind for event in run.events]


def test_a_keras_csv_logger_file_gives_its_four_curves_by_epoch():
    (run,) = read("""\
        epoch,accuracy,loss,val_accuracy,val_loss
        0,0.5,1.2,0.4,1.3
        1,0.7,0.8,0.6,0.9
        """)
    assert curves(run) == {
        "accuracy": [0.5, 0.7],
        "loss": [1.2, 0.8],
        "val_accuracy": [0.4, 0.6],
        "val_loss": [1.3, 0.9],
    }
    assert {series.x_kind for series in run} == {"epoch"}
    assert run.main(Role.VAL_LOSS).x.tolist() == [0, 1]
    assert run.main(Role.TRAIN_LOSS).at.tolist() == [2, 3]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r\r\n", "\r"])
def test_every_line_end_reads_the_same(end):
    (run,) = read(end.join(["epoch,loss", "0,2.5", "1,1.5", ""]).encode())
    assert curves(run) == {"loss": [2.5, 1.5]}


def test_padded_headers_and_cells_are_stripped():
    (run,) = read("      epoch,  train/box_loss\n          0,         0.12246\n          1,   0.1\n")
    assert curves(run) == {"train/box_loss": [0.12246, 0.1]}


@pytest.mark.fault("C10")
def test_sparse_rows_give_each_column_its_own_points_and_no_nan():
    (run,) = read("""\
        epoch,step,train_loss,val_loss
        0,9,0.9,
        0,19,0.8,
        0,19,,1.1
        1,29,0.7,
        """)
    assert curves(run)["train_loss"] == [0.9, 0.8, 0.7]
    assert curves(run)["val_loss"] == [1.1]
    train, val = run.main(Role.TRAIN_LOSS), run.main(Role.VAL_LOSS)
    assert train.x.tolist() == [9, 19, 29]
    assert val.x.tolist() == [19]
    assert val.at.tolist() == [4]
    assert train.x_kind == "step"


def test_x_falls_back_to_a_column_that_has_values_where_the_curve_has():
    (run,) = read("_step,iter,loss,seed\n0,0,4,1\n1,,,1\n2,10,3,1\n")
    by_name = {series.name: series for series in run}
    assert by_name["loss"].x.tolist() == [0, 10]
    assert by_name["seed"].x.tolist() == [0, 1, 2]


@pytest.mark.fault("C4")
def test_non_finite_values_are_points_and_dashes_are_none():
    (run,) = read("step,loss,acc\n1,nan,-\n2,inf,None\n3,-inf,0.5\n4,1e400,N/A\n5,NaN,\n")
    loss = curves(run)["loss"]
    assert np.isnan(loss[0])
    assert loss[1:4] == [np.inf, -np.inf, np.inf]
    assert np.isnan(loss[4])
    assert curves(run)["acc"] == [0.5]


@pytest.mark.fault("C4")
def test_tensors_and_percentages_and_thousands_are_numbers():
    (run,) = read('step,loss,acc,n\n1,"tensor(0.41, device=\'cuda:0\')",87.5%,"1,234.5"\n2,0.3,90%,"2,000"\n')
    assert curves(run) == {"loss": [0.41, 0.3], "acc": [87.5, 90], "n": [1234.5, 2000]}


@pytest.mark.fault("C5")
def test_semicolons_with_a_decimal_comma():
    (run,) = read("epoch;loss;val_loss\n1;0,5;0,75\n2;0,25;0,5\n")
    assert curves(run) == {"loss": [0.5, 0.25], "val_loss": [0.75, 0.5]}
    assert EventKind.NOTE in kinds(run)


def test_a_tab_is_a_delimiter_too():
    (run,) = read("iter\tLogloss\n0\t0.69\n1\t0.68\n", "learn_error.tsv")
    assert curves(run) == {"Logloss": [0.69, 0.68]}


@pytest.mark.fault("C1")
def test_a_repeated_header_begins_a_new_run_and_is_told():
    first, second = read("epoch,loss\n0,3\n1,2\nepoch,loss\n0,5\n1,4\n")
    assert (curves(first), curves(second)) == ({"loss": [3, 2]}, {"loss": [5, 4]})
    assert (first.name, second.name) == ("run 1 of 2", "run 2 of 2")
    assert EventKind.RESTART in kinds(first)


def test_epochs_that_start_over_begin_a_new_run():
    first, second = read("epoch,loss\n0,3\n1,2\n2,1\n0,5\n1,4\n2,3\n")
    assert curves(first) == {"loss": [3, 2, 1]}
    assert curves(second) == {"loss": [5, 4, 3]}


def test_a_resume_from_a_checkpoint_stays_one_run_and_is_told():
    rows = [(s, 1.0) for s in range(0, 500, 10)] + [(s, 0.9) for s in range(300, 600, 10)]
    (run,) = read("step,loss\n" + "".join(f"{s},{y}\n" for s, y in rows))
    (restart,) = [event for event in run.events if event.kind == EventKind.RESTART]
    assert restart.line == 52
    assert "490" in restart.text
    assert "300" in restart.text


def test_an_iteration_that_restarts_every_epoch_is_counted_on():
    rows = [(epoch, step) for epoch in range(1, 4) for step in (50, 100, 150)]
    (run,) = read("epoch,iter,loss\n" + "".join(f"{e},{s},{1 / e}\n" for e, s in rows))
    assert run.main(Role.TRAIN_LOSS).x.tolist() == [50, 100, 150, 200, 250, 300, 350, 400, 450]


@pytest.mark.fault("C2")
def test_wider_rows_keep_their_values_and_are_reported():
    (run,) = read("epoch,loss\n0,3\n1,2,0.5\n2,1,0.6\n")
    assert curves(run) == {"loss": [3, 2, 1], "column 3": [0.5, 0.6]}
    (note,) = [event for event in run.events if "more cells" in event.text]
    assert (note.line, note.count) == (3, 2)


@pytest.mark.fault("C2")
def test_a_changed_header_names_the_columns_from_there_on():
    (run,) = read("epoch,loss\n0,3\n1,2\nepoch,loss,val_loss\n2,1,1.5\n3,0.5,1.6\n")
    assert curves(run) == {"loss": [3, 2, 1, 0.5], "val_loss": [1.5, 1.6]}


def test_a_monitor_file_states_its_settings_in_its_first_line():
    (run,) = read('#{"t_start": 1.5, "env_id": "Ant-v0"}\nr,l,t\r\n610.6,1000,12.5\r\n568.4,999,24.7\r\n')
    assert curves(run) == {"r": [610.6, 568.4], "l": [1000, 999], "t": [12.5, 24.7]}
    assert run.main(Role.TRAIN_METRIC).name == "r"
    assert [h.value for h in run.hyperparameters if h.name == "env_id"] == ["Ant-v0"]


@pytest.mark.fault("C6")
def test_quoted_cells_and_a_stray_quote_cost_one_row_at_most():
    (run,) = read(
        'epoch,note,loss\n0,"a, b",3\n1,"two\nlines",2\n2,"oops,1\n'
        + "".join(f"{i},fine,0.{i}\n" for i in range(3, 40))
    )
    assert curves(run)["loss"][:2] == [3, 2]
    assert len(curves(run)["loss"]) >= 39
    assert EventKind.UNREADABLE in kinds(run)


@pytest.mark.fault("C7")
def test_duplicate_and_empty_names_are_told_apart():
    (run,) = read("epoch,loss,loss,\n0,3,4,5\n1,2,3,4\n")
    assert curves(run) == {"loss": [3, 2], "loss#2": [4, 3], "column 4": [5, 4]}


@pytest.mark.fault("C3")
@pytest.mark.parametrize(
    ("last", "kept"),
    [("3,0.25,0.4123", [0.9, 0.8, 0.7, 0.4123]), ("3,0.25,0.4", [0.9123, 0.8123, 0.7123]), ("3,0.2", None)],
)
def test_a_last_line_without_end_is_told_and_a_cut_value_is_left_out(last, kept):
    body = (
        "0,0.55,0.9123\n1,0.45,0.8123\n2,0.35,0.7123\n"
        if kept is None or 0.9123 in kept
        else ("0,0.55,0.9\n1,0.45,0.8\n2,0.35,0.7\n")
    )
    (run,) = read("epoch,loss,val_loss\n" + body + last)
    whole = kept is not None and 0.4123 in kept
    assert (EventKind.NOTE if whole else EventKind.TRUNCATED) in kinds(run)
    assert bool(run.damage) is not whole
    if kept is None:
        assert curves(run) == {"loss": [0.55, 0.45, 0.35], "val_loss": [0.9123, 0.8123, 0.7123]}
    else:
        assert curves(run)["val_loss"] == kept


@pytest.mark.fault("C8")
def test_a_table_without_a_header_is_named_by_place_and_said_so():
    (run,) = read("0 3.5\n1 2.5\n2 1.5\n", "curve.txt")
    assert [series.name for series in run] == ["column 1", "column 2"]
    assert any("no header" in event.text for event in run.events)
    assert all(series.certainty < 0.5 for series in run)


def test_a_header_in_a_comment_is_the_header():
    (run,) = read("# epoch loss\n0 3.5\n1 2.5\n2 1.5\n", "curve.txt")
    assert curves(run) == {"loss": [3.5, 2.5, 1.5]}


@pytest.mark.parametrize(
    "table",
    [
        "Name,State,learning_rate,batch_size,val/loss\nG1,finished,0.1,32,1.5\nG2,crashed,0.2,64,1.6\n",
        "run_name,seed,dropout,final_loss\na,42,0.1,0.5\nb,43,0.2,0.4\nc,44,0.3,0.3\n",
        "model,batch_size,accuracy\nresnet,32,0.9\n",
        "model,accuracy,f1\nresnet,0.9,0.8\nvgg,0.8,0.7\n",
        "number,value,params_lr,params_dropout,state\n0,0.5,0.1,0.2,COMPLETE\n2,0.4,0.01,0.3,COMPLETE\n",
    ],
)
def test_a_table_of_runs_is_no_curve(table):
    with pytest.raises(UnreadableError, match="table of runs"):
        read(table)


def test_settings_logged_on_every_row_do_not_make_a_table_of_runs():
    (run,) = read("epoch,loss,batch_size,dropout,seed,hidden_size\n0,3,32,0.1,1,64\n1,2,32,0.1,1,64\n")
    assert curves(run)["loss"] == [3, 2]


@pytest.mark.fault("C8")
@pytest.mark.parametrize(
    ("text", "said"),
    [("epoch,loss\n", "no rows"), ("name,colour\na,red\nb,blue\n", "without a column of numbers")],
)
def test_a_table_without_points_is_told_in_a_sentence(text, said):
    with pytest.raises(UnreadableError, match=said):
        read(text)


def test_blank_cells_before_a_final_nan_are_pointed_out():
    (run,) = read("step,train/loss,train/wer\n1,3.5,1\n2,,0.9\n3,,0.9\n4,nan,0.9\n")
    (event,) = [event for event in run.events if event.kind == EventKind.NON_FINITE]
    assert (event.line, event.count) == (5, 2)


def test_text_that_is_no_table_is_not_claimed():
    for text in (
        "Hello, world\nthis is, some prose\n",
        "{'loss': 1, 'epoch': 2}\n",
        "[0]\ttrain-rmse:0.5\n",
        "a\nb\n",
    ):
        assert READER.sniff(text.encode(), Source("notes.txt", content=b"").name) < 0.3


numbers = st.floats(allow_nan=True, allow_infinity=True, width=32).map(repr)
cells = st.one_of(numbers, st.just(""), st.sampled_from(["nan", "-", "None", "1e400"]))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(cells, cells), min_size=2, max_size=20), st.data())
def test_a_prefix_reads_as_a_prefix_of_every_curve(rows, data):
    text = "epoch,loss,val_loss\n0,1.5,2.5\n" + "".join(f"{i},{a},{b}\n" for i, (a, b) in enumerate(rows, 1))
    lines = text.splitlines(keepends=True)
    cut = data.draw(st.integers(2, len(lines)))
    whole = {s.name: s.y for s in read_source(Source("log.csv", content=text.encode()))[0]}
    part = {s.name: s.y for s in read_source(Source("log.csv", content="".join(lines[:cut]).encode()))[0]}
    assert part
    for name, y in part.items():
        np.testing.assert_array_equal(y, whole[name][: y.size])


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.sampled_from('01.e-,;\t\n" |#ab'), max_size=200))
def test_no_text_makes_the_reader_fail(text):
    try:
        runs = READER.read(Source("log.csv", content=text.encode()))
    except UnreadableError:
        return
    for run in runs:
        for series in run:
            assert series.x.size == series.y.size == series.at.size > 0
            assert (np.diff(series.at) >= 0).all()


def test_curves_on_all_rows_share_their_x_and_lines(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("step,train_loss,lr\n" + "".join(f"{i},{1 / (i + 1)},0.1\n" for i in range(9)))
    (run,) = read_source(Source("log.csv", path))
    loss, rate = run.series
    assert loss.x is rate.x
    assert loss.at is rate.at
    assert loss.x.tolist() == list(range(9))


@pytest.mark.parametrize(("before", "cut"), [(2, False), (49, False), (50, True)])
def test_a_last_cell_is_compared_with_those_of_the_last_rows(before, cut):
    rows = [f"{i},0.25" for i in range(80)] + ["80,0.2"]
    rows[-1 - before] = f"{80 - before},0.5"
    (run,) = read("\n".join(["epoch,loss", *rows]))
    (event,) = run.events
    assert event.kind == (EventKind.TRUNCATED if cut else EventKind.NOTE)
    assert event.line == 82
