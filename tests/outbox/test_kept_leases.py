"""A lease that is held for as long as some work takes."""

import time
from datetime import timedelta

from movieverse.leases import Holder

BRIEF = timedelta(seconds=1)


def test_it_outlives_its_time_and_ends_with_its_block(committed):
    with Holder().keep("long work", BRIEF) as is_ours:
        assert is_ours
        deadline = time.monotonic() + 2.5 * BRIEF.total_seconds()
        while time.monotonic() < deadline:
            with Holder().keep("long work", BRIEF) as is_theirs:
                assert not is_theirs
            time.sleep(0.1)
    with Holder().keep("long work", BRIEF) as is_ours:
        assert is_ours
