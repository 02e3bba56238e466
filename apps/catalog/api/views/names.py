"""Genres and companies."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.catalog import cache, services
from apps.catalog.api.filters import CompanyFilter
from apps.catalog.api.serializers.inputs import CompanyInputSerializer, GenreInputSerializer
from apps.catalog.api.serializers.names import CompanyDetailSerializer, CompanySerializer, GenreSerializer
from apps.catalog.api.serializers.shared import shown_ids
from apps.catalog.api.views.base import CuratedMixin, changed, stored
from apps.catalog.models import Company, Genre
from movieverse.api.views import ApiView, FilteredListView, ListView


class GenreList(CuratedMixin, ListView):
    """Genres by name."""

    cached = cache.GENRES
    queryset = Genre.objects.all()
    serializer_class = GenreSerializer
    orderings = {"name": "slug"}
    default_ordering = "name"
    actions = {"POST": "add"}
    written = Genre
    members = {"slug": "name"}

    @extend_schema(request=GenreInputSerializer, responses={201: GenreSerializer})
    def post(self, request: Request) -> Response:
        """Add a genre."""
        genre = Genre(**self.given(GenreInputSerializer(data=request.data)))
        return self.created(GenreDetail, "genre", services.genre_save(genre=genre, by=request.user.pk).pk)


class GenreDetail(CuratedMixin, ApiView):
    """A genre.

    Its titles are at `movies/?genre=`.
    """

    cached = cache.GENRE
    serializer_class = GenreSerializer
    versioned = True
    actions = {"PATCH": "change", "DELETE": "delete"}
    problems = {"DELETE": (409,)}
    written = Genre
    members = {"slug": "name"}

    def get(self, request: Request, genre_id: int) -> Response:
        return self.answer(stored(Genre, genre_id))

    @extend_schema(request=GenreInputSerializer)
    def patch(self, request: Request, genre_id: int) -> Response:
        """Give a genre another name, and with it another slug."""
        genre = stored(Genre, genre_id)
        changes = self.given(GenreInputSerializer(genre, data=request.data))
        services.genre_save(genre=changed(genre, changes), by=request.user.pk, version=self.version_seen(genre))
        return self.get(request, genre_id)

    def delete(self, request: Request, genre_id: int) -> Response:
        """Delete a genre that no title has."""
        services.genre_delete(genre=stored(Genre, genre_id), by=request.user.pk, version=self.expected_version)
        return Response(status=204)


class CompanyList(CuratedMixin, FilteredListView):
    """Production companies and networks, by name."""

    cached = cache.COMPANIES
    queryset = Company.objects.only("name", "sort_name")
    serializer_class = CompanySerializer
    filterset_class = CompanyFilter
    orderings = {"name": "sort_name"}
    default_ordering = "name"
    actions = {"POST": "add"}
    written = Company

    @extend_schema(request=CompanyInputSerializer, responses={201: CompanyDetailSerializer})
    def post(self, request: Request) -> Response:
        """Add a company."""
        company = Company(**self.given(CompanyInputSerializer(data=request.data)))
        return self.created(CompanyDetail, "company", services.company_save(company=company, by=request.user.pk).pk)


class CompanyDetail(CuratedMixin, ApiView):
    """A company.

    Its titles are at `movies/?company=`.
    """

    cached = cache.COMPANY
    serializer_class = CompanyDetailSerializer
    versioned = True
    actions = {"PATCH": "change", "DELETE": "delete"}
    problems = {"DELETE": (409,)}
    written = Company

    def get(self, request: Request, company_id: int) -> Response:
        company = stored(Company, company_id)
        return self.answer(company, {"external_ids": shown_ids(company)} if self.wants("external_ids") else {})

    @extend_schema(request=CompanyInputSerializer)
    def patch(self, request: Request, company_id: int) -> Response:
        """Give a company another name."""
        company = stored(Company, company_id)
        changes = self.given(CompanyInputSerializer(company, data=request.data))
        services.company_save(company=changed(company, changes), by=request.user.pk, version=self.version_seen(company))
        return self.get(request, company_id)

    def delete(self, request: Request, company_id: int) -> Response:
        """Delete a company that no title has."""
        services.company_delete(company=stored(Company, company_id), by=request.user.pk, version=self.expected_version)
        return Response(status=204)
