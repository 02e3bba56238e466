from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.permissions import IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import User
from apps.accounts.selectors import member_by_handle
from apps.catalog.models import Genre
from apps.catalog.selectors import genres_by_id, titles_by_id
from apps.profiles import cache
from apps.profiles.api.parsers import AnyBytesParser, PictureParser
from apps.profiles.api.serializers import ProfileChangeSerializer, ProfileSerializer, UserSerializer
from apps.profiles.models import Part, Profile
from apps.profiles.pictures import picture_url
from apps.profiles.selectors import may_see, profile_of
from apps.profiles.services import picture_remove, picture_set, profile_update
from movieverse.api.degraded import Degraded
from movieverse.api.delivery import PRIVATE, PUBLIC
from movieverse.api.views import ApiView
from movieverse.markdown import rendered


class ShowsMyProfile(ApiView):
    serializer_class = ProfileSerializer
    versioned = True

    def get(self, request: Request) -> Response:
        return self.answer(profile_of(self.member.pk))


class MyProfile(ShowsMyProfile):
    """What the member who asks says about themselves, and who sees it."""

    @extend_schema(request=ProfileChangeSerializer)
    def patch(self, request: Request) -> Response:
        """Change what is given, leave the rest."""
        changes = ProfileChangeSerializer(data=request.data)
        changes.is_valid(raise_exception=True)
        return self.answer(
            profile_update(user_id=self.member.pk, version=self.expected_version, **changes.validated_data)
        )


class MyPicture(ShowsMyProfile):
    """The profile of the member who asks, of which only the picture is changed here."""

    parser_classes = (PictureParser, AnyBytesParser)
    limited = {"PUT": "pictures"}

    @extend_schema(request={"image/*": OpenApiTypes.BINARY})
    def put(self, request: Request) -> Response:
        """Upload a picture.

        The body is the file itself: JPEG, PNG, WebP or GIF, 5 MB and 25 megapixels at most. What is kept of it is its
        first frame, 512 by 512 at most.
        """
        content = request.data if isinstance(request.data, bytes) else b""  # for which it is an empty mapping
        return self.answer(picture_set(user_id=self.member.pk, version=self.expected_version, content=content))

    @extend_schema(responses={200: ProfileSerializer})
    def delete(self, request: Request) -> Response:
        """Take the uploaded picture away."""
        return self.answer(picture_remove(user_id=self.member.pk, version=self.expected_version))


class Member(ApiView):
    """A member, as far as whoever asks may see them.

    Parts of which the member has said otherwise are null; `visible` names the others.
    """

    cached = cache.MEMBER
    serializer_class = UserSerializer
    permission_classes = (IsAuthenticatedOrReadOnly,)
    degrades = True
    problems = {"GET": (401,)}

    def get(self, request: Request, handle: str) -> Response:
        user, degraded = member_by_handle(handle), Degraded()
        if user is None:
            raise NotFound(f"There is no member {handle!r}.")
        profile = degraded.read(lambda: profile_of(user.pk), None)
        visible = [part for part in Part if profile and may_see(request.user.pk, profile, part)]
        row = self._own(user, profile) | self._about(profile if Part.ABOUT in visible else None)
        row |= self._favourites(profile if Part.FAVOURITES in visible else None, degraded)
        caching = {"Cache-Control": PRIVATE if request.user.is_authenticated else PUBLIC}
        return self.answer(row | {"visible": visible}, degraded=degraded, headers=caching)

    def _own(self, user: User, profile: Profile | None) -> dict[str, Any]:
        name = (profile.display_name if profile else user.name) or user.handle
        return {"id": user.pk, "handle": user.handle, "name": name, "joined_at": user.date_joined}

    def _about(self, profile: Profile | None) -> dict[str, Any]:
        if profile is None:
            return {"bio_html": None, "picture": None}
        return {"bio_html": rendered(profile.bio), "picture": picture_url(profile)}

    def _favourites(self, profile: Profile | None, degraded: Degraded) -> dict[str, Any]:
        """Null also where the catalogue does not say what the ids mean."""
        shown: dict[str, Any] = {"favourite_genres": None, "favourite_movies": None}
        if profile and self.wants("favourite_genres"):
            shown["favourite_genres"] = degraded.read(lambda: _genres(profile.favourite_genre_ids), None)
        if profile and self.wants("favourite_movies"):
            shown["favourite_movies"] = degraded.read(lambda: _movies(profile.favourite_movie_ids), None)
        return shown


def _genres(genre_ids: list[int]) -> list[Genre]:
    known = genres_by_id() if genre_ids else {}
    return [known[pk] for pk in genre_ids if pk in known]


def _movies(movie_ids: list[int]) -> list[dict[str, Any]]:
    titles = titles_by_id(movie_ids) if movie_ids else {}
    return [{"id": pk, "title": titles[pk]} for pk in movie_ids if pk in titles]
