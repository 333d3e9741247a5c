"""Where the values of a command live, for `advisor hyperparameters`."""

import json
from typing import Any

from advisor.experiment.places import Place, Search
from advisor.redact import HIDDEN, is_secret_name, redact
from advisor.report.parts import value_text
from advisor.report.tables import table
from advisor.text import Bilingual, Language, clean_line
from advisor.vocabulary import role_title

_NONE = Bilingual(
    en="No hyperparameter is stated in the command, in a configuration file, or in the script.",
    zh="命令、配置文件和脚本中都没有给出超参数。",
)
_OVERRIDDEN = Bilingual(en="overridden by", zh="被覆盖：")
_BY_FLAG = Bilingual(en="default; set by a new flag", zh="默认值；通过新增参数修改")
_BY_VARIABLE = Bilingual(en="default; set by a new variable", zh="默认值；通过新增环境变量修改")


def settings_table(found: Search, language: Language) -> str:
    """Every tunable value with its role, its value and its place; then what does not count."""
    header = (
        ("name", "role", "value", "place", "") if language == "en" else ("名称", "含义", "值", "位置", "")
    )
    rows = [
        (*_cells(place, language), _note(place, language)) for place in sorted(found.places, key=_known_first)
    ]
    for place, over in found.overridden:
        note = f"{_OVERRIDDEN.in_(language)} {clean_line(over.name, 40)} ({over.source})"
        rows.append((*_cells(place, language), note))
    lines = table(header, rows) if rows else [_NONE.in_(language)]
    return "\n".join([*lines, *(f"({problem})" for problem in found.problems)]) + "\n"


def settings_json(found: Search) -> str:
    """The same for a program; non-finite numbers as text."""
    return json.dumps(
        {
            "places": [_fields(place) for place in found.places],
            "overridden": [{**_fields(place), "by": over.name} for place, over in found.overridden],
            "problems": list(found.problems),
        },
        ensure_ascii=False,
        indent=2,
    )


def _known_first(place: Place) -> tuple[bool, int]:
    return place.role is None, place.tier


def _cells(place: Place, language: Language) -> tuple[str, str, str, str]:
    role = role_title(place.role).in_(language) if place.role else "-"
    value = clean_line(_shown(place, value_text(place.value)), 24)
    return clean_line(place.name, 40), role, value, place.location


def _shown(place: Place, text: str) -> str:
    """A value as it may be shown; that of a key or password is not."""
    return HIDDEN if is_secret_name(place.name) else redact(text)


def _note(place: Place, language: Language) -> str:
    if place.fixed:
        return clean_line(place.fixed)
    return {"option": _BY_FLAG.in_(language), "variable": _BY_VARIABLE.in_(language)}.get(place.kind, "")


def _fields(place: Place) -> dict[str, Any]:
    value = _shown(place, place.value) if isinstance(place.value, str) else place.value
    finite = not isinstance(value, float) or value - value == 0
    return {
        "name": place.name,
        "role": place.role,
        "value": value if finite else str(value),
        "text": _shown(place, place.text),
        "kind": place.kind,
        "place": place.location,
        "editable": not place.fixed,
        "why_not": place.fixed,
    }
