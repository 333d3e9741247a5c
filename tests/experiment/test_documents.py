"""G1 to G3: which values a configuration holds, where, and what is written in their place, by format."""

import pytest

from advisor.errors import EditError
from advisor.experiment.documents import DocumentError, read_document
from advisor.experiment.python_document import _require_one_change, parse
from advisor.experiment.shell_document import commands


@pytest.fixture
def document(tmp_path):
    def document(suffix, text):
        path = tmp_path / f"config.{suffix}"
        path.write_bytes(text.encode())
        return read_document(path, path.name, "shell" if suffix == "sh" else None)

    return document


def shown(leaf):
    """What of a leaf an edit rests on."""
    return (leaf.name, leaf.value, leaf.text, leaf.line)


def leaf_of(found, name):
    (leaf,) = [leaf for leaf in found.effective() if leaf.name == name]
    return leaf


LEAVES = {
    "json": (
        '{\n // a note\n "a": [1, 2.5, {"b": "c"}, [], true],\n "e": {}, /* two\n lines */ "n": null,\n'
        ' "u": "\\u00e9 ${x}",\n}\n',
        [
            ("a.0", 1, "1", 3),
            ("a.1", 2.5, "2.5", 3),
            ("a.2.b", "c", '"c"', 3),
            ("a.3", "", "[]", 3),
            ("a.4", True, "true", 3),
            ("e", "", "{}", 4),
            ("n", None, "null", 5),
            ("u", "é ${x}", '"\\u00e9 ${x}"', 6),
        ],
    ),
    "toml": (
        "# a note\nlr = 1e-3\n[a.b]\n'q.r' = [1, [2, 3],\n 4]\nt = {x = true, y.z = 'w'}\n"
        "[[g]]\nn = 1\n[[g]]\nn = 2\n[g.inner]\nk = 0x10\n[last]\n"
        'when = 1979-05-27 07:32:00\ntext = """two\nlines"""\n',
        [
            ("lr", 1e-3, "1e-3", 2),
            ("a.b.q.r.0", 1, "1", 4),
            ("a.b.q.r.1.0", 2, "2", 4),
            ("a.b.q.r.1.1", 3, "3", 4),
            ("a.b.q.r.2", 4, "4", 5),
            ("a.b.t.x", True, "true", 6),
            ("a.b.t.y.z", "w", "'w'", 6),
            ("g.0.n", 1, "1", 8),
            ("g.1.n", 2, "2", 10),
            ("g.1.inner.k", 16, "0x10", 12),
            ("last.when", "1979-05-27 07:32:00", "1979-05-27 07:32:00", 14),
            ("last.text", "two\nlines", '"""two\nlines"""', 15),
        ],
    ),
    "yaml": (
        "# a note\na: &shared {x: 1, y: [2, 1e-3]}\nb:\n  <<: *shared\n  off: no\n  none:\n  word: 'it''s'\n"
        "  ref: ${a.x}\n  tag: !mine 4\n  empty: []\n  block: |\n    text\n  octal: 010\n",
        [
            ("a.x", 1, "1", 2),
            ("a.y.0", 2, "2", 2),
            ("a.y.1", 1e-3, "1e-3", 2),
            ("b.off", False, "no", 5),
            ("b.none", None, "", 6),
            ("b.word", "it's", "'it''s'", 7),
            ("b.ref", "${a.x}", "${a.x}", 8),
            ("b.tag", 4, "4", 9),
            ("b.empty", "", "[]", 10),
            ("b.block", "text\n", "|\n    text\n", 11),
            ("b.octal", 8, "010", 13),
        ],
    ),
    "ini": (
        "; a note\ntop = 1\n[optim]\nlr: 0.1 ; rate\nname = \"\"\nother = 'a b'\nlong = 1\n  2\n"
        "path = %(root)s/x\nhome = ${root}/y\nempty =\n[more]\nflag = True\nlang = C#\n",
        [
            ("top", 1, "1", 2),
            ("optim.lr", 0.1, "0.1", 4),
            ("optim.name", "", '""', 5),
            ("optim.other", "a b", "'a b'", 6),
            ("optim.long", 1, "1", 7),
            ("optim.path", "%(root)s/x", "%(root)s/x", 9),
            ("optim.home", "${root}/y", "${root}/y", 10),
            ("optim.empty", "", "", 11),
            ("more.flag", True, "True", 13),
            ("more.lang", "C#", "C#", 14),
        ],
    ),
    "py": (
        "LR, EPOCHS = 3 / 2, 2**5\nNEG = -0.5 ; INVERSE = 2**-1\n"
        "HALF = 7 // 2\nSUM = 1 + 2 - 4 * 0.5\nHUGE = 10**99\n"
        "BETAS = (0.9, 0.999)\nTEXT = 'é' ; AFTER = 3\nCOMPUTED = 2 * SUM\n"
        "def train(a, b=4, *, c=5, d):\n    for epoch in range(10): pass\n    for i in range(7): pass\n"
        "    for step in tqdm(range(20)): pass\n    for ep in track(trange(30)): pass\n"
        "class Config:\n    depth: int = 3\n    def __init__(self, wide=6):\n        self.tall = 7\n"
        "cfg['optim']['lr'] = 8\ncfg.optim.beta = 9\nspace = dict(x=1)\ntable = {'p': {'q': 2}}\n",
        [
            ("LR", 1.5, "3 / 2", 1),
            ("EPOCHS", 32, "2**5", 1),
            ("NEG", -0.5, "-0.5", 2),
            ("INVERSE", 0.5, "2**-1", 2),
            ("HALF", 3, "7 // 2", 3),
            ("SUM", 1.0, "1 + 2 - 4 * 0.5", 4),
            ("HUGE", "10**99", "10**99", 5),
            ("BETAS.0", 0.9, "0.9", 6),
            ("BETAS.1", 0.999, "0.999", 6),
            ("TEXT", "é", "'é'", 7),
            ("AFTER", 3, "3", 7),
            ("COMPUTED", "2 * SUM", "2 * SUM", 8),
            ("train.b", 4, "4", 9),
            ("train.c", 5, "5", 9),
            ("epochs", 10, "10", 10),
            ("steps", 20, "20", 12),
            ("epochs", 30, "30", 13),
            ("Config.depth", 3, "3", 15),
            ("Config.wide", 6, "6", 16),
            ("Config.tall", 7, "7", 17),
            ("cfg.optim.lr", 8, "8", 18),
            ("cfg.optim.beta", 9, "9", 19),
            ("space.x", 1, "1", 20),
            ("table.p.q", 2, "2", 21),
        ],
    ),
}


