import pytest

from apps.catalog.models import Movie, Tombstone
from apps.reviews.models import MergedRow, Rater, Rating, RatingBatch, RatingChange, RatingChunk, RatingSummary, Tag
from tests.factories import make_movie


@pytest.fixture(params=["stores", pytest.param("committed", marks=pytest.mark.servers)])
def loaded_either_way(request: pytest.FixtureRequest) -> None:
    """Servers take files, and from several connections at once, only where no transaction is open."""
    removed_again = request.getfixturevalue(request.param)
    if removed_again:
        removed_again(
            Rating, Tag, MergedRow, RatingChange, RatingChunk, RatingBatch, RatingSummary, Rater, Tombstone, Movie
        )


@pytest.fixture
def heat() -> Movie:
    return make_movie("Heat")


@pytest.fixture
def alien() -> Movie:
    return make_movie("Alien")
