from django.urls import path

from movieverse.outbox.api.views import Changes

urlpatterns = [path("changes/", Changes.as_view(), name="changes")]
