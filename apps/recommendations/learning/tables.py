"""The form in which neighbours are kept: tables of numbers, packed."""

import numpy as np

SIMILAR = np.dtype([("movie", "<i8"), ("score", "<f4"), ("likers", "<i4")])
FOLLOWERS = np.dtype([("movie", "<i8"), ("weight", "<f4")])

MOST_SIMILAR = 50  # of each movie
