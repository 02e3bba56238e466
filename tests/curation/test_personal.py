"""Nothing that names a member is forgotten: neither when they leave nor when they take their data along."""

import re
from collections.abc import Iterator

from django.apps import apps
from django.db.models import Field, Model

from apps.accounts.models import User
from movieverse.personal import PARTS
from movieverse.stores import APPS

NAMES_SOMEBODY = re.compile(r"(.+_)?(user|by|member|author|owner|voter|reporter|moderator|curator)(_id)?")

# What names a member, and is no part of what they have here.
NO_PART = {
    "accounts.User_groups": "goes with the account, and is shown as the part `rights`",
    "accounts.User_user_permissions": "goes with the account, and is shown as the part `rights`",
    "catalog.MergedRow": "no row of the catalogue is a member's",
    "curation.Erasure": "is what remains: the receipt, which knows the account's id and nothing else",
}


def naming_somebody() -> Iterator[type[Model]]:
    for model in apps.get_models(include_auto_created=True):
        if (
            model._meta.app_label in APPS
            and not model._meta.proxy
            and any(map(names_somebody, model._meta.concrete_fields))
        ):
            yield model


def names_somebody(field: Field) -> bool:
    return field.related_model is User or bool(NAMES_SOMEBODY.fullmatch(field.name))


def test_every_model_that_names_a_member_is_a_part_or_says_why_not():
    parts = {part.model for part in PARTS.values()}
    unnamed = {model._meta.label for model in naming_somebody() if model not in parts}
    assert unnamed == NO_PART.keys(), "an app's personal.py names it by `holds`, or NO_PART says why not"


def test_models_are_recognised_by_what_they_point_at_and_by_their_fields_names():
    found = {model._meta.label for model in naming_somebody()}
    assert {"account.EmailAddress", "reviews.Review", "profiles.Profile", "curation.ConsistencyReport"} <= found
    assert "catalog.Movie" not in found


def test_a_part_lies_in_a_store_and_is_described():
    for part in PARTS.values():
        assert part.store in {*APPS.values(), "media"}
        assert part.about.endswith(".")
