"""Which licences of what is needed are stopped at."""

import pytest

from tests.measure import licences


@pytest.mark.parametrize(
    ("said", "stops"),
    [
        ("MIT", 0),
        ("MPL-2.0 AND MIT", 0),
        ("GNU Lesser General Public License v3 (LGPLv3)", 0),
        ("LGPL-2.1-or-later", 0),
        ("GPL-3.0-only", 1),
        ("GNU General Public License v2 (GPLv2)", 1),
        ("GNU Affero General Public License v3", 1),
        ("AGPL-3.0", 1),
        ("", 1),
    ],
)
def test_a_licence_that_reaches_further_or_is_not_stated_is_named(said, stops, monkeypatch, capsys):
    monkeypatch.setattr(licences, "needed", lambda: {"thing": None})
    monkeypatch.setattr(licences, "licence", lambda one: said)
    assert licences.main([]) == stops
    assert ("looked at" in capsys.readouterr().out) == bool(stops)


def test_everything_needed_is_found_through_what_it_needs():
    found = licences.needed()
    assert {"torch", "numpy", "textual", "rich"} <= found.keys()  # rich by way of textual
    assert "pytest" not in found
