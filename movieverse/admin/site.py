"""The curators' site: one for all stores, with a content security policy of its own."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from unfold.sites import UnfoldAdminSite

# Alpine evaluates the expressions in its attributes and writes style attributes. There are no inline
# scripts or style elements: the colours come from a file of ours instead of unfold's <style>.
_own_policy: Callable[[Any], Any] = csp_replace(
    {
        "script-src": [SELF, UNSAFE_EVAL],
        "style-src-attr": [UNSAFE_INLINE],
        "img-src": [SELF, "data:", *settings.IMAGE_ORIGINS],
    }
)

_SHOWN_WITH_ACCOUNTS = ("account", "auth", "mfa")


class AdminSite(UnfoldAdminSite):
    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
        return _own_policy(super().admin_view(view, cacheable))

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and not _lacks_second_factor(request)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """At the members' own page: there is no way around its limits, nor around a second factor."""
        if super().has_permission(request) and _lacks_second_factor(request):
            messages.warning(request, "The curators' desk takes a second factor. Set one up here, then come again.")
            return redirect("mfa_index")
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied("Only staff get to the curators' desk.")
        wanted = request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index")
        return redirect("admin:index") if request.user.is_authenticated else redirect_to_login(wanted)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return super().each_context(request) | {"colors": None}

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """One section for accounts, although several apps hold their tables."""
        sections = super().get_app_list(request, app_label)
        accounts = next((section for section in sections if section["app_label"] == "accounts"), None)
        if app_label or accounts is None:
            return sections
        moved = [section for section in sections if section["app_label"] in _SHOWN_WITH_ACCOUNTS]
        accounts["models"] += [model for section in moved for model in section["models"]]
        return [section for section in sections if section not in moved]


def _lacks_second_factor(request: HttpRequest) -> bool:
    return settings.ADMIN_SECOND_FACTOR and not is_mfa_enabled(request.user)
