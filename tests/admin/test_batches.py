"""What an import is still bringing is nothing for curators to see or correct."""

import pytest

from apps.reviews import services
from apps.reviews.models import RatingBatch
from tests.factories import make_movie
from tests.reviews.test_batches import frame, load

LISTS = {"rating": "4 stars", "tag": "Pixar"}


def seen(desk) -> list[str]:
    answers = {kind: desk.get(f"/admin/reviews/{kind}/").content.decode() for kind in LISTS}
    return [kind for kind, text in LISTS.items() if text in answers[kind].partition("result_list")[2]]


@pytest.mark.usefixtures("stores")
def test_curators_see_no_batch_before_it_is_shown(desk):
    heat = make_movie("Heat")
    load("1", frame(("a", heat.pk, 8)))
    batch = RatingBatch.objects.get()
    services.tags_bring(batch=batch, source="movielens", rows=[("a", heat.pk, "Pixar")])
    assert seen(desk) == []
    services.batch_show(batch=batch)
    assert seen(desk) == ["rating", "tag"]
