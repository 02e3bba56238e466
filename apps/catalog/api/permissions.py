from typing import Any

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request


class IsCuratorOrReadOnly(BasePermission):
    """Everybody reads. Staff write what Django's permissions let them: those of the admin.

    A view says by `actions` which permission a method needs, of the model `written`; one that it says nothing of
    is nobody's.
    """

    message = "Only a curator with the permission for this may do it."

    def has_permission(self, request: Request, view: Any) -> bool:
        is_there = hasattr(view, str(request.method).lower())  # else it is 405, whoever asks
        return request.method in SAFE_METHODS or not is_there or _may_write(request, view)


def _may_write(request: Request, view: Any) -> bool:
    action, user = view.actions.get(request.method), request.user
    if action is None or not user.is_authenticated or not user.is_staff:
        return False
    model = view.written._meta
    return bool(user.has_perm(f"{model.app_label}.{action}_{model.model_name}"))
