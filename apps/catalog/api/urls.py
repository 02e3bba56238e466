from django.urls import path

from apps.catalog.api import views

urlpatterns = [
    path("movies/", views.MovieList.as_view(), name="movies"),
    path("movies/<id:movie_id>/", views.MovieDetail.as_view(), name="movie"),
    path("people/", views.PersonList.as_view(), name="people"),
    path("people/<id:person_id>/", views.PersonDetail.as_view(), name="person"),
    path("genres/", views.GenreList.as_view(), name="genres"),
    path("genres/<id:genre_id>/", views.GenreDetail.as_view(), name="genre"),
]
