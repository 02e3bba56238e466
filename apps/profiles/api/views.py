from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.profiles.api.serializers import ProfileChangeSerializer, ProfileSerializer
from apps.profiles.selectors import profile_of
from apps.profiles.services import profile_update
from movieverse.api.views import ApiView


class MyProfile(ApiView):
    """What the member who asks says about themselves."""

    serializer_class = ProfileSerializer
    versioned = True

    def get(self, request: Request) -> Response:
        return self.answer(profile_of(self.member.pk))

    @extend_schema(request=ProfileChangeSerializer)
    def patch(self, request: Request) -> Response:
        """Change what is given, leave the rest."""
        changes = ProfileChangeSerializer(data=request.data)
        changes.is_valid(raise_exception=True)
        return self.answer(
            profile_update(user_id=self.member.pk, version=self.expected_version, **changes.validated_data)
        )
