"""Damaged and odd TensorBoard event files; the other faults of this section stand beside the reader."""

import gzip

import pytest
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.util.tensor_util import make_tensor_proto

from advisor.errors import UnreadableError
from tests.event_files import HEADER, content, frame, simple, tensor


def loss(count, tag="loss"):
    return [simple(tag, step, 2 / (step + 1), wall=1e9 + step) for step in range(count)]


NAME = "events.out.tfevents.1.host"


@pytest.mark.fault("E6")
def test_plain_and_tensor_values_of_one_tag_are_one_curve(read):
    events = [
        simple("loss", step, 2.0) if step % 2 else tensor("loss", step, make_tensor_proto(float(step)))
        for step in range(10)
    ]
    (run,) = read(NAME, content(*events))
    (series,) = run
    assert series.x.tolist() == list(range(10))
    assert series.y.tolist() == [0, 2, 2, 2, 4, 2, 6, 2, 8, 2]


@pytest.mark.fault("E7")
def test_images_between_scalars_are_passed_over(read):
    image = Summary.Value(tag="sample", image=Summary.Image(encoded_image_string=bytes(150_000)))
    records = []
    for event in loss(60):
        event.summary.value.append(image)
        records.append(event)
    (run,) = read(NAME, content(*records))
    assert [(s.name, len(s)) for s in run] == [("loss", 60)]


@pytest.mark.fault("E10")
def test_a_step_that_goes_back_is_a_resume_and_no_point_is_lost(read):
    events = loss(500) + [simple("loss", step, 0.5, wall=2e9 + step) for step in range(100, 300)]
    (run,) = read(NAME, content(*events))
    assert len(run.series[0]) == 700
    assert [e for e in run.events if e.kind == "restart"]


@pytest.mark.fault("E11")
def test_an_event_file_that_is_packed_or_empty_is_told_or_read(read):
    (run,) = read(NAME + ".gz", gzip.compress(content(*loss(20))))
    assert len(run.series[0]) == 20
    with pytest.raises(UnreadableError, match="empty"):
        read(NAME, b"")


@pytest.mark.fault("E12")
@pytest.mark.parametrize("tag", ["x" * 65_536, "../../x", "\x1b[2Jloss\u202e", "loss [red]", " "])
def test_a_tag_of_any_text_is_a_name_and_nothing_else(read, told, tmp_path, tag):
    (run,) = read(NAME, content(*loss(12, tag), *loss(12)))
    assert {s.name for s in run} >= {"loss"}
    assert len(run.series) == 2
    shown = told("read", tmp_path / NAME, code=[0])
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert max(map(len, shown.splitlines())) < 2_000
    assert sorted(p.name for p in tmp_path.iterdir()) == [NAME]


@pytest.mark.fault("E12")
def test_a_tag_that_is_not_utf8_costs_no_other_tag(read):
    value = b"\x0a\x02\xff\xfe\x15\x00\x00\x80\x3f"
    summary = b"\x0a" + bytes([len(value)]) + value
    odd = b"\x09" + bytes(8) + b"\x10\x01\x2a" + bytes([len(summary)]) + summary
    data = content(*loss(12)) + frame(odd)
    (run,) = read(NAME, data)
    assert len(next(s for s in run if s.name == "loss")) == 12


@pytest.mark.fault("E12")
def test_of_very_many_tags_the_list_ends_with_how_many_more(read, told, tmp_path):
    events = [simple(f"norm/{i}", step, 1.0) for i in range(3_000) for step in range(2)]
    read(NAME, content(*loss(12), *events))
    shown = told("read", tmp_path / NAME, code=[0])
    assert "more" in shown
    assert len(shown.splitlines()) < 200


@pytest.mark.fault("E13")
def test_odd_wall_times_change_no_value_and_fail_nowhere(read):
    walls = [float("nan"), 0.0, 1e11, float("inf"), -5.0]
    events = [
        simple("loss", step, [-0.0, 1e-45, float("inf")][step % 3], walls[step % 5]) for step in range(15)
    ]
    (run,) = read(NAME, content(*events))
    assert run.series[0].x.tolist() == list(range(15))


@pytest.mark.fault("E14")
@pytest.mark.parametrize(
    "steps", [[0] * 12, [5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10], list(range(2**62, 2**62 + 12_000, 1_000))]
)
def test_repeated_and_extreme_steps_keep_every_point(read, steps):
    data = frame(HEADER.SerializeToString()) + b"".join(
        frame(simple("loss", step, 1 / (i + 1), wall=float(i)).SerializeToString())
        for i, step in enumerate(steps)
    )
    (run,) = read(NAME, data)
    assert run.series[0].y.tolist() == pytest.approx([1 / (i + 1) for i in range(12)], rel=1e-6)
    assert (run.series[0].x[1:] >= run.series[0].x[:-1]).all()
