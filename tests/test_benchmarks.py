"""The command that runs the benchmarks: what it shows is what they said, and the README shows the same."""

import json

import pytest

from tests.benchmarks import __main__ as benchmarks


@pytest.fixture
def own(tmp_path, monkeypatch):
    """A folder of benchmarks of its own, with figures of one that ran before."""
    monkeypatch.setattr(benchmarks, "HERE", tmp_path)
    monkeypatch.setattr(benchmarks, "MEASURED", tmp_path / "measured.json")
    source = benchmarks.ROOT / "tests" / "benchmarks" / "measuring.py"
    (tmp_path / "measuring.py").write_text(source.read_text("utf-8"), "utf-8")
    (tmp_path / "bench_one.py").write_text(
        "from measuring import Figures, compare\n"
        "compare(Figures(0.5, 10), 'peer', Figures(2.0, 40), 'a log', goal=0.4)\n"
    )
    (tmp_path / "bench_bad.py").write_text("raise SystemExit(3)\n")
    return tmp_path


def test_it_shows_what_a_benchmark_measured(own, capsys):
    assert benchmarks.names() == ["bad", "one"]
    assert benchmarks.main(["one"]) == 0
    assert "| a log | 0.50 s | peer, 2.00 s | 0.250 | 0.4 | 0.25 |" in capsys.readouterr().out
    assert not (own / "measured.json").exists()


def test_figures_of_the_others_stay_and_reach_the_readme(own, monkeypatch):
    from tests.measure import readme

    readme_file = own / "README.md"
    marks = "".join(f"<!-- generated: {name} -->\n<!-- end -->\n" for name in readme.PARTS)
    readme_file.write_text(marks)
    monkeypatch.setattr(readme, "README", readme_file)
    old = {"day": "2026-01-02", "load": 0.5, "rows": []}
    (own / "measured.json").write_text(json.dumps({"zero": old}))
    assert benchmarks.main(["one", "--write"]) == 0
    assert benchmarks.kept()["zero"] == old
    assert benchmarks.kept()["one"]["rows"][0]["ratio"] == "0.250"
    assert "| a log | 0.50 s | peer, 2.00 s | 0.250 |" in readme_file.read_text()


def test_a_benchmark_that_fails_keeps_no_figure(own):
    with pytest.raises(SystemExit, match=r"bench_bad\.py failed"):
        benchmarks.main(["bad", "--write"])
    assert benchmarks.kept() == {}


def test_a_name_that_is_none_is_told(own, capsys):
    with pytest.raises(SystemExit):
        benchmarks.main(["two"])
    assert "no benchmark is called two" in capsys.readouterr().err
