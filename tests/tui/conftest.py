"""Sessions and the program itself, for the tests of the screen."""

import importlib.util
from pathlib import Path

import pytest

from advisor.chat.conversation import Conversation
from advisor.chat.reply import Open

_spec = importlib.util.spec_from_file_location("tui_support", Path(__file__).with_name("support.py"))
support = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(support)


@pytest.fixture
def project(tmp_path):
    """A session whose command gives a bad run, and the log of such a run as `first.csv`."""
    return support.training_project(tmp_path)


@pytest.fixture
def first_log(project):
    return str(project.folder / "first.csv")


@pytest.fixture
def opened_conversation(project, first_log):
    conversation = Conversation(project, "en")
    conversation.perform(Open((first_log,)))
    return conversation


@pytest.fixture
def make_app(project):
    """Builds the program on the project."""
    from advisor.tui.app import AdvisorApp

    def build(*paths, session=project, **options):
        return AdvisorApp(session, paths, **options)

    return build
