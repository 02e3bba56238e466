from django.urls import path

from apps.accounts.api import views

urlpatterns = [path("me/", views.Me.as_view(), name="me")]
