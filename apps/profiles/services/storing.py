"""How a profile is written, within a transaction of its store."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.files.storage import default_storage

from apps.profiles.models import Event, Profile
from movieverse.exceptions import StoreUnavailable, VersionConflict
from movieverse.outbox import emit

logger = logging.getLogger(__name__)


def locked(user_id: int, version: int | None) -> Profile:
    """The profile, made where there is none, and held until the transaction ends."""
    Profile.objects.get_or_create(pk=user_id, defaults={"version": 0})
    profile = Profile.objects.select_for_update().get(pk=user_id)
    if version not in (None, profile.version):
        raise VersionConflict(profile.version)
    return profile


def store(profile: Profile, changes: Mapping[str, Any]) -> Profile:
    for name, value in {**changes, "version": profile.version + 1}.items():
        setattr(profile, name, value)
    profile.save(update_fields=[*changes, "version", "updated_at"])
    tell([profile])
    return profile


def tell(profiles: Sequence[Profile]) -> None:
    emit([Event(kind="profile", object_id=profile.pk) for profile in profiles])


def delete_file(name: str) -> None:
    if name:
        try:
            default_storage.delete(name)
        except Exception as error:
            raise StoreUnavailable("media", "MEDIA_STORAGE_URL", error) from error


def forget_file(name: str) -> None:
    """Delete a picture that no profile has any more. One that cannot be deleted harms nobody: its name is a secret."""
    try:
        delete_file(name)
    except StoreUnavailable:
        logger.exception("The picture %s could not be deleted.", name)
