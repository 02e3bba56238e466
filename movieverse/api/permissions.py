from typing import Any

from rest_framework.permissions import SAFE_METHODS, IsAuthenticatedOrReadOnly
from rest_framework.request import Request


class IsAuthorOrReadOnly(IsAuthenticatedOrReadOnly):
    """Everybody reads; only the member whose `user_id` the row carries writes."""

    message = "Only its author can change this."

    def has_object_permission(self, request: Request, view: Any, obj: Any) -> bool:
        return request.method in SAFE_METHODS or obj.user_id == request.user.pk
