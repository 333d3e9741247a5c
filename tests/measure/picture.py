"""Draws the terminal program on a real run as the SVG at the top of the README."""

import argparse
import asyncio
import os
import re
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOG = "sample_logs/pytorch-oscillating"
PICTURE = ROOT / "sample_logs" / "screen.svg"
SIZE = (132, 38)
_PATIENCE = 120.0


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.measure picture", description=__doc__)
    parser.add_argument("--to", type=Path, default=PICTURE, help="file to write")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as home:
        os.environ["ADVISOR_HOME"] = home
        os.chdir(ROOT)
        options.to.write_text(asyncio.run(drawn()), "utf-8")
    return 0


async def drawn() -> str:
    """The program after it has read the log, as Textual exports it."""
    from advisor.journal import Journal
    from advisor.session import Session
    from advisor.tui.app import AdvisorApp

    app = AdvisorApp(Session(ROOT, Journal.in_memory()), (LOG,))
    async with app.run_test(size=SIZE) as pilot:
        end = time.monotonic() + _PATIENCE
        while not app.panes.panels or app.turns.busy:
            if time.monotonic() > end:
                raise SystemExit(f"{LOG} was never shown.")
            await pilot.pause(0.05)
        app.prompt.cursor_blink = False
        await pilot.pause(0.5)
        return fixed(app.export_screenshot(title="advisor"))


def fixed(svg: str) -> str:
    """The picture without what is new at each drawing and without fonts that would have to be fetched."""
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    return re.sub(r"terminal-\d+", "terminal", svg)
