"""What the catalogue's views start from."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, ClassVar, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import APIException, NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from apps.catalog import selectors
from apps.catalog.api.permissions import IsCuratorOrReadOnly
from apps.catalog.api.serializers.names import GenreSerializer
from apps.catalog.api.serializers.shared import PUBLIC_NAMES
from apps.catalog.models import Genre, Movie
from apps.catalog.models.base import CatalogModel
from apps.catalog.translations import MOST_LANGUAGES, Language, chain_of
from movieverse.api.problems import ParameterError
from movieverse.api.scopes import Scopes
from movieverse.api.serializers import InputSerializer
from movieverse.api.views import ApiView, PublicReadMixin
from movieverse.exceptions import DomainError, StoreUnavailable, VersionConflict

Row = TypeVar("Row", bound=Model)
Stored = TypeVar("Stored", bound=CatalogModel)

MOST_TRIES = 20

LANGUAGE = OpenApiParameter(
    "language",
    description="Languages to show texts in, such as `de-AT,fr`: of each text the first there is. "
    f"At most {MOST_LANGUAGES}; `answered_in` says which it was.",
)


def there(row: Row | None, kind: str, pk: object) -> Row:
    """The row, or 404."""
    if row is None:
        raise NotFound(f"There is no {kind} {pk}.")
    return row


def stored(model: type[Stored], pk: int) -> Stored:
    """The row with all its columns, or 404."""
    return there(model._default_manager.filter(pk=pk).first(), str(model._meta.verbose_name), pk)


def changed(row: Row, changes: Mapping[str, Any]) -> Row:
    for name, value in changes.items():
        setattr(row, name, value)
    return row


def genres_shown(genres: QuerySet[Genre]) -> dict[int, Any]:
    """By their ids. Every page has them, and of rows as plain as these the serializer takes longer than the query."""
    return {genre["id"]: genre for genre in genres.values(*GenreSerializer.Meta.fields)}


def genres_of(movies: Iterable[Movie]) -> dict[int, Any]:
    return genres_shown(selectors.genres_of(movies))


class CuratedMixin(PublicReadMixin):
    """For views of rows that everybody reads and curators write.

    `actions` names by method the permission that it takes, of `written`; `members` says what clients call a column
    that services may complain of.
    """

    permission_classes: Any = (IsCuratorOrReadOnly,)
    scopes = Scopes(writing="curate")
    actions: ClassVar[dict[str, str]] = {}
    written: Any
    members: ClassVar[dict[str, str]] = PUBLIC_NAMES
    request: Any
    args: Any
    kwargs: Any
    expected_version: int | None
    tries = 1

    def given(self, serializer: InputSerializer) -> dict[str, Any]:
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data

    def version_seen(self, row: CatalogModel) -> int:
        """By the caller, else by us, a moment ago: a row is written as a whole, so nobody's change may be between."""
        return row.version if self.expected_version is None else self.expected_version

    def created(self, detail: type[ApiView], name: str, *ids: int) -> Response:
        """What a GET of the new row answers."""
        view: Any = detail(request=self.request, format_kwarg=None)
        response: Response = view.get(self.request, *ids)
        response.status_code = 201
        response["Location"] = reverse(f"v1:{name}", args=ids, request=self.request)
        return response

    def handle_exception(self, error: Exception) -> Any:
        """Services speak of columns, callers of members. Who has named no version has none that could be stale."""
        if isinstance(error, VersionConflict) and self._may_try_again(error):
            return self._tried_again()
        if isinstance(error, ValidationError) and hasattr(error, "error_dict"):
            error = ValidationError({self.members.get(name, name): said for name, said in error.error_dict.items()})
        return super().handle_exception(error)  # type: ignore[misc]

    def _may_try_again(self, conflict: VersionConflict) -> bool:
        named = self.request.headers.get("If-Match", "*").strip()
        return named == "*" and conflict.current is not None and self.tries < MOST_TRIES

    def _tried_again(self) -> Any:
        """Somebody has changed the row since we read it: what is to be done is done to the row as it is now."""
        self.tries += 1
        try:
            return getattr(self, self.request.method.lower())(self.request, *self.args, **self.kwargs)
        except (APIException, DomainError, ValidationError, StoreUnavailable) as error:
            return self.handle_exception(error)


class InLanguagesMixin:
    """For views that show titles: `language=` chooses the languages of their texts."""

    request: Any

    def allowed_parameters(self) -> list[str]:
        return [*super().allowed_parameters(), "language"]  # type: ignore[misc]

    @cached_property
    def languages(self) -> list[Language]:
        tags = self.request.query_params.get("language")
        try:
            return [] if tags is None else chain_of(tags)
        except ValueError as error:
            raise ParameterError("language", str(error)) from None

    @property
    def read_for_languages(self) -> list[str]:
        return ["translations"] if self.languages else []

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "languages": self.languages}  # type: ignore[misc]


class MovieRowsMixin(InLanguagesMixin):
    """For lists whose rows are titles, or have one each."""

    @extend_schema(parameters=[LANGUAGE])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)  # type: ignore[misc]
