"""What the profiles store has of a member, and the picture beside it."""

from collections.abc import Iterator

from django.core.files.storage import default_storage

from apps.profiles.models import DiaryEntry, MergedRow, Profile, WatchlistItem
from apps.profiles.selectors import profile_of
from movieverse.exceptions import StoreUnavailable
from movieverse.personal import Part, holds, keeps


def _picture(user_id: int) -> Iterator[tuple[str, bytes]]:
    if name := profile_of(user_id).picture:
        try:
            with default_storage.open(name) as file:
                yield "picture.webp", file.read()
        except FileNotFoundError:
            return
        except Exception as error:
            raise StoreUnavailable("media", "MEDIA_STORAGE_URL", error) from error


holds(Profile, "Your profile.", name="profile")
holds(WatchlistItem, "Your watchlist.", name="watchlist")
holds(DiaryEntry, "Your diary.", name="diary")
holds(MergedRow, "What you kept of titles that were merged.", name="merged-shelves", hidden=["key", "kept"])
keeps(
    Part(
        name="picture",
        store="media",
        about="The picture you have uploaded.",
        count=lambda user_id: int(bool(profile_of(user_id).picture)),
        files=_picture,
    )
)
