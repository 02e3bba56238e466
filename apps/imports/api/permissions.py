from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request


class MayImport(BasePermission):
    """A view's `needs` says, by method, which permission of this app it takes."""

    message = "Only a curator with the permission to import may do this."

    def has_permission(self, request: Request, view: Any) -> bool:
        user, needed = request.user, view.needs.get("GET" if request.method == "HEAD" else request.method)
        if not (user.is_authenticated and user.is_staff):
            return False
        return needed is None or user.has_perm(f"imports.{needed}")
