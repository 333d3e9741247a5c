"""Roles that the program's use of a value tells, and the words that it takes."""

import ast

import pytest

from advisor.experiment.choices import choices_in, role_of_word
from advisor.experiment.places import search
from advisor.experiment.plan import plan_value
from advisor.experiment.usage import roles_by_use


@pytest.mark.parametrize(
    ("text", "name", "role"),
    [
        ("opt = torch.optim.Adam(net.parameters(), lr=float(cfg['speed']))", "speed", "learning_rate"),
        ("opt = SGD(net.parameters(), c.speed)", "speed", "learning_rate"),
        ("opt = AdamW(ps, weight_decay=O['decay'])", "decay", "weight_decay"),
        ("layer = nn.Dropout(cfg.p)", "p", "dropout"),
        ("speed = cfg['s']\nopt = Adam(ps, lr=speed)", "s", "learning_rate"),
        ("for epoch in range(1, args.passes + 1): ...", "passes", "epochs"),
        ("for ep in tqdm(range(passes)): ...", "passes", "epochs"),
        ("for i in range(0, len(x), size): ...", "size", "batch_size"),
        ("for i in range(2, 10, size): ...", "size", None),
        ("for idx in torch.randperm(n).split(c['size']): ...", "size", "batch_size"),
        ("words = text.split(size)", "size", None),
        ("nn.Dropout(p)\nAdam(ps, lr=p)", "p", None),
        ("Conv2d(1, c.maps, 3)\nConv2d(c.maps, 2 * c.maps, 3)", "maps", "hidden_units"),
        ("m = cfg['maps']\nLinear(64, m)\nLinear(m, kinds)", "maps", "hidden_units"),
        ("Linear(features, 8)\nLinear(8, kinds)", "features", None),
        ("Linear(features, 8)\nLinear(8, kinds)", "kinds", None),
    ],
)
def test_what_is_done_with_a_value_tells_what_it_is(text, name, role):
    assert roles_by_use([ast.parse(text)]).get(name) == role


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("train(lr=0.1, batch=32, act='relu')",
         {"train.lr": "learning_rate", "train.batch": "batch_size", "train.act": "activation"}),
        ("def fit(rate, lr=0.1, batch=32, depth=2): ...",
         {"fit.lr": "learning_rate", "fit.batch": "batch_size", "fit.depth": "layers"}),
        ("load(path='a', batch=32, depth=2)", {}),
    ],
)  # fmt: skip
def test_a_vague_argument_is_a_setting_beside_a_learning_rate(tmp_path, text, roles):
    (tmp_path / "train.py").write_text(text)
    places = search(["python", "train.py"], tmp_path).places
    assert {p.name: p.role for p in places if p.role is not None} == roles


@pytest.mark.parametrize(
    ("text", "choices"),
    [
        ('kinds = {"sgd": SGD, "adam": Adam}', ("sgd", "adam")),
        ('if cfg["optim"]["name"] == "sgd": ...\nelif cfg["optim"]["name"] in ("adam", "adamw"): ...',
         ("sgd", "adam", "adamw")),
        ('o = Adam() if args.name.lower() == "adam" else SGD()', ("sgd", "adam")),
        ('match name:\n    case "sgd" | "adam": ...', ("sgd", "adam")),
        ('class C:\n    name: Literal["adam", "sgd"] = "sgd"', ("sgd", "adam")),
        ('if name == "sgd": ...\nelif name == "resnet": ...', ()),
        ('settings = {"sgd": 1, "adam": 2}', ()),
        ('if model == "adam": ...', ()),
        ('if "adam" in name: ...', ()),
    ],
)  # fmt: skip
def test_the_program_lists_what_a_word_may_be(text, choices):
    assert choices_in([ast.parse(text)], "optimizer", "optim.name", "sgd") == choices


def test_an_optimizer_by_name_is_exchanged_only_where_all_take_its_arguments():
    by_name = "o = getattr(torch.optim, kind)(ps, {})"
    plain, heavy = (ast.parse(by_name.format(rest)) for rest in ("lr=0.1", "lr=0.1, momentum=0.9"))
    assert choices_in([plain], "optimizer", "kind", "SGD") == ("SGD", "Adam", "AdamW")
    assert choices_in([heavy], "optimizer", "kind", "SGD") == ()
    assert [role_of_word(word) for word in ("AdamW", "tanh", "linear", 3)] == [
        "optimizer", "activation", None, None,
    ]  # fmt: skip


def found(folder, *words):
    return {p.name: p for p in search(["python", "train.py", *words], folder).places}


def test_pairs_of_words_override_the_file(tmp_path):
    (tmp_path / "exp.yml").write_text("SOLVER: {BASE_LR: 0.1, STEPS: 5}\n")
    (tmp_path / "train.py").write_text(
        "import argparse\np = argparse.ArgumentParser()\np.add_argument('--cfg')\n"
        "p.add_argument('--opts', nargs=argparse.REMAINDER)\n"
    )
    words = ("--cfg", "exp.yml", "--opts", "SOLVER.BASE_LR", "0.0004")
    assert found(tmp_path, *words)["SOLVER.BASE_LR"].value == 0.0004
    plan = plan_value("SOLVER.BASE_LR", 0.01, ["python", "train.py", *words], tmp_path)
    assert plan.command_after[-1] == "0.01"
    assert not plan.edits


def test_a_file_is_found_where_the_program_joins_its_path(tmp_path):
    (tmp_path / "src").mkdir()
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf" / "base.yaml").write_text("lr: 0.1\n")
    (tmp_path / "src" / "train.py").write_text(
        "from pathlib import Path\nhere = Path(__file__).parent.parent\nf = here / 'conf' / 'base.yaml'\n"
    )
    (place,) = search(["python", "src/train.py"], tmp_path).places
    assert (place.name, place.source) == ("lr", "conf/base.yaml line 1")


def test_the_variable_of_an_option_tells_its_role(tmp_path):
    (tmp_path / "train.py").write_text(
        "import click\n@click.command()\n@click.option('--passes', '-n', 'n_epochs', default=20)\n"
        "def main(n_epochs): ...\n"
    )
    assert found(tmp_path)["--passes"].role == "epochs"
    assert found(tmp_path, "-n", "8")["-n"].role == "epochs"


def test_what_an_object_is_made_with_goes_before_the_field_of_its_class(tmp_path):
    (tmp_path / "train.py").write_text(
        "@dataclass\nclass Options:\n    epochs: int = 10\noptions = Options(epochs=8)\n"
    )
    assert found(tmp_path)["Options.epochs"].value == 8


def test_a_flag_that_is_spelled_out_is_meant_and_not_another_of_its_role(tmp_path):
    (tmp_path / "train.py").write_text(
        "import argparse\np = argparse.ArgumentParser()\np.add_argument('--emsize', type=int, default=16)\n"
        "p.add_argument('--nhid', type=int, default=16)\n"
    )
    command = ["python", "train.py", "--nhid", "4"]
    assert plan_value("--emsize", 32, command, tmp_path).command_after == (*command, "--emsize", "32")
