"""Values in the program that a command runs: which are found, which counts, and how one is changed."""

import ast

import pytest

from advisor.errors import EditError, UsageError
from advisor.experiment.places import search
from advisor.experiment.plan import plan_value

COMMAND = ["python", "train.py"]


@pytest.fixture
def program(tmp_path):
    """Writes a script and whatever lies beside it; returns the folder."""

    def write(text, **others):
        (tmp_path / "train.py").write_text(text)
        for name, content in others.items():
            path = tmp_path / name.replace("__", "/").replace("_dot_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
        return tmp_path

    return write


def found(folder, command=COMMAND):
    return {p.name: (p.role, p.value, p.kind) for p in search(command, folder).places}


@pytest.mark.parametrize(
    ("text", "name", "role", "value", "kind"),
    [
        ("LR = 0.05", "LR", "learning_rate", 0.05, "constant"),
        ("lr: float = 5e-2", "lr", "learning_rate", 0.05, "constant"),
        ("LR, B = 0.05, 3", "LR", "learning_rate", 0.05, "constant"),
        ("NOISE = -0.3", "NOISE", None, -0.3, "constant"),
        ("BATCH_SIZE = 2 ** 5", "BATCH_SIZE", "batch_size", 32, "constant"),
        ("opt = torch.optim.Adam(m.parameters(), lr=1e-3)", "Adam.lr", "learning_rate", 0.001, "argument"),
        ("opt = SGD(m.parameters(), 0.1)", "SGD.lr", "learning_rate", 0.1, "argument"),
        ("opt = keras.optimizers.Adam(0.1)", "Adam.lr", "learning_rate", 0.1, "argument"),
        ("opt = Adam(p, betas=(0.8, 0.99))", "Adam.betas.0", "beta1", 0.8, "argument"),
        ("nn.Sequential(nn.Dropout(0.5))", "Dropout.p", "dropout", 0.5, "argument"),
        ("nn.Dropout(p=0.5)", "Dropout.p", "dropout", 0.5, "argument"),
        ("x = F.dropout(x, 0.5)", "dropout.p", "dropout", 0.5, "argument"),
        ("DataLoader(data, batch_size=32)", "DataLoader.batch_size", "batch_size", 32, "argument"),
        ("DataLoader(data, 32)", "DataLoader.batch_size", "batch_size", 32, "argument"),
        ("clip_grad_norm_(p, 1.0)", "clip_grad_norm_.max_norm", "gradient_clipping", 1.0, "argument"),
        ("torch.manual_seed(3)", "manual_seed.seed", "seed", 3, "argument"),
        ("for epoch in tqdm(range(20)):\n    pass", "epochs", "epochs", 20, "argument"),
        ("model.fit(x, y, epochs=7)", "fit.epochs", "epochs", 7, "argument"),
        ("def train(lr=0.1): ...", "train.lr", "learning_rate", 0.1, "parameter"),
        ("class Net:\n def __init__(self, hidden=64): ...", "Net.hidden", "hidden_units", 64, "parameter"),
        ("class C:\n lr: float = 0.1", "C.lr", "learning_rate", 0.1, "constant"),
        ("@dataclass\nclass C:\n lr: float = field(default=0.1)", "C.lr", "learning_rate", 0.1, "constant"),
        ("class C:\n def __init__(self):\n  self.lr = 0.1", "C.lr", "learning_rate", 0.1, "constant"),
        ("config = {'lr': 0.1}", "config.lr", "learning_rate", 0.1, "constant"),
        ("config = {'optim': {'lr': 0.1}}", "config.optim.lr", "learning_rate", 0.1, "constant"),
        ("config = dict(lr=0.1)", "config.lr", "learning_rate", 0.1, "constant"),
        ("cfg['lr'] = 0.1", "cfg.lr", "learning_rate", 0.1, "constant"),
        ("cfg.optim.lr = 0.1", "cfg.optim.lr", "learning_rate", 0.1, "constant"),
        ("wandb.init(config={'lr': 0.1})", "lr", "learning_rate", 0.1, "constant"),
        ("p.add_argument('-b', '--bs', default=8)", "--bs", "batch_size", 8, "option"),
        ("LR = 0.1\np.add_argument('--rate-lr', default=LR)", "--rate-lr", "learning_rate", 0.1, "option"),
        ("p.add_argument('--lr')\np.set_defaults(lr=0.1)", "--lr", "learning_rate", 0.1, "option"),
        ("@click.option('--lr', default=0.1)\ndef f(lr): ...", "--lr", "learning_rate", 0.1, "option"),
        ("flags.DEFINE_float('lr', 0.1, 'rate')", "--lr", "learning_rate", 0.1, "option"),
        ("import fire\ndef f(lr=0.1): ...\nfire.Fire(f)", "--lr", "learning_rate", 0.1, "option"),
        ("import typer\ndef f(lr=typer.Option(.1)): 1\ntyper.run(f)", "--lr", "learning_rate", 0.1, "option"),
        (
            "from trl import TrlParser\n@dataclass\nclass A:\n lr: float = 0.1\nTrlParser(A)",
            "--lr", "learning_rate", 0.1, "option",
        ),
        ("lr = float(os.environ.get('LR', '0.1'))", "LR", "learning_rate", 0.1, "variable"),
        ("学习率 = 0.1  # 初始", "学习率", "learning_rate", 0.1, "constant"),
    ],
)  # fmt: skip
def test_every_form_in_a_program(program, text, name, role, value, kind):
    folder = program("# 训练\n" + text + "\n")
    assert found(folder).get(name) == (role, value, kind)
    place = next(p for p in search(COMMAND, folder).places if p.name == name)
    written = (folder / "train.py").read_bytes()[place.where.start : place.where.end].decode()
    assert written == place.text
    assert "*" in written or float(ast.literal_eval(written)) == value
    lines = (folder / "train.py").read_text().splitlines()
    assert place.text in lines[place.where.line - 1]
    assert place.location == f"train.py:{place.where.line}"


@pytest.mark.parametrize(
    "text",
    [
        "x = torch.argmax(y, dim=1)",
        "loss = 0.0",
        "best_loss = 1e9",
        "step = 0",
        "plt.plot(x, width=3)",
        "lr = args.lr",
        "batch_size = 'all'",
        "batch_size = True",
        "for i in range(3): pass",
        "opt = Adam(p, lr=lr)",
    ],
)
def test_what_is_no_hyperparameter(program, text):
    assert found(program(text + "\n")) == {}


def test_modules_of_the_users_own_are_searched_and_others_are_not(program):
    folder = program(
        "import torch, model\nfrom lib import data\nfrom lib.nested.deep import x\n",
        model_dot_py="DROPOUT = 0.5\nimport train\n",
        lib__data_dot_py="from .sizes import batch\n",
        lib__sizes_dot_py="BATCH_SIZE = 16\n",
        lib__nested__deep_dot_py="lr = 0.1\n",
        unused_dot_py="lr = 9\n",
    )
    places = {p.location: p.value for p in search(COMMAND, folder).places}
    assert places == {"model.py:1": 0.5, "lib/sizes.py:1": 16, "lib/nested/deep.py:1": 0.1}


def test_a_program_that_is_no_python_is_said(program):
    folder = program("lr = 0.1\nif:\n")
    result = search(COMMAND, folder)
    assert result.places == ()
    assert result.problems == ("train.py is not valid Python: invalid syntax, line 2.",)


def test_a_flag_over_a_file_over_a_default_over_a_constant(program):
    text = "p.add_argument('--lr', default=0.1)\np.add_argument('--config')\nlr = 0.4\nAdam(p, lr=0.7)\n"
    folder = program(text, c_dot_yaml="optim:\n  lr: 0.2\n")
    commands = [[*COMMAND, "--lr", "0.3", "--config", "c.yaml"], [*COMMAND, "--config", "c.yaml"], COMMAND]
    for command, value in zip(commands, (0.3, 0.2, 0.1), strict=True):
        assert search(command, folder).places[0].value == value
        assert plan_value("learning rate", 0.5, command, folder).before == value
    over = [(p.location, by.value) for p, by in search(commands[0], folder).overridden]
    assert over == [("c.yaml:2", 0.3), ("train.py:1", 0.3), ("train.py:3", 0.3)]
    assert plan_value("Adam.lr", 0.5, commands[0], folder).edits[0].label == "train.py"


def test_a_file_that_the_script_names_is_searched_and_one_that_it_writes_is_not(program):
    text = (
        "cfg = yaml.safe_load(open('conf.yaml'))\nopen('out.json', 'w')\njson.load(open('metrics.json'))\n"
        "Path('made.json').write_text('')\n"
    )
    others = {f"{name}_dot_json": '{"lr": 9}' for name in ("out", "metrics", "made", "unnamed")}
    folder = program(text, conf_dot_yaml="lr: 0.1\n", **others)
    assert [p.location for p in search(COMMAND, folder).places] == ["conf.yaml:1"]
    (folder / "other.yaml").write_text("lr: 0.2\n")
    named = search([*COMMAND, "--config", "other.yaml"], folder).places
    assert [p.location for p in named] == ["other.yaml:1"], "a file on the command line replaces the default"


def test_hydra_groups_and_overrides(program):
    folder = program(
        "@hydra.main(config_path='conf', config_name='config')\ndef main(cfg): ...\n",
        conf__config_dot_yaml="defaults:\n  - optim: adam\n  - _self_\nepochs: 3\nseed: 1\n",
        conf__optim__adam_dot_yaml="lr: 0.1\n",
        conf__optim__sgd_dot_yaml="lr: 0.2\n",
    )
    assert found(folder)["optim.lr"] == ("learning_rate", 0.1, "yaml")
    assert found(folder, [*COMMAND, "optim=sgd"])["optim.lr"][1] == 0.2
    assert found(folder, [*COMMAND, "++optim.lr=0.3"])["optim.lr"] == ("learning_rate", 0.3, "key=value")
    assert "seed" not in found(folder, [*COMMAND, "~seed"])


@pytest.mark.parametrize(
    "reads",
    [
        "CONF = Path(__file__).parent / 'conf'\nyaml.safe_load((CONF / 'config.yaml').read_text())\n",
        "CONF = os.path.join(HERE, 'conf')\nyaml.safe_load(open(os.path.join(CONF, 'config.yaml')))\n",
        "here = Path('conf')\nyaml.safe_load(here.joinpath('config.yaml').read_text())\n",
    ],
)
def test_groups_of_a_defaults_list_are_searched_without_hydra_too(program, reads):
    folder = program(
        reads,
        conf__config_dot_yaml="defaults:\n  - optim: sgd\n  - _self_\nepochs: 3\n",
        conf__optim__sgd_dot_yaml="lr: 0.2\n",
        conf__optim__adam_dot_yaml="lr: 0.1\n",
    )
    assert found(folder)["optim.lr"] == ("learning_rate", 0.2, "yaml")
    assert found(folder, [*COMMAND, "optim=adam"])["optim.lr"][1] == 0.1
    assert search(COMMAND, folder).problems == (), "a group whose file was read is no unread one"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("c.yaml", "_base_: base.yaml\nlr: 0.1\n", "c.yaml line 1 draws in base.yaml"),
        ("c.yaml", "model: !include m.yaml\nlr: 0.1\n", "c.yaml line 1 draws in m.yaml"),
        ("c.json", '{"extends": "base.json"}\n', 'c.json line 1 draws in "base.json"'),
    ],
)
def test_what_a_file_draws_in_and_is_not_there_is_reported(program, name, content, words):
    folder = program("", **{name.replace(".", "_dot_"): content})
    (problem,) = search([*COMMAND, name], folder).problems
    assert problem.startswith(words)


