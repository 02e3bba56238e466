from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api.permissions import MayBan
from apps.accounts.api.serializers import (
    BanInputSerializer,
    BanSerializer,
    MeChangeSerializer,
    MeSerializer,
    NewTokenSerializer,
    TokenInputSerializer,
    TokenSerializer,
)
from apps.accounts.models import PersonalToken, User
from apps.accounts.selectors import ban_of, user_by_handle
from apps.accounts.services import NotBanned, handle_change, token_create, token_delete, user_ban, user_unban
from movieverse.api.scopes import SESSIONS_ONLY, Scopes
from movieverse.api.views import ApiView, ListView


class Me(ApiView):
    """The member who asks."""

    serializer_class = MeSerializer
    problems = {"PATCH": (409,)}
    scopes = Scopes(writing=None)

    def get(self, request: Request) -> Response:
        return self.answer(self.member)

    @extend_schema(request=MeChangeSerializer)
    def patch(self, request: Request) -> Response:
        """Change the handle."""
        changes = MeChangeSerializer(data=request.data)
        changes.is_valid(raise_exception=True)
        user = handle_change(user=self.member, **changes.validated_data) if changes.validated_data else self.member
        return self.answer(user)


class MyTokens(ListView):
    """Tokens by which programs may do some of what the member who asks may do."""

    serializer_class = TokenSerializer
    orderings = {"created_at": "pk"}
    default_ordering = "-created_at"
    scopes = SESSIONS_ONLY

    def get_queryset(self) -> QuerySet[PersonalToken]:
        return PersonalToken.objects.filter(user=self.member)

    @extend_schema(request=TokenInputSerializer, responses={201: NewTokenSerializer})
    def post(self, request: Request) -> Response:
        """Make one. The answer shows it, this once."""
        given = TokenInputSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        token, secret = token_create(user=self.member, **given.validated_data)
        return Response(NewTokenSerializer(token, context={"secret": secret}).data, status=201)


class MyToken(ApiView):
    """A token of the member who asks."""

    serializer_class = TokenSerializer
    scopes = SESSIONS_ONLY

    def get(self, request: Request, token_id: int) -> Response:
        token = PersonalToken.objects.filter(user=self.member, pk=token_id).first()
        if token is None:
            raise NotFound(f"You have no token {token_id}.")
        return self.answer(token)

    def delete(self, request: Request, token_id: int) -> Response:
        """Revoke it: from now on it is good for nothing."""
        if not token_delete(user=self.member, token_id=token_id):
            raise NotFound(f"You have no token {token_id}.")
        return Response(status=204)


class UserBan(ApiView):
    """The ban that keeps a member out."""

    serializer_class = BanSerializer
    permission_classes = (MayBan,)
    problems = {"PUT": (403,), "DELETE": (403,)}
    scopes = Scopes("moderate", "moderate")

    def get(self, request: Request, member: str) -> Response:
        ban = ban_of(_user(member))
        if ban is None:
            raise NotBanned
        return self.answer(ban)

    @extend_schema(request=BanInputSerializer, responses={200: BanSerializer, 201: BanSerializer})
    def put(self, request: Request, member: str) -> Response:
        """Shut the member out: all sessions and tokens end. A ban that there is already stays as it is."""
        user, given = _user(member), BanInputSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        ban, created = user_ban(user=user, by=self.member, **given.validated_data)
        return self.answer(ban, status=201 if created else 200)

    def delete(self, request: Request, member: str) -> Response:
        """Let the member in again. That there was a ban stays on record."""
        user_unban(user=_user(member), by=self.member)
        return Response(status=204)


def _user(handle: str) -> User:
    user = user_by_handle(handle)
    if user is None:
        raise NotFound(f"There is no member {handle!r}.")
    return user
