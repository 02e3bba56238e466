from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request


def may_moderate(user: Any) -> bool:
    return bool(user.is_authenticated and user.is_staff and user.has_perm("reviews.moderate_review"))


class IsModerator(BasePermission):
    message = "Only a moderator may do this."

    def has_permission(self, request: Request, view: Any) -> bool:
        return may_moderate(request.user)
