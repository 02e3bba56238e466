from django.urls import path

from apps.catalog import posters

urlpatterns = [path("<id:movie_id>.svg", posters.drawn, name="poster")]
