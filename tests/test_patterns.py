import importlib
import pkgutil
import re

import advisor
from advisor.patterns import _Pattern, regex


def test_it_is_compiled_at_its_first_use_and_once():
    broken, sound = regex("("), regex(r"(?P<a>\d+)", re.IGNORECASE)
    assert "match" not in vars(sound)
    assert sound.fullmatch("12")["a"] == "12"
    assert vars(sound)["fullmatch"] is sound.fullmatch
    assert sound.groupindex == {"a": 1}
    assert sound.flags & re.IGNORECASE
    try:
        broken.match("")
    except re.error:
        return
    raise AssertionError("A broken pattern was not noticed.")


def test_bytes_give_a_pattern_of_bytes():
    assert regex(rb"\d+").findall(b"1 2") == [b"1", b"2"]


def test_every_pattern_of_the_program_compiles():
    seen = 0
    for module in pkgutil.walk_packages(advisor.__path__, "advisor."):
        if module.name.endswith("__main__"):
            continue
        for value in vars(importlib.import_module(module.name)).values():
            for one in value if isinstance(value, tuple) else (value,):
                if isinstance(one, _Pattern):
                    assert one.pattern
                    seen += 1
    assert seen > 100
