"""`fields=` and `expand=`."""

from typing import Any, ClassVar

import pytest
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory

from apps.reviews.services import review_create
from movieverse.api.views import ApiView, PublicMixin
from tests.api.conftest import counted_queries


class FilmSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    title = serializers.CharField()
    credits = serializers.SerializerMethodField()
    images = serializers.SerializerMethodField()

    class Meta:
        expandable = ("credits", "images")

    def get_credits(self, film: Any) -> list[str]:
        return self.context["credits"]

    def get_images(self, film: Any) -> list[str]:
        raise AssertionError("nobody asked for it")


class Film(PublicMixin, ApiView):
    serializer_class = FilmSerializer
    asked: ClassVar[list[bool]] = []

    def get(self, request: Request) -> Response:
        context = {"credits": ["Al Pacino"]} if self.wants("credits") else {}
        return self.answer({"id": 1, "title": "Heat"}, context)


def film(query: str = "") -> Response:
    return Film.as_view()(APIRequestFactory().get(f"/{query}"))


def test_what_is_expandable_is_neither_shown_nor_computed_unless_named():
    assert film().data == {"id": 1, "title": "Heat"}
    assert film("?expand=credits").data == {"id": 1, "title": "Heat", "credits": ["Al Pacino"]}


def test_fields_narrow_and_expand_adds_to_them():
    assert film("?fields=title").data == {"id": 1, "title": "Heat"}
    assert film("?fields=id").data == {"id": 1}
    assert film("?fields=id&expand=credits").data == {"id": 1, "credits": ["Al Pacino"]}
    assert film("?fields=title, id").data == {"id": 1, "title": "Heat"}


@pytest.mark.parametrize(
    ("query", "allowed"),
    [
        ("?expand=cast", ["credits", "images"]),
        ("?expand=title", ["credits", "images"]),
        ("?expand=", ["credits", "images"]),
        ("?fields=titel", ["id", "title"]),
        ("?fields=credits", ["id", "title"]),
        ("?fields=title,", ["id", "title"]),
    ],
)
def test_a_name_that_there_is_not_is_422_with_those_there_are(query: str, allowed: list[str]):
    answer = film(query)
    assert answer.status_code == 422
    assert answer.data["type"] == "/api/problems/invalid-parameter/"
    assert answer.data["allowed"] == allowed


def test_there_is_an_end_to_what_can_be_named():
    assert film("?expand=" + ",".join(["credits"] * 21)).status_code == 422
    assert film("?fields=" + ",".join(["title"] * 101)).status_code == 422


def test_what_nobody_wants_of_other_stores_is_not_read(api, member, heat):
    review = review_create(user_id=member.pk, movie_id=heat.pk, body="Fine.")
    for path in ("/api/v1/reviews/", f"/api/v1/reviews/{review.pk}/"):
        with counted_queries() as numbers:
            answer = api.get(f"{path}?fields=body").json()
        assert (answer.get("results") or [answer]) == [{"id": review.pk, "body": "Fine."}]
        assert numbers == {"default": 0, "reviews": 1, "catalog": 0, "profiles": 0}


def test_a_page_keeps_its_links_and_its_count(api, heat):
    answer = api.get("/api/v1/movies/?fields=title&limit=1&count=exact").json()
    assert set(answer) == {"results", "next", "previous", "count"}
    assert answer["results"] == [{"id": heat.pk, "title": "Heat"}]
