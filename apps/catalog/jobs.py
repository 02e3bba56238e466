from datetime import timedelta

from movieverse import tally
from movieverse.scheduler import every


@every(timedelta(seconds=10))
def count_what_was_looked_at() -> None:
    """Without Redis the web processes do so themselves."""
    tally.drain()
