from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api.serializers import MeChangeSerializer, MeSerializer
from apps.accounts.services import handle_change
from movieverse.api.views import ApiView


class Me(ApiView):
    """The member who asks."""

    serializer_class = MeSerializer
    problems = {"PATCH": (409,)}

    def get(self, request: Request) -> Response:
        return self.answer(self.member)

    @extend_schema(request=MeChangeSerializer)
    def patch(self, request: Request) -> Response:
        """Change the handle."""
        changes = MeChangeSerializer(data=request.data)
        changes.is_valid(raise_exception=True)
        user = handle_change(user=self.member, **changes.validated_data) if changes.validated_data else self.member
        return self.answer(user)
