"""Probing and tuning from the screen: progress, stop, what came of it, the question."""

import threading

import pytest

from advisor.probe.told import Told
from advisor.text import Bilingual
from advisor.tui.trial_commands import _tune_options
from advisor.tui.widgets.conversation import Output
from advisor.tune.rounds import Rounds
from tests.tui.driving import idle, opened, rate_of, said, screen_text, type_line, until


class Probe:
    """In the place of a probe's process, which loads torch for ten seconds: tells the same words."""

    def __init__(self, request, folder):
        self.request = request
        self.stopped = threading.Event()

    def stop(self):
        self.stopped.set()

    def __iter__(self):
        yield Told("made", settings={"lr": 0.1}, of=self.request.budget)
        yield Told("begins", "initial-loss", done=3, of=self.request.budget)
        raced = ("held-out loss by learning rate", (1e-3, 1e-2, 1e-1), (2.0, 1.0, 3.0), "learning rate")
        yield Told("measured", "learning-rate", curves=(raced,))
        if self.request.target == "endless":
            assert self.stopped.wait(30)
        words = Bilingual("the first loss is 2.307", "最初的损失是 2.307")
        title = Bilingual("start", "起点")
        yield Told("measured", "initial-loss", title, words, 5, 20, figures={"initial_loss": 2.307})
        yield Told("end", done=5, of=20)


@pytest.fixture
def told_probe(monkeypatch):
    monkeypatch.setattr("advisor.probe.launch.Launched", Probe)


def titles(app) -> str:
    return "; ".join(panel.title.en for panel in app.panes.panels)


async def test_a_probe_shows_its_figures_and_becomes_the_current_run(make_app, first_log, told_probe):
    async with make_app(first_log).run_test(size=(120, 36)) as pilot:
        app = pilot.app
        await opened(pilot)
        await type_line(pilot, "/probe digits --only initial-loss --budget 20 lr=0.1")
        await until(pilot, lambda: len(app.session.assessments) == 2, "the probe ended")
        await idle(pilot)
        assert "$ advisor probe digits" in said(app)
        assert "the first loss is 2.307" in said(app)
        assert app.session.current is app.session.assessments[0]
        assert app.session.current.run.reader == "probe"
        assert titles(app) == "held-out loss by learning rate"
        assert app.panes.panels[0].curves[0].x.tolist() == [-3, -2, -1]
        assert "log10(learning rate)" in screen_text(app)
        assert "index" not in screen_text(app)


async def test_a_probe_that_the_chat_offers_is_run_as_the_command_runs_it(
    make_app, project, first_log, told_probe
):
    (project.folder / "make.py").write_text(
        "from advisor.probe import Probe\ndef training():\n    return Probe(None, None, None)\n"
    )
    async with make_app(first_log).run_test(size=(120, 36)) as pilot:
        app = pilot.app
        await opened(pilot)
        await type_line(pilot, "probe it")
        await until(pilot, lambda: app.turns.asking, "it was offered")
        await pilot.press("y")
        await until(pilot, lambda: len(app.session.assessments) == 2, "the probe ended")
        await idle(pilot)
        assert app.session.current.run.reader == "probe"
        assert "$ advisor probe make.py:training" in said(app)
        assert titles(app) == "held-out loss by learning rate"


async def test_escape_ends_a_probe_and_what_was_measured_stays(make_app, first_log, told_probe):
    async with make_app(first_log).run_test(size=(120, 36)) as pilot:
        app = pilot.app
        await opened(pilot)
        await type_line(pilot, "/probe endless")
        await until(pilot, lambda: "3/1000  initial-loss" in said(app), "the progress was shown")
        await until(pilot, lambda: "held-out loss by learning rate" in titles(app), "the race was drawn")
        await pilot.press("escape")
        await until(pilot, lambda: len(app.session.assessments) == 2, "the probe ended")
        await idle(pilot)
        assert "stopped" in said(app)
        assert "the first loss is 2.307" in said(app)


