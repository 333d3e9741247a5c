"""How long a training took: by the log's own clock, by the journal, or not known."""

import sys

import pytest

from advisor.chat.conversation import Conversation
from tests.event_files import content, simple

PRINTS = """\
import time
for epoch in range(1, 6):
    time.sleep(0.02)
    print(f"epoch {epoch} train_loss={1 / epoch:.3f} val_loss={1 / epoch + 0.1:.3f}", flush=True)
"""


def said(conversation, text):
    return conversation.reply(text).plain(100).replace("\n", " ")


@pytest.mark.parametrize("text", ["how long did it take", "训练用了多久"])
def test_a_log_without_a_clock_tells_nothing(talk, text):
    reply = talk("healthy").reply(text)
    assert (reply.intent, reply.act) == ("how_long", "refuse")


def test_a_training_that_was_run_here_was_timed(session):
    (session.folder / "train.py").write_text(PRINTS, encoding="utf-8")
    session.run((sys.executable, "train.py"))
    (row,) = session.history()
    answer = said(Conversation(session), "how long did the training take?")
    assert answer.startswith("The command ran for ")
    assert f"{row.seconds:.3g} s" in answer
    assert f"{row.seconds / 5:.3g} s for each of the 5 points" in answer


def test_the_logs_own_clock_comes_first(session):
    log = session.folder / "events.out.tfevents.1700000000.here"
    events = (simple("val_loss", n, 1.1 / n, 1.7e9 + 90 * n) for n in range(1, 12))
    log.write_bytes(content(*events))
    session.open([str(log)])
    answer = said(Conversation(session), "how long did it take")
    assert "The log spans 15 min" in answer
    assert "1.5 min for each" in answer
