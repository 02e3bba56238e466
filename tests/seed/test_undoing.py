"""The demo set, TMDB 5000 and Netflix as imports: each is told of exactly, and undone to the row."""

import pytest

from apps.catalog.loading import load_counts
from movieverse.bulk import Counts
from tests.catalog.undoing import held, imported, undone
from tests.seed import real
from tests.seed.test_orders import parts

pytestmark = [real.needs_both, pytest.mark.usefixtures("stores")]


@pytest.mark.parametrize("order", [("tmdb5000", "netflix", "demo"), ("netflix", "demo", "tmdb5000")])
def test_sets_that_tell_of_the_same_titles_and_people_are_undone_one_after_the_other(order: tuple[str, ...]):
    before = []
    for number, name in enumerate(order):
        before.append(held())
        part = parts()[name]
        more = {"people": part.people, "collections": part.collections, "lists": part.lists}
        result = imported(number + 1, *part.movies, source=name, **more)
        written = {kind: Counts(created=of.created, updated=of.updated) for kind, of in result.counts.items()}
        assert load_counts(import_id=number + 1) == {kind: of for kind, of in written.items() if of != Counts()}
    while before:
        assert undone(len(before)) == []
        assert held() == before.pop()
