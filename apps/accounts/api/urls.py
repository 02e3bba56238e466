from django.urls import URLPattern

urlpatterns: list[URLPattern] = []  # `me/` is curation's: who leaves there leaves all stores