@pytest.mark.parametrize("suffix", LEAVES)
def test_every_value_is_found_with_its_name_its_meaning_and_its_place(document, suffix):
    text, leaves = LEAVES[suffix]
    found = document(suffix, text)
    assert [shown(leaf) for leaf in found.leaves] == leaves
    for leaf in found.leaves:
        # Lines that a value goes on over belong to its place and not to its text.
        place = text[leaf.start : leaf.end]
        assert place == leaf.text or (place.startswith(f"{leaf.text}\n") and leaf.fixed)
        start, end = found.byte_span(leaf)
        assert found.data[start:end].decode() == place


@pytest.mark.parametrize(
    ("suffix", "name", "why"),
    [
        ("json", "a.3", "is an empty list or object"),
        ("json", "u", "refers to another setting"),
        ("toml", "last.when", "is a date or time"),
        ("toml", "last.text", "is a block of text"),
        ("yaml", "a.x", "is shared through an anchor"),
        ("yaml", "b.ref", "refers to another setting"),
        ("yaml", "b.tag", "has a tag of its own (!mine)"),
        ("yaml", "b.empty", "is an empty list or table"),
        ("yaml", "b.block", "is a block of text"),
        ("ini", "optim.long", "runs over several lines"),
        ("ini", "optim.path", "refers to another setting"),
        ("ini", "optim.home", "refers to another setting"),
        ("py", "COMPUTED", "is computed"),
        ("py", "HUGE", "is computed"),
    ],
)
def test_what_cannot_be_edited_says_why_and_in_which_line(document, suffix, name, why):
    found = document(suffix, LEAVES[suffix][0])
    leaf = leaf_of(found, name)
    with pytest.raises(EditError) as refused:
        found.with_value(leaf, 5)
    assert refused.value.what.startswith(f"config.{suffix} line {leaf.line}: {name} {why}")
    editable = {leaf.name for leaf in found.leaves if not leaf.fixed}
    assert name not in editable
    assert editable


