"""Rows for tests, made through the services that make them in earnest."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from itertools import count
from typing import Any

from allauth.account.models import EmailAddress
from django.utils import timezone

from apps.accounts.models import User
from apps.catalog import services as catalog
from apps.catalog.models import Collection, Company, CuratedList, Genre, Movie, Person
from apps.catalog.services.lists import Entry
from apps.recommendations.learning.following import Following
from apps.recommendations.models import ModelVersion

PASSWORD = "correct horse battery staple"
_numbers = count(1)


def make_user(handle: str = "", **fields: Any) -> User:
    """A member who has confirmed the address."""
    handle = handle or f"user{next(_numbers)}"
    user = User.objects.create_user(email=f"{handle}@example.com", handle=handle, password=PASSWORD, **fields)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


def make_genre(name: str = "") -> Genre:
    return catalog.genre_save(genre=Genre(name=name or f"Genre {next(_numbers)}"))


def make_person(name: str = "", **fields: Any) -> Person:
    return catalog.person_save(person=Person(name=name or f"Person {next(_numbers)}", **fields))


def make_company(name: str = "") -> Company:
    return catalog.company_save(company=Company(name=name or f"Company {next(_numbers)}"))


def make_collection(name: str = "", **fields: Any) -> Collection:
    return catalog.collection_save(collection=Collection(name=name or f"Collection {next(_numbers)}", **fields))


def make_list(slug: str = "", movies: Sequence[Movie] = (), **fields: Any) -> CuratedList:
    """With the movies in their order, ranked by it."""
    slug = slug or f"list-{next(_numbers)}"
    made = catalog.list_save(curated_list=CuratedList(slug=slug, **{"name": slug} | fields))
    entries = [Entry(movie.pk, rank) for rank, movie in enumerate(movies, 1)]
    return catalog.list_entries_set(curated_list=made, entries=entries)


def make_movie(title: str = "", **fields: Any) -> Movie:
    defaults = {"original_title": title, "release_date": date(1995, 12, 15)}
    return catalog.movie_save(movie=Movie(title=title or f"Movie {next(_numbers)}", **defaults | fields))


def make_model(state: str = "ready", **values: Any) -> ModelVersion:
    """A model that has learned nothing."""
    data = {"movies": 0, "likes": 0, "users": 0, "liked_movies": 0, "from_and_until": []}
    moment = timezone.now() if state in ("ready", "active") else None
    facts = {"parameters": asdict(Following()), "data": data, "activated_at": moment}
    return ModelVersion.objects.create(state=state, **facts | values)
