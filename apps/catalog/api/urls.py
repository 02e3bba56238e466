from functools import partial
from typing import Any

from django.urls import path, register_converter

from apps.catalog.api.converters import ExternalValueConverter
from apps.catalog.api.views import (
    charts,
    collections,
    configuration,
    described,
    discover,
    find,
    lists,
    movies,
    names,
    parts,
    people,
    search,
    trending,
)
from apps.catalog.models import Collection, Company, CuratedList, Genre, Movie, Person
from apps.catalog.selectors import survivor_of
from movieverse.api import moved

register_converter(ExternalValueConverter, "external")

moved.survivors("movie_id", partial(survivor_of, "movie"))
moved.survivors("person_id", partial(survivor_of, "person"))

urlpatterns = [
    path("movies/", movies.MovieList.as_view(), name="movies"),
    path("movies/<id:movie_id>/", movies.MovieDetail.as_view(), name="movie"),
    path("movies/<id:movie_id>/credits/", parts.MovieCredits.as_view()),
    path("movies/<id:movie_id>/images/", parts.MovieImages.as_view()),
    path("movies/<id:movie_id>/videos/", parts.MovieVideos.as_view()),
    path("movies/<id:movie_id>/translations/", parts.MovieTranslations.as_view()),
    path("movies/<id:movie_id>/alternative-titles/", parts.MovieAlternativeTitles.as_view()),
    path("movies/<id:movie_id>/releases/", parts.MovieReleases.as_view()),
    path("movies/<id:movie_id>/awards/", parts.MovieAwards.as_view()),
    path("movies/<id:movie_id>/lists/", lists.MovieLists.as_view()),
    path("movies/popular/", charts.Popular.as_view(), name="popular"),
    path("movies/top-rated/", charts.TopRated.as_view(), name="top-rated"),
    path("movies/now-playing/", charts.NowPlaying.as_view(), name="now-playing"),
    path("movies/upcoming/", charts.Upcoming.as_view(), name="upcoming"),
    path("discover/", discover.Discover.as_view(), name="discover"),
    path("trending/movies/", trending.TrendingMovies.as_view(), name="trending"),
    path("people/", people.PersonList.as_view(), name="people"),
    path("people/<id:person_id>/", people.PersonDetail.as_view(), name="person"),
    path("people/<id:person_id>/credits/", people.PersonCredits.as_view()),
    path("genres/", names.GenreList.as_view(), name="genres"),
    path("genres/<id:genre_id>/", names.GenreDetail.as_view(), name="genre"),
    path("companies/", names.CompanyList.as_view(), name="companies"),
    path("companies/<id:company_id>/", names.CompanyDetail.as_view(), name="company"),
    path("collections/", collections.CollectionList.as_view(), name="collections"),
    path("collections/<id:collection_id>/", collections.CollectionDetail.as_view(), name="collection"),
    path("lists/", lists.CuratedListList.as_view(), name="lists"),
    path("lists/<id:list_id>/", lists.CuratedListDetail.as_view(), name="list"),
    path("lists/<id:list_id>/entries/", lists.ListEntries.as_view()),
    path("lists/<id:list_id>/entries/<id:movie_id>/", lists.ListEntryDetail.as_view(), name="list-entry"),
    path("find/<slug:source>/<external:value>/", find.Find.as_view()),
    path("search/", search.Search.as_view(), name="search"),
    path("search/suggest/", search.Suggest.as_view(), name="suggest"),
    path("configuration/", configuration.Configuration.as_view(), name="configuration"),
]

# What rows of these kinds have besides: the path they are at, the model, and what their id is called.
_KNOWN_ELSEWHERE: tuple[tuple[str, Any, str], ...] = (
    ("movies", Movie, "movie_id"),
    ("people", Person, "person_id"),
    ("genres", Genre, "genre_id"),
    ("companies", Company, "company_id"),
    ("collections", Collection, "collection_id"),
)
_DESCRIBED: tuple[tuple[str, Any, str], ...] = (
    ("movies", Movie, "movie_id"),
    ("people", Person, "person_id"),
    ("collections", Collection, "collection_id"),
    ("lists", CuratedList, "list_id"),
)

for name, model, id_name in _KNOWN_ELSEWHERE:
    ids, row = f"{name}/<id:{id_name}>/external-ids/", {"model": model, "id_name": id_name}
    urlpatterns += [
        path(ids, described.ExternalIds.as_view(**row)),
        path(f"{ids}<slug:source>/<external:value>/", described.ExternalIdDetail.as_view(**row)),
    ]

for name, model, id_name in _DESCRIBED:
    urlpatterns += [
        path(f"{name}/<id:{id_name}>/origins/", described.Origins.as_view(model=model, id_name=id_name)),
        path(f"{name}/<id:{id_name}>/locks/", described.Locks.as_view(model=model, id_name=id_name)),
    ]
