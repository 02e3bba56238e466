from django.urls import include, path, register_converter

from movieverse.api.converters import IdConverter
from movieverse.api.index import Index

register_converter(IdConverter, "id")

app_name = "v1"

urlpatterns = [
    path("", Index.as_view(), name="index"),
    path("", include("apps.catalog.api.urls")),
    path("", include("apps.reviews.api.urls")),
    path("", include("apps.accounts.api.urls")),
    path("", include("apps.profiles.api.urls")),
    path("", include("movieverse.outbox.api.urls")),
    path("", include("apps.imports.api.urls")),
    path("", include("apps.recommendations.api.urls")),
    path("", include("apps.curation.api.urls")),
]
