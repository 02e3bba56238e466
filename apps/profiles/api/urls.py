from django.urls import path

from apps.profiles.api import views

urlpatterns = [path("me/profile/", views.MyProfile.as_view(), name="my-profile")]