@pytest.mark.parametrize(
    ("suffix", "text", "name", "value", "new"),
    [
        ("json", '{"a": "b"}', "a", 'é"', '{"a": "é\\""}'),
        ("json", '{"a": "\\u00e8"}', "a", "é", '{"a": "\\u00e9"}'),
        ("json", '{"a": "1"}', "a", 2, '{"a": "2"}'),
        ("json", '{"a": true}', "a", False, '{"a": false}'),
        ("toml", "a = 'b'", "a", "c d", "a = 'c d'"),
        ("toml", "a = 'b'", "a", "it's", 'a = "it\'s"'),
        ("toml", 'a = "b"', "a", "c\x7f", 'a = "c\\u007f"'),
        ("toml", "a = 1", "a", 2.5, "a = 2.5"),
        ("toml", "a = 1.0", "a", 2, "a = 2.0"),
        ("yaml", "a: b", "a", "c-d", "a: c-d"),
        ("yaml", "a: b", "a", "yes", 'a: "yes"'),
        ("yaml", "a: b", "a", "1e3", 'a: "1e3"'),
        ("yaml", "a: b", "a", "c: d", 'a: "c: d"'),
        ("yaml", "a: 'b'", "a", "it's", "a: 'it''s'"),
        ("yaml", 'a: "b"', "a", 'é"', 'a: "é\\""'),
        ("yaml", "a:", "a", 3, "a: 3"),
        ("yaml", "a: &x 1", "a", 3, "a: &x 3"),
        ("yaml", "a: 1.0", "a", 1e-5, "a: 1.0e-5"),
        ("ini", "a = on\n", "a", "off", "a = off\n"),
        ("ini", "a = TRUE\n", "a", False, "a = FALSE\n"),
        ("ini", "a = True\n", "a", False, "a = False\n"),
        ("ini", "a = true\n", "a", False, "a = false\n"),
        ("ini", "a = TRUE\n", "a", "fast", "a = fast\n"),
        ("ini", "a = O1\n", "a", True, "a = true\n"),
        ("ini", "a =\n", "a", 3, "a = 3\n"),
        ("ini", 'a = "b" # c\n', "a", "d", 'a = "d" # c\n'),
        ("py", "a = 'b'", "a", "it's", 'a = "it\'s"'),
        ("py", 'a = "b"', "a", "c", 'a = "c"'),
        ("py", "a = (1)", "a", 2, "a = (2)"),
        ("py", "a = True", "a", False, "a = False"),
        ("py", "a = 2**5", "a", 64, "a = 64"),
        ("py", "a = None", "a", 1e-5, "a = 1.0e-5"),
        ("py", "f = 'é'; a = 1", "a", 2, "f = 'é'; a = 2"),
    ],
)
def test_a_new_value_is_written_as_its_format_writes_it(document, suffix, text, name, value, new):
    found = document(suffix, text)
    assert found.with_value(leaf_of(found, name), value).decode() == new


@pytest.mark.parametrize(
    ("suffix", "text", "names"),
    [
        ("json", '{"a": 1, "a": 2}', [2]),
        ("yaml", "a: 1\na: 2\n", [2]),
        ("ini", "a = 1\na = 2\n", [2]),
        ("py", "a = 1\na = 2\n", [1, 2]),
    ],
)
def test_of_a_key_given_twice_the_last_counts_where_that_is_so(document, suffix, text, names):
    assert [leaf.value for leaf in document(suffix, text).effective()] == names


