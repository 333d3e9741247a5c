"""How much of a log is shown in the words about it: the first of many, the beginning of what is long."""

import zipfile

import pytest
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.util.tensor_util import make_tensor_proto

from advisor.errors import UnreadableError
from advisor.readers import Source, archives
from advisor.readers.formats.console_text import READER as CONSOLE
from advisor.readers.formats.csv_table import READER as CSV
from advisor.readers.formats.embedded_json import READER as EMBEDDED
from advisor.readers.formats.optuna_study import READER as OPTUNA
from advisor.readers.formats.tensorboard_events import READER as EVENTS
from advisor.readers.opening import open_regular
from tests.event_files import Event, content, simple


def summaries(**values):
    made = [Summary.Value(tag=tag, **{tag.rstrip("0123456789"): value}) for tag, value in values.items()]
    return content(Event(wall_time=1.0, step=1, summary=Summary(value=made)))


PICTURE, VOICE, WORDS = Summary.Image(height=3), Summary.Audio(sample_rate=8.0), make_tensor_proto("text")


def test_of_the_kinds_of_summary_the_most_frequent_three_are_named():
    kinds = {"audio": VOICE, "audio2": VOICE, "histo": {"min": 1.0}}
    kinds |= {f"tensor{number}": WORDS for number in range(1, 4)}
    kinds |= {f"image{number}": PICTURE for number in range(1, 5)}
    with pytest.raises(UnreadableError) as refused:
        EVENTS.read(Source("a.tfevents.1", content=summaries(**kinds)))
    assert "(4 image summaries, 3 tensor summaries, 2 audio summaries)" in str(refused.value)
    with pytest.raises(UnreadableError) as refused:
        EVENTS.read(Source("a.tfevents.1", content=content()))
    assert "(only its header)" in str(refused.value)
    with pytest.raises(UnreadableError) as refused:
        EVENTS.read(Source("a.tfevents.1", content=b""))
    assert "holds no event" in str(refused.value)


def test_what_is_no_scalar_is_told_beside_the_scalars():
    data = content(simple("loss", 0, 0.5), simple("loss", 1, 0.4)) + summaries(image=PICTURE, image2=PICTURE)
    (run,) = EVENTS.read(Source("a.tfevents.1", content=data))
    assert [(e.text, e.count) for e in run.events] == [
        ("Summaries that are no scalar were left out: 2 image.", 2)
    ]


@pytest.mark.parametrize("columns", [10, 11])
def test_of_columns_of_text_the_first_ten_are_named(columns):
    names = [f"n{i}" for i in range(columns)]
    rows = "".join(f"{i},0.{i}" + ",word" * columns + "\n" for i in range(1, 4))
    (run,) = CSV.read(Source("a.csv", content=("epoch,loss," + ",".join(names) + "\n" + rows).encode()))
    ((text, count),) = [(e.text, e.count) for e in run.events]
    assert (text, count) == (f"Columns of text were left out: {', '.join(names[:10])}.", columns)


def test_of_a_torn_line_the_beginning_is_shown():
    lines = [f"[rank{rank}]: step {i} loss 0.{i}" for i in range(1, 6) for rank in (0, 1)]
    torn = "[rank0]: step 6 [rank1]: step 6 " + "x" * 300
    runs = CONSOLE.read(Source("a.log", content="\n".join([*lines, torn, ""]).encode()))
    (text,) = {e.text for run in runs for e in run.events if "Torn" in e.text}
    assert text == "Torn line: " + torn[:200]


def test_of_a_damaged_record_the_beginning_is_shown():
    good = [f'x {{"epoch": {i}, "train_loss": 0.{i}}}' for i in range(1, 5)]
    bad = 'x {"epoch": 3, "train_' + "y" * 100
    (run,) = EMBEDDED.read(Source("a.log", content="\n".join([*good[:2], bad, *good[2:], ""]).encode()))
    assert [e.text for e in run.events] == [f"Records that are no JSON, the first: {bad[2:82]}"]


def test_of_a_best_trial_the_beginning_is_shown():
    params = ", ".join(f"'{'p' * 90}{i}': {i}" for i in range(8))
    text = "".join(
        f"Trial {i} finished with value: 0.{i} and parameters: {{{params}}}. Best is trial 1 with value: 0.1."
        "\n"
        for i in (1, 2)
    )
    with pytest.raises(UnreadableError) as refused:
        OPTUNA.read(Source("o.log", content=text.encode()))
    shown = str(refused.value).partition("not a curve. ")[2].partition("\n")[0]
    assert 380 < len(shown.partition("Give")[0].strip()) <= 400


def test_of_a_name_in_an_archive_the_beginning_is_shown(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("good.csv", "epoch,loss\n1,0.5\n")
        archive.writestr("x" * 300 + ".csv", "epoch,loss\n1,0.5\n")
    with archives.unpacked_archive(tmp_path / "a.zip", "a.zip") as (_, (event,)):
        shown = event.text.partition("'")[2].partition("'")[0]
    assert 78 <= len(shown) <= 80


def test_of_a_name_that_is_too_long_the_beginning_is_shown(tmp_path):
    with pytest.raises(UnreadableError) as refused:
        open_regular(tmp_path / ("n" * 300))
    shown = str(refused.value).partition("'")[2].partition("'")[0]
    assert 55 <= len(shown) <= 60


@pytest.mark.parametrize("length", [200, 300])
def test_of_the_best_iteration_that_is_said_again_the_beginning_is_shown(length):
    again = "[9] auc: 0.9 " + "x" * length
    lines = [f"[{i}] auc: 0.{i}" for i in range(1, 10)]
    (run,) = CONSOLE.read(Source("a.log", content="\n".join([*lines, "Best iteration:", again, ""]).encode()))
    (text,) = [e.text for e in run.events if "best iteration" in e.text]
    assert text == "Lines of the best iteration say again what was read: " + again[:200].strip()
    assert len(run.series[0]) == 9
