"""Errors are told in Chinese where Chinese is spoken: every sentence that a chat can meet has its Chinese."""

import ast
from pathlib import Path

import pytest

import advisor
from advisor.chat.reply import Open
from advisor.errors import EditError, UnreadableError
from advisor.readers import read_paths
from advisor.readers.foreign import _SIGNATURES
from advisor.translation import chinese, kept, with_place

ROOT = Path(advisor.__file__).parent
# Everywhere but where programs or authors of rules are spoken to: tools of agents, rule files, the corpus.
NOT_TO_USERS = ("chat/tools.py", "mcp_server.py", "diagnosis", "corpus")
RAISED = {"AdvisorError", "UsageError", "UnreadableError", "EditError"}
# A name that somebody else's sentence goes on after; each whole sentence stands in the file.
COMPOSED = {"'{0}' {1}.", "{0}: {1}"}


def sentences(node: ast.expr) -> list[str]:
    """The texts that an argument may be, with numbered holes; none where it is put together elsewhere."""
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    if isinstance(node, ast.IfExp):
        return sentences(node.body) + sentences(node.orelse)
    if not isinstance(node, ast.JoinedStr):
        return []
    holes = iter(range(9))
    return [
        "".join(str(p.value) if isinstance(p, ast.Constant) else f"{{{next(holes)}}}" for p in node.values)
    ]


def raised() -> list[tuple[str, str]]:
    """Every sentence that is raised in the rooms, with its place."""
    files = sorted(
        file for file in ROOT.glob("**/*.py") if not str(file.relative_to(ROOT)).startswith(NOT_TO_USERS)
    )
    calls = [
        (file, call)
        for file in files
        for call in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in RAISED
    ]
    return [
        (f"{file.relative_to(ROOT)}:{call.lineno}", text)
        for file, call in calls
        for argument in (*call.args, *(keyword.value for keyword in call.keywords))
        for text in sentences(argument)
        if text and text not in COMPOSED
    ]


def test_every_sentence_that_a_chat_can_meet_has_its_chinese():
    found = raised()
    assert len(found) > 100
    assert [(place, text) for place, text in found if text not in kept()] == []
    assert [(what, hint) for _, what, hint in _SIGNATURES if not {what, hint or what} <= set(kept())] == []


def test_every_reason_why_a_value_cannot_be_edited_has_its_chinese():
    constants = (
        node.value
        for file in (ROOT / "experiment").glob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    reasons = {
        text for text in constants if text[:1].islower() and text.endswith(".") and text.count(" ") > 1
    }
    assert len(reasons) > 10
    assert reasons - set(kept()) - {"Edit it by hand."} == set()
    told = "c.yaml line 1: lr has a tag of its own (!half). Edit it by hand."
    assert chinese(told) == "c.yaml 第 1 行：lr 带有自己的标签（!half），请手动修改。"


def test_a_fault_that_sums_others_up_tells_each_in_chinese():
    with pytest.raises(UnreadableError) as raised:
        read_paths(["no-a.csv", "no-b.csv"], on_error=lambda error: None)
    assert str(raised.value).startswith("None of the 2 inputs can be read. There is no file 'no-a.csv'.")
    assert raised.value.in_("zh") == "2 个输入都读不出来。没有文件“no-a.csv”。没有文件“no-b.csv”。"


def test_what_is_filled_in_is_filled_in_again():
    for english, answer in kept().items():
        filled = [f"x{place}" for place in range(4)]
        assert chinese(english.format(*filled) if "{0}" in english else english) == (
            answer.format(*filled) if "{0}" in english else answer
        ), english


def test_a_sentence_that_nobody_translated_stays_english():
    error = EditError("The moon is full.", "Wait.")
    assert error.in_("zh") == "The moon is full. Wait."
    assert (
        UnreadableError("There is no file 'a.log'.", "Check the path.").in_("en").endswith("Check the path.")
    )


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh", "没有文件“missing.csv”。请检查路径。"),
        ("en", "There is no file 'missing.csv'. Check the path."),
    ],
)
def test_a_log_that_is_not_there(talk, language, words):
    conversation = talk(language=language)
    assert conversation.perform(Open(("missing.csv",))).plain(200) == words


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("command line", "命令行"),
        ("command line, new flag", "命令行，新参数"),
        ("environment, new variable", "环境变量，新变量"),
        ("conf/a b.yaml line 3", "conf/a b.yaml 第 3 行"),
        ("c.yaml line 3, shared through an anchor", "c.yaml 第 3 行，通过锚点共用"),
        ("run.sh, new flag", "run.sh，新参数"),
        ("train.py", "train.py"),
    ],
)
def test_the_place_of_a_change_is_told_in_chinese(place, told):
    headline = "--lr (old) 0.1 -> 0.03"
    assert with_place(f"{headline} ({place})", "zh") == f"{headline}（{told}）"
    assert with_place(f"{headline} ({place})", "en") == f"{headline} ({place})"
    assert with_place(headline, "zh") == headline
