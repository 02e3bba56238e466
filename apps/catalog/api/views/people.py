from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.catalog import cache, selectors, services
from apps.catalog.api.filters import CreditFilter, PersonFilter
from apps.catalog.api.serializers.inputs import PersonInputSerializer
from apps.catalog.api.serializers.people import FilmographySerializer, PersonDetailSerializer, PersonSerializer
from apps.catalog.api.serializers.shared import shown_ids
from apps.catalog.api.views.base import CuratedMixin, MovieRowsMixin, changed, genres_of, stored
from apps.catalog.models import Movie, Person
from movieverse.api.degraded import Degraded
from movieverse.api.views import ApiView, FilteredListView, PublicMixin


class PersonList(CuratedMixin, FilteredListView):
    """People in cast and crew, the most popular first."""

    cached = cache.PEOPLE
    queryset = Person.objects.only("name", "sort_name", "known_for", "popularity")
    serializer_class = PersonSerializer
    filterset_class = PersonFilter
    orderings = {"popularity": "popularity", "name": "sort_name"}
    default_ordering = "-popularity"
    actions = {"POST": "add"}
    written = Person

    @extend_schema(request=PersonInputSerializer, responses={201: PersonDetailSerializer})
    def post(self, request: Request) -> Response:
        """Add a person. What is said of them is locked: data sets leave it alone."""
        person = Person(**self.given(PersonInputSerializer(data=request.data)))
        return self.created(PersonDetail, "person", services.person_save(person=person, by=request.user.pk).pk)


class PersonDetail(CuratedMixin, ApiView):
    """A person.

    What they did is at `people/{id}/credits/`.
    """

    cached = cache.PERSON
    serializer_class = PersonDetailSerializer
    versioned = True
    actions = {"PATCH": "change", "DELETE": "delete"}
    problems = {"DELETE": (409,)}
    written = Person

    def get(self, request: Request, person_id: int) -> Response:
        person = stored(Person, person_id)
        return self.answer(person, {"external_ids": shown_ids(person)} if self.wants("external_ids") else {})

    @extend_schema(request=PersonInputSerializer)
    def patch(self, request: Request, person_id: int) -> Response:
        """Change facts of a person. They are locked; another name also changes in the credits that show it."""
        person = stored(Person, person_id)
        changes = self.given(PersonInputSerializer(person, data=request.data))
        services.person_save(person=changed(person, changes), by=request.user.pk, version=self.version_seen(person))
        return self.get(request, person_id)

    def delete(self, request: Request, person_id: int) -> Response:
        """Delete a person together with the credits that name them."""
        services.person_delete(person=stored(Person, person_id), by=request.user.pk, version=self.expected_version)
        return Response(status=204)


class PersonCredits(PublicMixin, MovieRowsMixin, FilteredListView):
    """What a person played in and worked on, the newest first."""

    cached = cache.PERSON_CREDITS
    queryset = Movie.objects.none()
    serializer_class = FilmographySerializer
    filterset_class = CreditFilter
    orderings = {"release_date": "release_day"}
    default_ordering = "-release_date"

    def get_queryset(self) -> QuerySet[Movie]:
        return selectors.filmography(self.kwargs["person_id"], *self.read_for_languages)

    def page_context(self, page: Sequence[Movie], degraded: Degraded) -> dict[str, Any]:
        person_id = self.kwargs["person_id"]
        if not page:
            stored(Person, person_id)
        return {"person_id": person_id, "genres": genres_of(page) if self.wants("movie") else {}}