@pytest.mark.parametrize(
    ("suffix", "text", "said"),
    [
        ("json", '{\n"a": 1 2}', "is not valid JSON: ',' is missing, line 2"),
        ("json", '{\n"a" 1}', "is not valid JSON: ':' is missing, line 2"),
        ("json", "{\na: 1}", "is not valid JSON: a key in quotes is missing, line 2"),
        ("json", '{"a": 1} {}', "is not valid JSON: something follows the end of the document, line 1"),
        ("json", '{"a": ', "is not valid JSON: it ends too early, line 1"),
        ("json", '{"a": \n§}', "is not valid JSON: a character is out of place, line 2"),
        ("json", '{"a": :}', "is not valid JSON: ':' is out of place, line 1"),
        ("json", '{"a": "\\x"}', "is not valid JSON: a text in quotes is damaged, line 1"),
        ("json", "[" * 201 + "7" + "]" * 201, "is nested too deeply"),
        ("toml", "a = 1\na = 2", "is not valid TOML: Cannot overwrite a value"),
        (
            "yaml",
            "a: 1\nb: [",
            "is not valid YAML: expected the node content, but found '<stream end>', line 2",
        ),
        ("yaml", "a: \x01", "is not YAML: it holds the character U+0001"),
        ("ini", "[a]\n=3", "is not valid INI: Source contains parsing errors"),
        ("py", "a = 1\nb = (", "is not valid Python: '(' was never closed, line 2"),
    ],
)
def test_what_is_not_of_its_format_is_told_with_the_line(document, suffix, text, said):
    with pytest.raises(DocumentError) as refused:
        document(suffix, text)
    assert str(refused.value).startswith(said)


@pytest.mark.parametrize("text", ["a = 1\0", "a = '\ud800'"], ids=["a NUL byte", "half a character"])
def test_what_python_takes_for_no_text_is_told_without_a_line(text):
    with pytest.raises(DocumentError) as refused:
        parse(text)
    assert str(refused.value).startswith("is not valid Python")
    assert "line" not in str(refused.value)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("None", "None"),
        ("none", "none"),
        ("null", None),
        ("1e-3", 0.001),
        ("2020-01-01", "2020-01-01"),
        ("on", True),
    ],
)
def test_a_plain_word_of_yaml_means_what_the_loader_makes_of_it_or_a_number(document, written, meant):
    assert leaf_of(document("yaml", f"a: {written}\n"), "a").value == meant


def test_just_what_is_nested_less_deeply_is_read(document):
    assert [leaf.value for leaf in document("json", "[" * 200 + "7" + "]" * 200).leaves] == [7]


@pytest.mark.parametrize(("suffix", "text"), [("yaml", "a: |\n  1\n"), ("ini", "a = 1\n  2\n")])
def test_nothing_is_written_where_the_rest_would_change(document, suffix, text):
    found = document(suffix, text)
    for leaf in found.leaves:
        with pytest.raises(EditError):
            found.with_value(leaf, 3)


def test_a_shared_value_is_written_where_all_that_take_it_are_meant(document):
    found = document("yaml", "a: &x 1\nb: *x\n")
    leaf = leaf_of(found, "a")
    assert leaf.shared
    assert found.with_value(leaf, 2, shared=True) == b"a: &x 2\nb: *x\n"
    fixed = document("yaml", "a: &x |\n  1\nb: *x\n")
    assert not [leaf for leaf in fixed.leaves if leaf.shared and leaf.quote]


def test_the_words_of_a_script_stand_in_its_commands(document):
    text = "cd a; if python a.py --lr 0.1 & then python b.py >log 2>&1; fi # python c.py\nX=1 python d.py"
    found = document("sh", text)
    assert [leaf.value for leaf in found.leaves] == [
        "cd", "a", "python", "a.py", "--lr", 0.1, "python", "b.py", "fi", "X=", 1, "python", "d.py",
    ]  # fmt: skip
    assert [[word[0].text for word in command] for command in commands(text)] == [
        ["cd", "a"], ["python", "a.py", "--lr", "0.1"], ["python", "b.py"], ["fi"], ["X=", "python", "d.py"],
    ]  # fmt: skip
    rate = next(leaf for leaf in found.leaves if leaf.value == 0.1)
    assert found.with_value(rate, 0.2).decode() == text.replace("0.1", "0.2")


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ("a = 1", "a = 2", 1),
        ("a = 1", "a = 1.0", 1),
        ("a = [1, 2]", "a = [1, 3]", 1),
        ("a = [1, 2]", "a = [3, 4]", 2),
        ("a = 1", "a = 1; b = 2", 2),
        ("a = 1", "a = 1", 0),
    ],
)
def test_two_programs_are_told_apart_by_what_differs(before, after, changes):
    if changes > 1:
        with pytest.raises(DocumentError, match="more than one place"):
            _require_one_change(parse(before), parse(after))
    else:
        _require_one_change(parse(before), parse(after))
