"""Foreign text has one way to the terminal, and none to an interpreter: read from the source itself."""

import ast
import io
from pathlib import Path

import pytest

from advisor.cli.echo import over_line
from advisor.text import printable

PACKAGE = Path(__file__).parents[1] / "advisor"
FILES = {str(path.relative_to(PACKAGE)): path for path in sorted(PACKAGE.rglob("*.py"))}
# Each writes only our own words, or bytes that are to stay as they are.
MAY_PRINT = {
    "cli/__init__.py": "the version",
    "cli/echo.py": "the gate of the commands",
    "chat/plain.py": "line mode, through `printable`",
    "chat/fit.py": "figures, while the classifier is fitted",
    "tui/__init__.py": "what is opened, its names through `clean_line`",
    "tui/launch.py": "the findings, after the screen is closed",
    "probe/doubling.py": "JSON, to the process that started it",
}
WIDGETS_THAT_TAKE_TEXT = {"Static", "Label", "Markdown", "RichLog", "Button", "Log", "MarkdownViewer"}


def calls(path):
    """(dotted name, call) of every call in a file."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


@pytest.mark.parametrize("name", FILES)
def test_only_named_files_print(name):
    if name not in MAY_PRINT and not name.startswith("corpus/"):
        printing = {"print", "click.echo", "click.secho", "sys.stdout.write", "sys.stderr.write"}
        assert not [(called, node.lineno) for called, node in calls(FILES[name]) if called in printing]


def test_no_name_is_excused_that_does_not_print():
    assert MAY_PRINT.keys() <= FILES.keys()


@pytest.mark.parametrize(
    "name", [name for name in FILES if name.startswith("tui/") and name != "tui/safe.py"]
)
def test_no_widget_reads_markup(name):
    for called, node in calls(FILES[name]):
        last = called.rpartition(".")[2]
        assert last not in WIDGETS_THAT_TAKE_TEXT, f"{name}:{node.lineno}: use PlainText"
        assert last not in {"from_markup", "from_ansi"}, f"{name}:{node.lineno}"
        if last == "notify":
            assert any(k.arg == "markup" and ast.unparse(k.value) == "False" for k in node.keywords), (
                node.lineno
            )
        if last == "Option":
            assert isinstance(node.args[0], ast.Call), f"{name}:{node.lineno}: an option takes a Content"


# What a process that was started here sends through the pipe that it was given is no input.
MAY_UNPICKLE = "workers.py"


def test_nothing_runs_what_it_reads():
    forbidden = {
        "eval",
        "exec",
        "pickle.load",
        "pickle.loads",
        "yaml.unsafe_load",
        "os.system",
        "marshal.loads",
    }
    for name, path in FILES.items():
        for called, node in calls(path):
            if (name, called) != (MAY_UNPICKLE, "pickle.loads"):
                assert called not in forbidden, f"{name}:{node.lineno}"
            keywords = {k.arg: ast.unparse(k.value) for k in node.keywords}
            if called == "torch.load":
                assert keywords.get("weights_only") == "True", f"{name}:{node.lineno}"
            if called in {"np.load", "numpy.load"}:
                assert keywords.get("allow_pickle", "False") == "False", f"{name}:{node.lineno}"
            if called in {"subprocess.run", "subprocess.Popen"}:
                assert "shell" not in keywords, f"{name}:{node.lineno}"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain\ttext\n", "plain\ttext\n"),
        ("\x1b[31mred\x1b[0m", "\x1b[31mred\x1b[0m"),
        ("a\x1b]0;owned\x07b\x1b[2Jc\u202ed\x07", "abc\ufffdd\ufffd"),
        ("\x1b[31m\x1b[5;5H!\x9b2J", "\x1b[31m!"),
    ],
)
def test_the_last_gate_lets_colours_through_and_nothing_else(text, shown):
    assert printable(text) == shown


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_line_of_progress_is_written_over_and_brings_no_sequence_of_its_own(monkeypatch):
    monkeypatch.setattr("sys.stderr", terminal := Terminal())
    over_line("3/10 \x1b[2Jlogs")
    assert terminal.getvalue() == "\r\x1b[K3/10 logs"
