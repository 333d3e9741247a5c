"""The last lines of a program's output."""

import threading

from advisor.tui.tail import OutputTail


def fed(*pieces: bytes, lines: int = 5, longest: int = 100) -> OutputTail:
    tail = OutputTail(lines, longest)
    for piece in pieces:
        tail.feed(piece)
    return tail


def test_lines_come_whole_however_they_were_cut():
    text = "epoch 1 loss 0.5\r\nepoch 2 损失 0.4\nlast".encode()
    whole = ["epoch 1 loss 0.5", "epoch 2 损失 0.4", "last"]
    assert fed(text).last(9) == (whole, 0)
    assert fed(*(text[i : i + 1] for i in range(len(text)))).last(9) == (whole, 0)


def test_a_progress_bar_is_one_line():
    assert fed(b"start\n", *(b"\r%3d%%" % i for i in range(100)), b"\ndone\n").last(9) == (
        ["start", " 99%", "done"],
        0,
    )
    assert fed(b"10%\r20%\r").last(9)[0] == ["20%"]


def test_only_the_last_lines_are_kept_and_the_rest_is_counted():
    tail = fed(*(b"line %d\n" % i for i in range(100)))
    assert tail.last(2) == (["line 98", "line 99"], 98)
    assert len(tail.last(100)[0]) == 5


def test_an_endless_line_is_bounded():
    tail = fed(*[b"x" * 10_000] * 50)
    assert len(tail.last(1)[0][0]) == 100


def test_control_sequences_and_broken_bytes_are_harmless():
    shown = "".join(fed(b"\x1b]52;c;ZXZpbA==\x07\x1b[2J\xff\xfe[red]loss[/]\x9b31m\n").last(9)[0])
    assert "\x1b" not in shown
    assert "\x9b" not in shown
    assert "[red]loss[/]" in shown


def test_feeding_and_reading_at_once_loses_no_line():
    tail = OutputTail(lines=10_000)
    feeder = threading.Thread(target=lambda: [tail.feed(b"a\nb") for _ in range(2_000)])
    feeder.start()
    while feeder.is_alive():
        tail.last(10)
    feeder.join()
    lines, above = tail.last(10_000)
    assert len(lines) + above == 2_001
    assert "".join(lines).count("a") == 2_000
