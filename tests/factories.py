"""Rows for tests, made through the services that make them in earnest."""

from datetime import date
from itertools import count
from typing import Any

from apps.accounts.models import User
from apps.catalog import services as catalog
from apps.catalog.models import Genre, Movie, Person

PASSWORD = "correct horse battery staple"
_numbers = count(1)


def make_user(handle: str = "", **fields: Any) -> User:
    handle = handle or f"user{next(_numbers)}"
    return User.objects.create_user(email=f"{handle}@example.com", handle=handle, password=PASSWORD, **fields)


def make_genre(name: str = "") -> Genre:
    return catalog.genre_save(genre=Genre(name=name or f"Genre {next(_numbers)}"))


def make_person(name: str = "", **fields: Any) -> Person:
    return catalog.person_save(person=Person(name=name or f"Person {next(_numbers)}", **fields))


def make_movie(title: str = "", **fields: Any) -> Movie:
    defaults = {"original_title": title, "release_date": date(1995, 12, 15)}
    return catalog.movie_save(movie=Movie(title=title or f"Movie {next(_numbers)}", **defaults | fields))