async def test_a_probe_that_cannot_be_made_says_why_and_the_program_goes_on(make_app, first_log):
    async with make_app(first_log).run_test(size=(120, 36)) as pilot:
        app = pilot.app
        await opened(pilot)
        for words in ("digits nonsense", "digits --budget none", "digits --only nothing"):
            before = len(app.query(".fault"))
            await type_line(pilot, f"/probe {words}")
            await until(pilot, lambda b=before: len(app.query(".fault")) > b, "the reason was said")
            await idle(pilot)
        assert app.is_running
        assert len(app.session.assessments) == 1


async def test_a_tuning_shows_its_rounds_and_applies_after_a_yes(make_app, project, first_log):
    async with make_app(first_log).run_test(size=(120, 36)) as pilot:
        app = pilot.app
        await opened(pilot)
        await type_line(pilot, "/tune 1")
        await until(pilot, lambda: app.turns.busy is None, "the tuning ended")
        await pilot.pause()
        text = said(app)
        assert "round  val_loss" in text
        assert app.turns.asking, text
        assert rate_of(project) == "3.0"
        await pilot.press("y")
        await idle(pilot)
        assert "Applied" in said(app)
        assert float(rate_of(project)) < 3.0


async def test_escape_stops_a_tuning_and_nothing_is_changed(make_app, project, first_log):
    (project.folder / "train.py").write_text(
        "import time\nprint('epoch,loss', flush=True)\n"
        "for i in range(10**6):\n    print(f'{i},1.0', flush=True)\n    time.sleep(0.05)\n",
        encoding="utf-8",
    )
    async with make_app(first_log).run_test(size=(120, 36)) as pilot:
        app = pilot.app
        await opened(pilot)
        await type_line(pilot, "/tune 3")
        await until(pilot, lambda: "Tunes --lr" in said(app), "the tuning began")
        await pilot.press("escape")
        await idle(pilot)
        assert "No round came to a value" in said(app)
        assert len(app.query(Output)) == 1
        assert rate_of(project) == "3.0"


# Ends at once as it stands; with another rate it waits until it may go on.
WAITING = """
import pathlib, sys, time
lr = float(sys.argv[sys.argv.index("--lr") + 1])
print("epoch,loss", flush=True)
for i in range(8):
    print(f"{i},{1 + lr / (i + 1)}", flush=True)
while lr != 3.0 and not pathlib.Path(GO).exists():
    time.sleep(0.05)
"""


async def test_a_tuning_is_stopped_in_words_and_goes_on_in_words(make_app, project, first_log):
    go = project.folder.parent / "go"
    (project.folder / "train.py").write_text(WAITING.replace("GO", repr(str(go))), encoding="utf-8")
    async with make_app(first_log).run_test(size=(120, 36)) as pilot:
        app = pilot.app
        await opened(pilot)
        await type_line(pilot, "tune it for 2 rounds")
        await until(pilot, lambda: app.turns.asking, "it was offered")
        await pilot.press("y")
        await until(pilot, lambda: "round 1: a safe profile" in said(app), "the first round began")
        await type_line(pilot, "stop")
        await until(pilot, lambda: app.turns.asking, "it was asked whether to stop")
        assert "No training that I started" not in said(app)
        assert "Stopping `advisor tune --rounds 2" in " ".join(said(app).split())
        await pilot.press("y")
        await idle(pilot)
        assert "`/tune resume` goes on from here." in said(app)
        go.touch()
        await type_line(pilot, "resume")
        await until(pilot, lambda: app.turns.asking, "it was offered to go on")
        assert "0 of 2 rounds are done" in said(app)
        await pilot.press("y")
        await until(pilot, lambda: app.turns.busy is None, "the tuning ended")
        await pilot.pause()
        assert Rounds.standing(project.folder) == (2, 2)


@pytest.mark.parametrize(
    ("argument", "options"),
    [
        ("", ("--rounds", "5")),
        ("3", ("--rounds", "3")),
        ("3 --only lr", ("--rounds", "3", "--only", "lr")),
        ("--rounds 2 --keep bs=8", ("--rounds", "2", "--keep", "bs=8")),
        ("resume", ("--resume",)),
        ("0", ()),
        ("many", ()),
        ("3 'open", ()),
    ],
)
def test_what_a_tuning_is_asked_for(argument, options):
    assert _tune_options(argument) == options
