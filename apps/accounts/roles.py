"""Who may do what: the permissions of each role, all of them, and of nobody else.

A role is a Django group of its name. What a group has is what stands here, from the next migration on.
"""

from collections.abc import Iterable
from itertools import product

from django.db import models


class Role(models.TextChoices):
    MEMBER = "member"  # everybody, and no group
    CURATOR = "curator"
    MODERATOR = "moderator"
    ADMINISTRATOR = "administrator"


def _all(app: str, models: Iterable[str], actions: Iterable[str] = ("view", "add", "change", "delete")) -> set[str]:
    return {f"{app}.{action}_{model}" for action, model in product(actions, models)}


def _view(app: str, *models: str) -> set[str]:
    return _all(app, models, ("view",))


_WORDS = ("review", "rating", "ratingsummary", "tag")
_CATALOGUE = ("movie", "person", "genre", "company", "collection", "curatedlist", "externalid")

_CURATOR = (
    _all("catalog", _CATALOGUE)
    | _view("reviews", *_WORDS)
    | _view("curation", "consistencyreport", "merge")
    | {"curation.run_consistency", "curation.merge_rows", "movieverse.view_edit"}
    | _view("recommendations", "modelversion")
    | {"recommendations.activate_modelversion"}
    | _all("imports", ("upload",), ("add",))
    | _all("imports", ("import",), ("view", "add"))
    | _all("imports", ("rejectedrow",), ("view", "change"))
    | {"imports.undo_import"}
)
_MODERATOR = (
    _view("catalog", *_CATALOGUE)
    | _view("reviews", *_WORDS)
    | {"reviews.moderate_review", "reviews.delete_review", "reviews.delete_tag"}
    | _view("accounts", "user", "ban")
    | {"accounts.ban_user", "movieverse.view_edit"}
)
_OUTBOX = {
    f"{app}.{action}_event"
    for app in ("accounts", "catalog", "reviews", "profiles")
    for action in ("view", "change", "delete")
}
_ADMINISTRATOR = (
    _CURATOR
    | _MODERATOR
    | _all("accounts", ("user",))
    | {"accounts.assign_role"}
    | _view("auth", "group")
    | _view("account", "emailaddress")
    | {"imports.manage_import"}
    | _all("catalog", ("setting",))
    | _all("reviews", ("review", "rating", "tag"), ("change", "delete"))
    | _all("profiles", ("profile", "watchlistitem", "diaryentry"))
    | _view("movieverse", "cacheuse")
    | _OUTBOX
)

PERMISSIONS: dict[Role, frozenset[str]] = {
    Role.CURATOR: frozenset(_CURATOR),
    Role.MODERATOR: frozenset(_MODERATOR),
    Role.ADMINISTRATOR: frozenset(_ADMINISTRATOR),
}
