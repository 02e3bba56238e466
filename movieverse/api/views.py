"""What every view of the API starts from."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, ClassVar

from django.http import QueryDict
from django.utils.cache import patch_vary_headers
from rest_framework import generics
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import APIException
from rest_framework.permissions import SAFE_METHODS, AllowAny, IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response

from movieverse.api import etags
from movieverse.api.degraded import Degraded
from movieverse.api.delivery import PRIVATE, PUBLIC
from movieverse.api.filters import ParameterFilterBackend
from movieverse.api.idempotency import IdempotencyMixin
from movieverse.api.moved import address, survivor_asked_for
from movieverse.api.pagination import KeysetPagination
from movieverse.api.problems import CONTENT_TYPE, ParameterError, problem
from movieverse.api.scopes import Scopes, check_scope
from movieverse.api.selection import SelectionMixin
from movieverse.cache import Cached
from movieverse.exceptions import VersionConflict


class ApiView(IdempotencyMixin, SelectionMixin, generics.GenericAPIView):
    """Refuses query parameters that it does not know, and any given twice.

    `serializer_class` is what a GET answers. `versioned` says that what it shows has a `version`: who changes it
    says by If-Match which one they saw. `degrades` says that an answer may name stores that it had to do without.
    `problems` says, by method, which statuses the view may answer that the schema cannot know of. `cached` says how
    what it answers a GET may be given again. `limited` says, by method, which of ACTION_LIMITS it counts as, too.
    `counted_as` says, by method, which of a member's RATE_LIMITS it is counted by, if not as what it is.
    `scopes` says what it takes of a token; what nobody has thought of takes the scopes of a member's own things.
    """

    filter_backends: Any = ()
    pagination_class: Any = None
    versioned: ClassVar[bool] = False
    degrades: ClassVar[bool] = False
    problems: ClassVar[dict[str, tuple[int, ...]]] = {}
    cached: ClassVar[Cached | None] = None
    limited: ClassVar[dict[str, str]] = {}
    counted_as: ClassVar[dict[str, str]] = {}
    scopes: ClassVar[Scopes] = Scopes()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not hasattr(self, (request.method or "").lower()):
            return  # it will be 405, whatever else is wrong
        allowed = self.allowed_parameters() if request.method in SAFE_METHODS else []
        _check_parameters(request.query_params, allowed)
        _ = self.hidden  # raises for names that there are not
        if self.versioned and request.method in etags.CHANGING:
            _ = self.expected_version  # raises where there is none
        self.claim_key(request)

    def perform_authentication(self, request: Request) -> None:
        """Every request is counted here, before anybody is refused for who they are or are not."""
        try:
            super().perform_authentication(request)
        except APIException:
            super().check_throttles(request)
            raise
        super().check_throttles(request)

    def check_permissions(self, request: Request) -> None:
        super().check_permissions(request)
        if hasattr(self, (request.method or "").lower()):
            check_scope(request, self.scopes)

    def get_authenticate_header(self, request: Request) -> str:
        """Every way in, but for the cookie's, which asks for nothing."""
        challenges = [authenticator.authenticate_header(request) for authenticator in self.get_authenticators()]
        return ", ".join(filter(None, challenges))

    def check_throttles(self, request: Request) -> None:
        """Done already, in `perform_authentication`."""

    def allowed_parameters(self) -> list[str]:
        """In the address of a read; a write has none."""
        return self.selection_parameters()

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """`Allow` says which methods there are; the schema has the rest."""
        return Response(status=204)

    @property
    def member(self) -> Any:
        """Who is signed in, in a view that nobody else gets into."""
        return self.request.user

    @property
    def expected_version(self) -> int | None:
        """For the service, which compares it in the transaction that writes."""
        return etags.expected_version(self.request.headers.get("If-Match"))

    def answer(
        self,
        row: Any,
        context: Mapping[str, Any] | None = None,
        degraded: Degraded | None = None,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """The row as `serializer_class` shows it, with the members that the request wants and its version's ETag."""
        data = self.serialized(row, {**self.get_serializer_context(), **(context or {})})
        data |= degraded.as_member() if degraded else {}
        version = {"ETag": etags.of_version(row.version)} if hasattr(row, "version") else {}
        return Response(data, status=status, headers={**version, **(headers or {})})

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        if request.authenticators:
            patch_vary_headers(response, ["Cookie", "X-Session-Token", "Authorization"])
        elif request.method in SAFE_METHODS and response.status_code == 200:
            response.headers.setdefault("Cache-Control", PUBLIC)
        if self.cached and request.method == "GET" and response.status_code == 200:
            self.cached.mark(response, self, response.data)
        return response

    def handle_exception(self, error: Exception) -> Any:
        response = super().handle_exception(error)
        if isinstance(error, VersionConflict) and error.current is not None:
            with suppress(APIException):  # deleted at this very moment
                response["ETag"] = self._current_etag()
        return self._sent_on(response) if response.status_code == 404 else response

    def _sent_on(self, not_found: Any) -> Any:
        """To the row that the one asked for was merged into, if it was. It may be undone: nobody is to remember it."""
        moved = survivor_asked_for(self.kwargs)
        if moved is None:
            return not_found
        location = address(self.request, *moved)
        body = problem(308, "merged", f"This was merged into {moved[1]}.", into=moved[1])
        return Response(body, 308, headers={"Location": location, "Cache-Control": PRIVATE}, content_type=CONTENT_TYPE)

    def _current_etag(self) -> str:
        current = self.get(self.request, *self.args, **self.kwargs)  # type: ignore[attr-defined]
        body = self.finalize_response(self.request, current).rendered_content
        return etags.completed(current["ETag"], body)


class ListView(ApiView):
    """A paginated list. What a page needs of other rows is read once for the page."""

    pagination_class = KeysetPagination
    orderings: ClassVar[dict[str, str]]
    default_ordering: ClassVar[str]

    def allowed_parameters(self) -> list[str]:
        return [*KeysetPagination.PARAMETERS, *super().allowed_parameters()]

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        degraded = Degraded()
        context = {**self.get_serializer_context(), **self.page_context(page, degraded)}
        response = self.get_paginated_response(self.serialized(page, context, many=True))
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
