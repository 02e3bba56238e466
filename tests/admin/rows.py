"""One row of every kind that the admin shows, and how to reach its pages."""

from datetime import date
from functools import partial

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.admin.utils import quote
from django.contrib.auth.models import Group
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Ban, User
from apps.accounts.services import user_ban
from apps.catalog import services as catalog
from apps.catalog.models import Collection, Company, CuratedList, ExternalId, Genre, Movie, Person, Setting
from apps.curation.merging import merge_rows
from apps.curation.models import ConsistencyReport, Merge
from apps.curation.services import report_request
from apps.imports.models import Import, RejectedRow
from apps.profiles import services as profiles
from apps.profiles.models import DiaryEntry, Profile, WatchlistItem
from apps.profiles.services.diary import diary_add
from apps.profiles.services.watchlist import watchlist_add
from apps.recommendations.models import ModelVersion
from apps.reviews import services as reviews
from apps.reviews.models import ModerationAct, Rating, RatingSummary, ReportedReview, Review, Tag
from movieverse.models import CacheUse, Edit
from movieverse.outbox.models import Event
from movieverse.outbox.relay import relay_all
from movieverse.outbox.stores import outboxes
from tests.factories import make_genre, make_model, make_movie, make_person, make_user

MODELS = [
    User, Ban, Authenticator, Group, EmailAddress, Movie, Person, Genre, Company, Collection, CuratedList, ExternalId,
    Setting, Review, ReportedReview, ModerationAct, Rating, RatingSummary, Tag, Profile, WatchlistItem, DiaryEntry,
    ConsistencyReport, CacheUse, Edit, Merge, Import, RejectedRow, ModelVersion, *outboxes().values(),
]  # fmt: skip
READ_ONLY = {Ban, RatingSummary, ReportedReview, ModerationAct, ConsistencyReport, CacheUse, Edit, Merge}
READ_ONLY |= {Import, RejectedRow, ModelVersion}
WITHOUT_ADD = {
    *(READ_ONLY - {Merge}), Authenticator, Review, Rating, Tag, WatchlistItem, DiaryEntry, *outboxes().values(),
}  # fmt: skip


def make_company(name: str = "Warner Bros.") -> Company:
    return catalog.company_save(company=Company(name=name))


def make_collection(name: str = "The Godfather Collection") -> Collection:
    return catalog.collection_save(collection=Collection(name=name))


def make_list(name: str = "Best of all", slug: str = "best-of-all") -> CuratedList:
    return catalog.list_save(curated_list=CuratedList(name=name, slug=slug))


def make_row(model: type[Model]) -> Model:
    return _MAKERS[model]()


def _email() -> EmailAddress:
    user = make_user()
    return EmailAddress.objects.create(user=user, email=f"second-{user.email}")


def _rating() -> Rating:
    reviews.rating_set(user_id=make_user().pk, movie_id=make_movie().pk, value=7)
    return Rating.objects.latest("id")


def _summary() -> RatingSummary:
    return RatingSummary.objects.get(pk=_rating().movie_id)


def _reported() -> ReportedReview:
    review = reviews.review_create(user_id=make_user().pk, movie_id=make_movie().pk, body="Buy shoes.")
    reviews.review_report(user_id=make_user().pk, review_id=review.pk, reason="spam", text="Shoes!")
    return ReportedReview.objects.get(pk=review.pk)


def _act() -> ModerationAct:
    reviews.review_hide(review=_reported(), by=make_user().pk, reason="Spam.")
    return ModerationAct.objects.latest("id")


def make_event(model: type[Event], **fields: object) -> Event:
    """Of a row that there need not be."""
    return model.objects.create(**{"kind": next(iter(model.KINDS)), "object_id": 7} | fields)


def _edit() -> Edit:
    movie = make_movie("Haet")
    catalog.movie_save(movie=Movie(pk=movie.pk, title="Heat"), by=make_user().pk)
    relay_all()
    return Edit.objects.latest("pk")


_MAKERS = {
    Edit: _edit,
    **{model: partial(make_event, model) for model in outboxes().values()},
    User: make_user,
    Ban: lambda: user_ban(user=make_user(), by=None, reason="Spam.")[0],
    Authenticator: lambda: Authenticator.objects.create(user=make_user(), type="totp", data={"secret": "SEED"}),
    Group: lambda: Group.objects.create(name="Moderators"),
    EmailAddress: _email,
    Movie: make_movie,
    Person: make_person,
    Genre: make_genre,
    Company: make_company,
    Collection: make_collection,
    CuratedList: make_list,
    ExternalId: lambda: catalog.external_id_add(kind="movie", source="tmdb", value="949", object_id=make_movie().pk),
    Setting: lambda: catalog.setting_set(name="reviews_closed_message", value="Back in May."),
    Review: lambda: reviews.review_create(user_id=make_user().pk, movie_id=make_movie().pk, body="Good."),
    ReportedReview: _reported,
    ModerationAct: _act,
    Rating: _rating,
    RatingSummary: _summary,
    Tag: lambda: reviews.tag_add(user_id=make_user().pk, movie_id=make_movie().pk, text="Heist")[0],
    ConsistencyReport: lambda: report_request(by=None),
    ModelVersion: make_model,
    Merge: lambda: merge_rows(kind="movie", from_id=make_movie().pk, into_id=make_movie().pk, by=None),
    Import: lambda: Import.objects.create(dataset="netflix"),
    RejectedRow: lambda: RejectedRow.objects.create(imported=make_row(Import), line=2, cells={"title": "Heat"}),
    CacheUse: lambda: CacheUse.objects.create(name="movies", since=timezone.now()),
    Profile: lambda: profiles.profile_update(user_id=make_user().pk, bio="Hello."),
    WatchlistItem: lambda: watchlist_add(user_id=make_user().pk, movie_id=make_movie().pk)[0],
    DiaryEntry: lambda: diary_add(
        user_id=make_user().pk, movie_id=make_movie().pk, watched_on=date(2025, 12, 25), note="Good."
    ),
}


def page(model: type[Model], name: str, *args: object) -> str:
    opts = model._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{name}", args=[quote(arg) for arg in args])
