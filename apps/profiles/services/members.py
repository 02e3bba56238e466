"""What goes when a member has gone."""

from collections.abc import Iterable

from apps.profiles.selectors import profile_of
from apps.profiles.services import diary, watchlist
from apps.profiles.services.profiles import merged_rows_forget, profile_delete
from apps.profiles.services.storing import delete_file


def members_forget(*, user_ids: Iterable[int]) -> None:
    """Delete what they have kept here. Interrupted, it is done again from the start.

    The picture goes first: once the profile is gone, nobody knows its name.
    """
    user_ids = list(user_ids)
    merged_rows_forget(user_ids)
    for user_id in user_ids:
        delete_file(profile_of(user_id).picture)
        profile_delete(user_id=user_id)
        watchlist.forget(user_ids=[user_id])
        diary.forget(user_ids=[user_id])
