"""G1, G5: an edit changes the bytes of one value, and undo gives every byte back, in every format."""

import configparser
import json
import tomllib

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advisor.experiment.apply import apply, undo
from advisor.experiment.plan import plan_value

ENDS = st.sampled_from(["\n", "\r\n"])
NOTES = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters="NE"), max_size=6
).map(lambda t: f"é {t}")
VALUES = st.floats(1e-9, 1e9, allow_nan=False).filter(lambda v: v != 0.125)

# Each with one value to change; `N` stands for any comment, `E` for the end of a line.
TEMPLATES = {
    "c.yaml": "# NEbase: &b {x: 1}Eoptim:E  <<: *bE  zz_rate:  0.125  #\tNE  list: [1, 2]   Elast: 'é'",
    "c.toml": "# NE[optim]Ezz_rate\t=  0.125 # NEtext = 'é'E[[g]]Ea = 1E[[g]]Ea = 2",
    "c.json": '{E\t"x": [1, {"y": "é"}],E\t"zz_rate":0.125 ,E  "last": null}',
    "c.ini": "; NE[optim]Ezz_rate =   0.125 ; NEname: éE[more]Ea=1",
    "c.py": "# NEx = {'é': 1}Ezz_rate = 0.125  # NEif x:E\ty = 'é'",
}
READERS = {
    "c.yaml": lambda text: yaml.safe_load(text)["optim"]["zz_rate"],
    "c.toml": lambda text: tomllib.loads(text)["optim"]["zz_rate"],
    "c.json": lambda text: json.loads(text)["zz_rate"],
    "c.ini": lambda text: float(read_ini(text)["optim"]["zz_rate"].split(";")[0]),
    "c.py": lambda text: read_python(text)["zz_rate"],
}


def read_ini(text):
    parser = configparser.RawConfigParser()  # a note may hold a percent sign, which is no reference
    parser.read_string(text)
    return parser


def read_python(text):
    names = {}
    exec(text, names)
    return names


@pytest.mark.fault("G1", "G8")
@pytest.mark.parametrize("name", TEMPLATES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(end=ENDS, note=NOTES, value=VALUES, mark=st.booleans(), final=st.booleans())
def test_edit_then_undo_gives_the_same_bytes(tmp_path, name, end, note, value, mark, final):
    text = TEMPLATES[name].replace("N", note).replace("E", end) + (end if final else "")
    old = (b"\xef\xbb\xbf" if mark else b"") + text.encode()
    path = tmp_path / name
    path.write_bytes(old)
    applied = apply(plan_value("zz_rate", value, ["prog", name], tmp_path), tmp_path / "backups")
    new = path.read_bytes()
    before, after = old.split(b"0.125")
    assert new.startswith(before)
    assert new.endswith(after)
    assert READERS[name](new.decode("utf-8-sig")) == value
    undo(applied)
    assert path.read_bytes() == old
