from typing import Any

from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request


class MayBan(IsAuthenticated):
    message = "Only a moderator may do this."

    def has_permission(self, request: Request, view: Any) -> bool:
        is_staff = super().has_permission(request, view) and request.user.is_staff
        return is_staff and request.user.has_perm("accounts.ban_user")
