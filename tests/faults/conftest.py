"""What the faults are tried with: the reader on a real file, and the command on it."""

import pytest
from click.testing import CliRunner

from advisor.cli.commands import cli
from advisor.errors import AdvisorError
from advisor.readers import read_paths


@pytest.fixture
def read(tmp_path):
    """The runs of a real file with this name and these bytes."""

    def read(name, data):
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return read_paths([str(path)])

    return read


@pytest.fixture
def told():
    """What `advisor WORDS` prints; whatever the input, it ends with an answer or with one sentence."""

    def told(*words, code=(0, 1, 3), **options):
        done = CliRunner().invoke(cli, [str(word) for word in words], **options)
        if isinstance(done.exception, AdvisorError):
            assert done.exception.exit_code in code, done.exception
            return str(done.exception)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        assert done.exit_code in code, done.output
        assert "Traceback" not in done.output
        return done.output

    return told
