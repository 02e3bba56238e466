from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from movieverse import errors

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="docs"), name="start"),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("_allauth/", include("allauth.headless.urls")),
    path("api/v1/", include("movieverse.api.urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
    path("api/<path:rest>/", errors.not_found),
]

handler400 = errors.bad_request
handler404 = errors.not_found
handler500 = errors.server_error
