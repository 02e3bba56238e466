from collections.abc import Iterator
from itertools import count

import pytest

from tests.firebase.emulator import Emulator, Namespace, running

numbers = count()


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """One for all tests: each should take a namespace of its own."""
    with running(tmp_path_factory.mktemp("firebase")) as started:
        yield started


@pytest.fixture
def store(emulator: Emulator) -> Namespace:
    """An empty namespace."""
    return emulator.namespace(f"test-{next(numbers)}")
