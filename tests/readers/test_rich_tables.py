"""Tables that `rich` draws, by the library itself."""

import io

import pytest
from rich import box
from rich.console import Console
from rich.table import Table

from advisor.readers import Source, read_source

STYLES = sorted(name for name, style in vars(box).items() if isinstance(style, box.Box) and name[:1] != "_")
EPOCHS = range(1, 13)


def drawn(style):
    table = Table("Epoch", "Train loss", "Val loss", "Val acc", title="Training", box=getattr(box, style))
    for epoch in EPOCHS:
        table.add_row(str(epoch), f"{2 / epoch:.4f}", f"{1 + 2 / epoch:.4f}", f"{1 - 0.5 / epoch:.2%}")
    console = Console(file=io.StringIO(), width=80)
    console.print(table)
    return console.file.getvalue()


@pytest.mark.parametrize("style", STYLES)
def test_every_style_of_box_is_a_table(style):
    (run,) = read_source(Source("log.txt", content=drawn(style).encode()))
    curves = {series.name: series for series in run}
    assert list(curves) == ["Train loss", "Val loss", "Val acc"]
    assert curves["Train loss"].y.tolist() == [round(2 / epoch, 4) for epoch in EPOCHS]
    assert curves["Val loss"].x.tolist() == list(EPOCHS)
