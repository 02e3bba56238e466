"""Storing what is made up while more of it is prepared: on MongoDB by a thread, elsewhere at once."""

from functools import partial

import pytest

from seed.synthetic.processes import behind


@pytest.fixture(autouse=True, params=["stores", pytest.param("committed", marks=pytest.mark.servers)])
def data(request: pytest.FixtureRequest) -> None:
    request.getfixturevalue(request.param)


def test_all_is_done_in_order_when_the_block_ends():
    done: list[int] = []
    with behind("catalog") as do:
        for number in range(5):
            do(partial(done.append, number))
    assert done == [0, 1, 2, 3, 4]


def full_disk() -> None:
    raise OSError("The disk is full.")


def test_what_fails_fails_the_block():
    with pytest.raises(OSError, match="full"), behind("catalog") as do:
        do(full_disk)


def test_nothing_is_begun_after_a_failure():
    done: list[int] = []

    def store() -> None:
        with behind("catalog") as do:
            do(full_disk)
            do(partial(done.append, 1))

    with pytest.raises(OSError, match="full"):
        store()
    assert not done
