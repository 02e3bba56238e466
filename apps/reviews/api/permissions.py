from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from movieverse.api.scopes import is_good_for


def may_moderate(request: Request) -> bool:
    user: Any = request.user
    may = user.is_authenticated and user.is_staff and user.has_perm("reviews.moderate_review")
    return bool(may and is_good_for(request, "moderate"))


class IsModerator(BasePermission):
    message = "Only a moderator may do this."

    def has_permission(self, request: Request, view: Any) -> bool:
        return may_moderate(request)
