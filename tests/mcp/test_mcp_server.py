"""The MCP server, by a real client over a real pipe."""

import json
import os
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

mcp = pytest.importorskip("mcp")

LOGS = Path(__file__).resolve().parents[1] / "chat" / "logs"


@asynccontextmanager
async def client(folder, *paths):
    """A client of `advisor mcp PATH...` started in `folder`."""
    from mcp.client.stdio import stdio_client

    environment = {"ADVISOR_HOME": str(folder / "home"), "PATH": os.environ["PATH"]}
    server = mcp.StdioServerParameters(
        command=sys.executable, args=["-m", "advisor", "mcp", *paths], env=environment, cwd=str(folder)
    )
    async with stdio_client(server) as (reading, writing), mcp.ClientSession(reading, writing) as session:
        await session.initialize()
        yield session


async def ask(session, tool, **arguments):
    answer = await session.call_tool(tool, arguments)
    text = answer.content[0].text
    return (text if answer.is_error else json.loads(text)), answer.is_error


async def test_an_agent_reads_compares_and_stages(tmp_path):
    before = sorted(path for path in tmp_path.rglob("*") if "home" not in path.parts)
    async with client(tmp_path, str(LOGS / "osc"), str(LOGS / "slow")) as session:
        tools = {tool.name: tool for tool in (await session.list_tools()).tools}
        assert set(tools) == {
            "list_runs", "summarize", "findings", "series", "compare", "explain", "proposals",
            "propose_change",
            "stage_change",
        }  # fmt: skip
        assert all(t.annotations.read_only_hint == (n != "stage_change") for n, t in tools.items())
        assert tools["stage_change"].annotations.destructive_hint is False

        runs, _ = await ask(session, "list_runs")
        assert [run["run"] for run in runs["open"]] == ["osc", "slow"]
        assert runs["open"][0]["best"] == pytest.approx(0.139, abs=5e-5)
        told, _ = await ask(session, "summarize", run="osc")
        assert "0.139 at epoch 23" in " ".join(told["sentences"])
        found, _ = await ask(session, "findings", run="slow")
        assert found["findings"][0]["problem"] == "lr_too_low"
        curve, _ = await ask(session, "series", metric="val_loss", run="osc", start=4, end=6)
        assert [x for x, _ in curve["points"]] == [4.0, 5.0, 6.0]
        assert [y for _, y in curve["points"]] == pytest.approx([0.3625, 1.1067, 0.5204], abs=5e-5)
        compared, _ = await ask(session, "compare", before="osc", after="slow")
        assert compared["differing"]["lr"] == [0.45, 0.0005]
        page, _ = await ask(session, "explain", name="momentum", run="osc")
        assert "0.45 / (1 - 0.9) = 4.5" in page["page"]
        listed, _ = await ask(session, "proposals", run="osc")
        assert listed["proposals"][0]["name"] == "lr"

        checked, _ = await ask(
            session, "propose_change", hyperparameter="lr", op="divide", value=3, run="osc"
        )
        assert (checked["from"], checked["to"]) == (0.45, pytest.approx(0.15))
        staged, _ = await ask(
            session, "stage_change", hyperparameter="learning_rate", op="set", value=0.1, run="osc"
        )
        assert staged["staged"] == ["lr 0.45 -> 0.1"]
    assert sorted(path for path in tmp_path.rglob("*") if "home" not in path.parts) == before


async def test_what_makes_no_sense_is_refused_in_words(tmp_path):
    async with client(tmp_path, str(LOGS / "injected")) as session:
        for name, arguments, words in (
            ("stage_change", {"hyperparameter": "dropout", "op": "set", "value": 1.5}, "below 1"),
            ("stage_change", {"hyperparameter": "banana", "op": "set", "value": 1}, "No hyperparameter"),
            ("stage_change", {"hyperparameter": "lr", "op": "explode", "value": 1}, "op"),
            ("stage_change", {"hyperparameter": "lr", "op": "set", "value": "inf"}, "finite"),
            ("series", {"metric": "banana"}, "It has train_loss"),
            ("summarize", {"run": "/etc/passwd"}, "No run is called"),
            ("explain", {"name": "xyzzy"}, "Nothing is known"),
        ):
            text, failed = await ask(session, name, **arguments)
            assert failed, (name, arguments)
            assert words in text
        told, failed = await ask(session, "summarize")
        assert not failed
        shown = json.dumps(told)
        for hostile in ("\\u001b", "pwned", "lr=50", "198.51.100.7", "OPENAI"):
            assert hostile not in shown
        assert "address an assistant" in shown


async def test_a_log_that_grows_is_read_again(tmp_path):
    log = tmp_path / "grow.csv"
    rows = ["epoch,train_loss,val_loss", *(f"{i},{2.0 / i},{2.1 / i}" for i in range(1, 8))]
    log.write_text("\n".join(rows) + "\n")
    async with client(tmp_path, str(log)) as session:
        assert len((await ask(session, "series", metric="val_loss"))[0]["points"]) == 7
        log.write_text("\n".join([*rows, "8,0.25,0.2625"]) + "\n")
        assert len((await ask(session, "series", metric="val_loss"))[0]["points"]) == 8
