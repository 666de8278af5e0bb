"""Torch's thread count comes back, whoever leaves last."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import torch
from langgraph_recommender.tools.single_thread import one_thread


@pytest.fixture(autouse=True)
def own_count():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def test_the_count_is_put_back_also_after_an_error() -> None:
    with one_thread():
        assert torch.get_num_threads() == 1
        with one_thread():
            assert torch.get_num_threads() == 1
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == 2
    with pytest.raises(KeyError), one_thread():
        raise KeyError
    assert torch.get_num_threads() == 2


def test_threads_that_overlap() -> None:
    entered, leaving = Barrier(2), Barrier(2)

    def work(first: bool) -> None:
        if first:
            with one_thread():
                entered.wait()
            leaving.wait()
        else:
            with one_thread():
                entered.wait()
                leaving.wait()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, (True, False)))
    assert torch.get_num_threads() == 2