def test_what_a_file_draws_in_is_searched_and_counts_where_the_file_says_nothing(program):
    folder = program(
        "",
        exp_dot_yaml="_base_: [shared.yaml, conf/late.json]\nlr: 0.1\nmodel: !include conf/model.yml\n",
        shared_dot_yaml="lr: 0.5\nbatch_size: 8\nepochs: 3\n",
        conf__late_dot_json='{"epochs": 9, "base": "exp.yaml"}',
        conf__model_dot_yml="extends: sizes.yml\ndropout: 0.2\n",
        conf__sizes_dot_yml="again: !include model.yml\ndropout: 0.9\nhidden_size: 64\n",
    )
    searched = search([*COMMAND, "exp.yaml"], folder)
    values = {p.name: (p.value, p.where.label) for p in searched.places if p.role}
    assert values == {
        "lr": (0.1, "exp.yaml"),
        "model.dropout": (0.2, "conf/model.yml"),
        "model.hidden_size": (64, "conf/sizes.yml"),
        "epochs": (9, "conf/late.json"),
        "batch_size": (8, "shared.yaml"),
    }
    assert {(p.name, p.value, over.value) for p, over in searched.overridden} == {
        ("lr", 0.5, 0.1),
        ("epochs", 3, 9),
        ("model.dropout", 0.9, 0.2),
    }
    assert not searched.problems
    plan = plan_value("batch_size", 16, [*COMMAND, "exp.yaml"], folder)
    assert [edit.path.name for edit in plan.edits] == ["shared.yaml"]


