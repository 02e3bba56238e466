"""What the catalogue learns of the others: which films people are busy with."""

from functools import partial

from apps.catalog.trends import WEIGHTS, signals_add
from movieverse import tally

for name in WEIGHTS:
    tally.sink(name)(partial(signals_add, name))
