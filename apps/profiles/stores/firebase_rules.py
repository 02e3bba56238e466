"""What members may read and write in the Realtime Database by themselves, if their programs sign in there as them.

A member's uid is the id of their account. What they write shows in their streams and pages; the display name beside
their reviews, which another store keeps, follows with the next change made here, or by `manage.py consistency --fix`.
"""

from typing import Any

from apps.profiles.models import Part, Profile
from movieverse.engines.firebase.transactions import THEN
from movieverse.fields import ListField

_NEVER = {".validate": False}
_OWN = "auth !== null && auth.uid === $user"
_HOLDER = "auth !== null && data.child('user_id').val() + '' === auth.uid"


def _visible(profile: str, part: Part) -> str:
    seen_by = f"{profile}.child('{part}_visibility').val()"
    return f"{seen_by} === 'everybody' || (auth !== null && {seen_by} === 'members')"


def _column(valid: str, part: Part | None = None) -> dict[str, Any]:
    """Read by those for whom the part is; the member reads the whole row."""
    return {".validate": valid} | ({".read": _visible("data.parent()", part)} if part else {})


def _text(longest: int) -> str:
    return f"newData.isString() && newData.val().length <= {longest}"


def _shelf(part: Part) -> tuple[str, dict[str, Any]]:
    """Rows of many members: who may list their own, with orderBy="user_id" and equalTo, and who may read one."""
    owner = "data.child('user_id').val()"
    profile = f"data.parent().parent().child('profiles_profile/' + {owner})"
    listed = "auth !== null && query.orderByChild === 'user_id' && query.equalTo + '' === auth.uid"
    return listed, {".read": f"({_HOLDER}) || {_visible(profile, part)}"}


_VISIBILITY = "newData.val() === 'everybody' || newData.val() === 'members' || newData.val() === 'nobody'"
_IDS = {
    ".read": _visible("data.parent()", Part.FAVOURITES),
    ".validate": "newData.hasChildren()",
    "$place": {".validate": "$place.matches(/^[0-9]{1,2}$/) && newData.isNumber()"},
}
_ALWAYS = [
    field.column for field in Profile._meta.concrete_fields if not isinstance(field, ListField)
]  # else others would read nothing where there has to be something
_MOMENT = r"newData.isString() && newData.val().matches(/^[0-9-]{10}T[0-9:]{8}\.[0-9]{6}Z$/)"

_listed, _watchlist = _shelf(Part.WATCHLIST)
_, _diary = _shelf(Part.DIARY)

RULES: dict[str, dict[str, Any]] = {
    "profiles_profile": {
        "$user": {
            ".read": _OWN,
            ".write": _OWN,
            # Each write is a new version, later than the last: that is how others see it.
            ".validate": (
                f"newData.hasChildren({_ALWAYS}) && newData.child('_id').val() + '' === $user && "
                "newData.child('version').val() === (data.exists() ? data.child('version').val() : 0) + 1 && "
                "newData.child('updated_at').val() > (data.exists() ? data.child('updated_at').val() : '')"
            ),
            "_id": _column("newData.isNumber()"),
            "version": _column("newData.isNumber()"),
            "updated_at": _column(_MOMENT),
            "display_name": {".read": True, ".validate": _text(60)},
            "bio": _column(_text(2_000), Part.ABOUT),
            "picture": _column("newData.val() === data.val()", Part.ABOUT),
            "picture_url": _column(rf"{_text(500)} && newData.val().matches(/^(https:\/\/.*)?$/)", Part.ABOUT),
            "favourite_genre_ids": _IDS,
            "favourite_movie_ids": _IDS,
            **{f"{part}_visibility": _column(_VISIBILITY) for part in Part},
            THEN: _NEVER,
            "$other": _NEVER,
        }
    },
    "profiles_watchlistitem": {
        ".read": _listed,
        "$item": {
            **_watchlist,
            ".write": (
                f"auth !== null && (!data.exists() || ({_HOLDER})) && "
                "(!newData.exists() || newData.child('user_id').val() + '' === auth.uid)"
            ),
            ".validate": (
                "$item === newData.child('user_id').val() + '-' + newData.child('movie_id').val() && "
                "newData.child('_id').val() === $item"
            ),
            "_id": {".validate": "newData.isString()"},
            "user_id": {".validate": "newData.isNumber()"},
            "movie_id": {".validate": "newData.isNumber()"},
            "added_at": {".validate": _MOMENT},
            THEN: _NEVER,
            "$other": _NEVER,
        },
    },
    # The keys of entries are counted, which only MovieVerse does: nobody else writes them.
    "profiles_diaryentry": {".read": _listed, "$entry": _diary},
}