@pytest.mark.parametrize(
    ("name", "value", "line", "new"),
    [
        ("LR", 0.1, "LR = 5e-2  # 学习率", "LR = 0.1  # 学习率"),
        ("LR", 3e-5, "LR = (0.05)\t;  x=1", "LR = (3.0e-5)\t;  x=1"),
        ("lr", -0.5, "opt=Adam( p,lr = 1 / 1000 )", "opt=Adam( p,lr = -0.5 )"),
        ("Dropout.p", 0.25, "f('é', nn.Dropout(0.5))", "f('é', nn.Dropout(0.25))"),
        ("batch_size", 64, "DataLoader(d, batch_size=2**5)", "DataLoader(d, batch_size=64)"),
        ("epochs", 30, "for epoch in range(20): pass", "for epoch in range(30): pass"),
        ("optimizer", "sgd", "optimizer = 'adam'", "optimizer = 'sgd'"),
        ("optimizer", 'a"b', 'optimizer = "adam"', 'optimizer = "a\\"b"'),
        ("c.lr", 0.2, "c = {'lr': 0.1, 'x': [0.1]}", "c = {'lr': 0.2, 'x': [0.1]}"),
        ("train.py:2", 0.3, "a = 0.1", "a = 0.3"),
        ("amp", "false", "amp = True", "amp = False"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_only_the_value_changes_in_a_program(program, name, value, line, new, end):
    folder = program("")
    old = f"#!/usr/bin/env python{end}{line}{end}if x :{end}\ty = 0.1"
    (folder / "train.py").write_bytes(old.encode())
    (edit,) = plan_value(name, value, COMMAND, folder).edits
    assert edit.after.decode() == old.replace(line, new)


def test_two_places_of_one_rank_are_asked_about_and_can_be_told_apart_by_line(program):
    folder = program("a = Adam(p, lr=0.1)\nb = Adam(q, lr=0.2)\n")
    with pytest.raises(
        EditError, match=r"Adam\.lr = 0\.1 \(train\.py line 1\), Adam\.lr = 0\.2 \(train\.py line 2\)"
    ) as asked:
        plan_value("lr", 0.3, COMMAND, folder)
    assert "advisor set train.py:1 VALUE" in str(asked.value)
    assert b"q, lr=0.3" in plan_value("train.py:2", 0.3, COMMAND, folder).edits[0].after


def test_a_computed_value_is_shown_and_declined(program):
    folder = program("LR = 0.1 * world_size\n")
    assert found(folder)["LR"] == ("learning_rate", "0.1 * world_size", "constant")
    with pytest.raises(EditError, match=r"train\.py line 1: LR is computed"):
        plan_value("lr", 0.3, COMMAND, folder)


SWITCHES = """
p.add_argument("--amp", action="store_true")
p.add_argument("--nesterov", action=argparse.BooleanOptionalAction, default=False)
p.add_argument("-b", type=int, default=8)
p.add_argument("--tags", action="append")
"""


@pytest.mark.parametrize(
    ("words", "name", "value", "after"),
    [
        (["--amp"], "amp", "false", []),
        ([], "amp", "true", ["--amp"]),
        (["--nesterov"], "nesterov", "false", ["--no-nesterov"]),
        (["--no-nesterov", "x"], "nesterov", "true", ["--nesterov", "x"]),
        ([], "nesterov", "true", ["--nesterov"]),
        (["-b16"], "batch size", 32, ["-b32"]),
        ([], "batch size", 32, ["-b", "32"]),
        (["--", "x"], "batch size", 32, ["-b", "32", "--", "x"]),
    ],
)
def test_switches_and_flags_with_their_value_attached(program, words, name, value, after):
    plan = plan_value(name, value, [*COMMAND, *words], program(SWITCHES))
    assert plan.command_after == (*COMMAND, *after)


def test_a_switch_takes_no_number(program):
    with pytest.raises(UsageError, match="switch"):
        plan_value("amp", 3, [*COMMAND, "--amp"], program(SWITCHES))
    with pytest.raises(EditError, match="is a switch and is off"):
        plan_value("amp", "false", COMMAND, program(SWITCHES))


def test_a_flag_may_be_shortened_as_argparse_allows(program):
    folder = program("p.add_argument('--learning-rate', default=0.1)\np.add_argument('--layers')\n")
    assert found(folder, [*COMMAND, "--learn", "0.2"])["--learn"] == ("learning_rate", 0.2, "flag")
    assert "--learning-rate" not in found(folder, [*COMMAND, "--learn", "0.2"])


def test_environment_variables(program):
    folder = program("lr = float(os.getenv('LR', 0.1))\nseed = os.environ['SEED']\n")
    assert plan_value("lr", 0.2, COMMAND, folder).command_after == ("env", "LR=0.2", *COMMAND)
    assert plan_value("lr", 0.2, ["env", "A=1", *COMMAND], folder).command_after == (
        "env", "A=1", "LR=0.2", *COMMAND,
    )  # fmt: skip
    for given in (["env", "LR=0.3", *COMMAND], ["LR=0.3", *COMMAND], ["env", "-u", "X", "LR=0.3", *COMMAND]):
        assert found(folder, given)["LR"] == ("learning_rate", 0.3, "environment")
        changed = plan_value("lr", 0.2, given, folder).command_after
        assert [word for word in changed if word not in given] == ["LR=0.2"]


def test_a_python_configuration_file_is_a_file(program):
    folder = program("import sys\n", conf__a_dot_py="optimizer = dict(type='SGD', lr=0.1)\nmax_epochs = 3\n")
    command = [*COMMAND, "conf/a.py"]
    assert found(folder, command)["optimizer.lr"] == ("learning_rate", 0.1, "python")
    assert b"lr=0.2" in plan_value("lr", 0.2, command, folder).edits[0].after


INI = "; café\n[optim]\nlr = 0.1 ; rate\nName: sgd\n\n[data]\nbatch_size=32\nlong = a\n  b\nempty =\n"


def test_ini_files(program):
    folder = program("", c_dot_ini=INI)
    command = [*COMMAND, "--config", "c.ini"]
    assert found(folder, command)["optim.lr"] == ("learning_rate", 0.1, "ini")
    assert found(folder, command)["data.batch_size"] == ("batch_size", 32, "ini")
    (edit,) = plan_value("lr", 3e-5, command, folder).edits
    assert edit.after.decode() == INI.replace("0.1 ;", "3.0e-5 ;")
    (edit,) = plan_value("data.empty", 3, command, folder).edits
    assert edit.after.decode() == INI.replace("empty =", "empty = 3")
    with pytest.raises(EditError, match="several lines"):
        plan_value("data.long", "c", command, folder)


def test_ini_values_in_quotes_and_keys_without_a_value(program):
    text = "[optim]\nlr = '0.1'\nname = \"sgd\"\nnesterov\nhalf = 'a\"\n"
    command, folder = [*COMMAND, "--config", "c.ini"], program("", c_dot_ini=text)
    values = {name: value for name, (_, value, kind) in found(folder, command).items() if kind == "ini"}
    assert values.items() >= {"optim.lr": "0.1", "optim.name": "sgd", "optim.half": "'a\""}.items()
    (edit,) = plan_value("optim.name", "adam", command, folder).edits
    assert edit.after.decode() == text.replace("sgd", "adam")


def test_what_is_no_number_has_no_sign(program):
    folder = program("LR = -True\nNAME = -'x'\nMOMENTUM = -0.9\n")
    assert found(folder) == {"MOMENTUM": ("momentum", -0.9, "constant")}


def test_a_text_with_a_prefix_is_replaced_whole(program):
    folder = program("OPTIMIZER = r'sgd'\n")
    (edit,) = plan_value("OPTIMIZER", "adam", COMMAND, folder).edits
    assert edit.after == b"OPTIMIZER = 'adam'\n"


def test_lines_of_key_and_value_without_a_section(program):
    folder = program("", c_dot_cfg="# n\nlr=0.1\nbatch_size = 32")
    (edit,) = plan_value("lr", 0.2, [*COMMAND, "c.cfg"], folder).edits
    assert edit.after == b"# n\nlr=0.2\nbatch_size = 32"
