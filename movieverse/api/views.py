"""What every view of the API starts from."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.http import QueryDict
from rest_framework import generics
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import SAFE_METHODS, AllowAny, IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response

from movieverse.api.degraded import Degraded
from movieverse.api.filters import ParameterFilterBackend
from movieverse.api.pagination import KeysetPagination
from movieverse.api.problems import ParameterError


class ApiView(generics.GenericAPIView):
    """Refuses query parameters that it does not know, and any given twice.

    `problems` says, by method, which statuses the view may answer that the schema cannot know of.
    """

    filter_backends: Any = ()
    pagination_class: Any = None
    problems: ClassVar[dict[str, tuple[int, ...]]] = {}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        _check_parameters(request.query_params, self.allowed_parameters())

    def allowed_parameters(self) -> list[str]:
        return []

    @property
    def member(self) -> Any:
        """Who is signed in, in a view that nobody else gets into."""
        return self.request.user


class ListView(ApiView):
    """A paginated list. What a page needs of other rows is read once for the page."""

    pagination_class = KeysetPagination
    orderings: ClassVar[dict[str, str]]
    default_ordering: ClassVar[str]

    def allowed_parameters(self) -> list[str]:
        return list(KeysetPagination.PARAMETERS) if self.request.method in SAFE_METHODS else []

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        degraded = Degraded()
        context = {**self.get_serializer_context(), **self.page_context(page or [], degraded)}
        serializer = self.get_serializer_class()(page, many=True, context=context)
        response = self.get_paginated_response(serializer.data)
        response.data.update(degraded.as_member())
        return response

    def page_context(self, page: Sequence[Any], degraded: Degraded) -> dict[str, Any]:
        """What the serializer needs besides the rows, read at most once per page and store."""
        return {}


class FilteredListView(ListView):
    filter_backends = (ParameterFilterBackend,)
    filterset_class: Any

    def allowed_parameters(self) -> list[str]:
        return [*super().allowed_parameters(), *self.filterset_class.base_filters]


class PublicMixin:
    """Nobody needs to know who reads: the accounts store is not asked, and may be away."""

    authentication_classes: Any = ()
    permission_classes: Any = (AllowAny,)


class PublicReadMixin:
    """Everybody reads, nobody being asked who they are; members write."""

    permission_classes: Any = (IsAuthenticatedOrReadOnly,)
    request: Any

    def get_authenticators(self) -> list[BaseAuthentication]:
        if self.request is not None and self.request.method in SAFE_METHODS:
            return []
        return super().get_authenticators()  # type: ignore[misc]


def _check_parameters(given: QueryDict, allowed: list[str]) -> None:
    for name in given:
        if name not in allowed:
            known = f"There are: {', '.join(allowed)}." if allowed else "There are none here."
            raise ParameterError(
                name, f"There is no parameter {name!r}. {known}", 400, "unknown-parameter", allowed=allowed
            )
        if len(given.getlist(name)) > 1:
            raise ParameterError(name, f"The parameter {name!r} is given more than once.", 400, "repeated-parameter")
