from django.urls import path

from apps.profiles.api import events, shelf_urls, views

urlpatterns = [
    path("me/profile/", views.MyProfile.as_view(), name="my-profile"),
    path("me/profile/events/", events.MyProfileEvents.as_view(), name="my-profile-events"),
    path("me/profile/picture/", views.MyPicture.as_view(), name="my-picture"),
    path("users/<str:handle>/", views.Member.as_view(), name="user"),
    *shelf_urls.urlpatterns,
]
