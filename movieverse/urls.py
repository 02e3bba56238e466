from django.contrib import admin
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularSwaggerSplitView

from movieverse import errors
from movieverse.api.index import Schema

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="docs"), name="start"),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("_allauth/", include("allauth.headless.urls")),
    path("api/v1/", include("movieverse.api.urls")),
    path("posters/", include("apps.catalog.urls")),  # behind the API's, which registers the converter of ids
    path("pictures/", include("apps.profiles.urls")),
    path("api/schema/", Schema.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
    path("api/<path:rest>/", csrf_exempt(errors.not_found)),
]

handler400 = errors.bad_request
handler404 = errors.not_found
handler500 = errors.server_error
