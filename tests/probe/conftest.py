import pytest


@pytest.fixture(autouse=True)
def one_thread():
    """Small nets are slower on several threads, and far slower where other tests use the cores."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
