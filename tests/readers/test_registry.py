import pytest

from advisor.errors import UnreadableError
from advisor.readers import Source, read_source
from advisor.readers.registry import rank_readers


@pytest.mark.parametrize(
    ("text", "reader"),
    [
        ("epoch,loss\n0,3\n1,2\n", "csv"),
        ("iter\tLogloss\n0\t0.69\n1\t0.68\n", "csv"),
        ('{"step": 1, "loss": 3}\n{"step": 2, "loss": 2}\n', "json-lines"),
        (
            '{"epoch": 1.0, "log_history": [{"loss": 3, "step": 1}, {"loss": 2, "step": 2}]}',
            "hf-trainer-state",
        ),
    ],
)
def test_the_surest_reader_reads_whatever_the_name_says(text, reader):
    for name in ("log", "log.txt", "log.csv", "log.json"):
        (run,) = read_source(Source(name, content=text.encode()))
        assert run.reader == reader


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
def test_text_is_read_in_the_encodings_that_logs_have(encoding):
    text = "轮次,训练损失,验证损失,准确率\n1,2.5,2.75,0.5\n2,1.5,2.25,0.75\n" * 1
    (run,) = read_source(Source("log.csv", content=text.encode(encoding)))
    assert {s.name: s.y.tolist() for s in run} == {
        "训练损失": [2.5, 1.5],
        "验证损失": [2.75, 2.25],
        "准确率": [0.5, 0.75],
    }


def test_a_tail_of_nul_bytes_is_left_out_and_told():
    (run,) = read_source(Source("log.csv", content=b"epoch,loss\n0,3\n1,2\n" + bytes(4096)))
    assert run.series[0].y.tolist() == [3, 2]
    assert any("4096 NUL" in event.text for event in run.events)


def test_bytes_that_are_no_text_are_counted():
    (run,) = read_source(Source("log.csv", content=b"epoch,loss,note\n0,3,caf\xe9 \x81\n1,2,ok\n"))
    assert run.series[0].y.tolist() == [3, 2]


def test_where_nothing_is_found_it_says_what_was_looked_for():
    with pytest.raises(UnreadableError, match=r"no training curve.*Looked for.*CSV"):
        read_source(Source("notes.txt", content=b"Dear diary,\nnothing was trained today.\n"))


def test_ranks_are_in_falling_order():
    ranks = [sure for sure, _ in rank_readers(Source("log.csv", content=b"epoch,loss\n0,3\n1,2\n"))]
    assert ranks == sorted(ranks, reverse=True)
