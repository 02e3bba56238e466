from django.urls import path

from apps.accounts.api import views

# `me/` is curation's: who leaves there leaves all stores.
urlpatterns = [
    path("me/tokens/", views.MyTokens.as_view(), name="my-tokens"),
    path("me/tokens/<id:token_id>/", views.MyToken.as_view(), name="my-token"),
    path("users/<str:member>/ban/", views.UserBan.as_view(), name="ban"),
]
