"""Values that a program takes by their position, and options that it looks for by itself."""

import pytest

from advisor.experiment.places import search
from advisor.experiment.plan import plan_value
from advisor.tune.limits import Limits, tunable

ARGV = {
    "one by one": "import sys\nlr = float(sys.argv[1])\nbatch_size = int(sys.argv[2])\nname = sys.argv[3]\n",
    "at once": "from sys import argv\nimport sys\nlr, batch_size = sys.argv[1:3]\n",
    "a list of its own": "import sys\nargs = sys.argv[1:]\nlr, batch_size = float(args[0]), int(args[1])\n",
    "keywords": "import sys\ntrain(lr=float(sys.argv[1]), batch_size=int(sys.argv[2]))\n",
    "or a default": (
        "import sys\nlr = float(sys.argv[1]) if len(sys.argv) > 1 else 0.1\nbatch_size = int(sys.argv[2])\n"
    ),
    "argparse": (
        "import argparse\nparser = argparse.ArgumentParser()\nparser.add_argument('lr', type=float)\n"
        "parser.add_argument('batch_size', type=int)\nparser.add_argument('--out')\n"
    ),
    "click": (
        "import click\n@click.command()\n@click.argument('lr')\n@click.argument('batch_size')\n"
        "def main(lr, batch_size): ...\n"
    ),
}


@pytest.mark.parametrize("text", ARGV.values(), ids=ARGV)
def test_words_are_known_by_what_the_program_makes_of_them(tmp_path, text):
    (tmp_path / "train.py").write_text(text)
    command = ["python", "-u", "train.py", "0.1", "64", "first"]
    found = [(p.name, p.role, p.value, p.kind) for p in search(command, tmp_path).places]
    assert found == [
        ("lr", "learning_rate", 0.1, "positional"),
        ("batch_size", "batch_size", 64, "positional"),
    ]
    plan = plan_value("learning rate", 0.003, command, tmp_path)
    assert plan.command_after == ("python", "-u", "train.py", "0.003", "64", "first")
    assert set(tunable(command, tmp_path, Limits()).space) == {"lr", "batch_size"}


def test_a_list_that_is_cut_at_an_unknown_place_names_nothing(tmp_path):
    (tmp_path / "train.py").write_text("import sys\nlr, batch_size = sys.argv[n:]\nsteps = sys.argv[-1]\n")
    assert search(["python", "train.py", "0.1", "64"], tmp_path).places == ()


GETOPT = """
import getopt, sys
lr, bs, hidden = 0.01, 32, 64
opts, rest = getopt.getopt(sys.argv[1:], "l:b:", ["lr=", "hidden=", "amp"])
for opt, arg in opts:
    if opt in ("-l", "--lr"):
        lr = float(arg)
    elif opt == "-b":
        bs = int(arg)
    elif opt == "--amp":
        amp = True
"""


def test_options_that_a_program_looks_for_by_itself_override_its_constants(tmp_path):
    (tmp_path / "train.py").write_text(GETOPT)
    command = ["python", "train.py", "-l", "0.1", "--amp", "-b", "16"]
    found = search(command, tmp_path)
    assert [(p.name, p.role, p.value) for p in found.places] == [
        ("-l", "learning_rate", 0.1),
        ("--amp", "precision", True),
        ("-b", "batch_size", 16),
        ("hidden", "hidden_units", 64),
    ]
    overridden = [(place.name, over.name) for place, over in found.overridden]
    assert overridden == [("lr", "-l"), ("bs", "-b"), ("amp", "--amp")]
    assert plan_value("lr", 0.003, command, tmp_path).command_after[3] == "0.003"


def test_a_word_that_a_flag_names_is_no_second_setting(tmp_path):
    (tmp_path / "train.py").write_text("import sys\nrate, more = float(sys.argv[2]), len(sys.argv) > 3\n")
    places = search(["python", "train.py", "--lr", "0.1"], tmp_path).places
    assert [(p.name, p.value) for p in places] == [("--lr", 0.1)]
