from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from tests.conftest import emptied
from tests.seed.seeding import Seeded, seeded


class Once(NamedTuple):
    dry: Seeded
    real: Seeded


@pytest.fixture(scope="module")
def demo_once(django_db_setup: None, django_db_blocker: Any) -> Iterator[Once]:
    """The demo set, seeded once for all tests of a module, a dry run first. They only read, or seed it again."""
    with django_db_blocker.unblock(), emptied():
        yield Once(seeded("demo", "--dry-run"), seeded("demo"))
