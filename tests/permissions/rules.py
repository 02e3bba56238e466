"""Who may do what, address by address. What is not here is nobody's, and a test says so."""

from enum import StrEnum


class Who(StrEnum):
    """Somebody who asks."""

    ANONYMOUS = "anonymous"
    BANNED = "banned"
    MEMBER = "member"  # whose rows it is all about
    OTHER = "other member"
    CURATOR = "curator"
    MODERATOR = "moderator"
    ADMINISTRATOR = "administrator"
    FITTING = "token with the scope"  # an administrator's, with the scope that it takes and no other
    TOO_SMALL = "token with too small a scope"  # an administrator's, with every scope but the one that it takes


SIGNED_IN = {Who.MEMBER, Who.OTHER, Who.CURATOR, Who.MODERATOR, Who.ADMINISTRATOR}

# By rule: who may, and the scope that a token needs; None: no token will do.
RULES: dict[str, tuple[set[Who], str | None]] = {
    "everybody": (set(Who), "read"),
    "everybody, as whom they are": (set(Who) - {Who.TOO_SMALL}, "read"),
    "members": (SIGNED_IN | {Who.FITTING}, "of the method"),
    "author": ({Who.MEMBER}, "of the method"),
    "author or moderators": ({Who.MEMBER, Who.MODERATOR, Who.ADMINISTRATOR}, "of the method"),
    "in person": (SIGNED_IN, None),
    "author in person": ({Who.MEMBER}, None),
    "curators": ({Who.CURATOR, Who.ADMINISTRATOR, Who.FITTING}, "curate"),
    "moderators": ({Who.MODERATOR, Who.ADMINISTRATOR, Who.FITTING}, "moderate"),
}

READ = {"GET": "everybody"}
MINE = dict.fromkeys(("GET", "POST", "PUT", "PATCH", "DELETE"), "members")
CURATED = READ | dict.fromkeys(("POST", "PUT", "PATCH", "DELETE"), "curators")

_ROWS = ("movies/<id:movie_id>", "people/<id:person_id>", "genres/<id:genre_id>", "companies/<id:company_id>")
_ROWS += ("collections/<id:collection_id>",)
_LIST = "lists/<id:list_id>"
_PARTS = ("credits", "images", "videos", "translations", "alternative-titles", "releases", "awards")

# Below /api/v1/, by method.
API: dict[str, dict[str, str]] = {
    "": READ,
    **{f"{row.partition('/')[0]}/": CURATED for row in (*_ROWS, _LIST)},
    **{f"{row}/": CURATED for row in (*_ROWS, _LIST)},
    **{f"{row}/external-ids/": CURATED for row in _ROWS},
    **{f"{row}/external-ids/<slug:source>/<external:value>/": CURATED for row in _ROWS},
    **{f"{row}/origins/": READ for row in (_ROWS[0], _ROWS[1], _ROWS[4], _LIST)},
    **{f"{row}/locks/": CURATED for row in (_ROWS[0], _ROWS[1], _ROWS[4], _LIST)},
    **{f"movies/<id:movie_id>/{part}/": CURATED for part in _PARTS},
    f"{_LIST}/entries/": CURATED,
    f"{_LIST}/entries/<id:movie_id>/": CURATED,
    **dict.fromkeys(("movies/popular/", "movies/top-rated/", "movies/now-playing/", "movies/upcoming/"), READ),
    **dict.fromkeys(("discover/", "trending/movies/", "search/", "search/suggest/", "configuration/"), READ),
    **dict.fromkeys(("find/<slug:source>/<external:value>/", "people/<id:person_id>/credits/"), READ),
    **dict.fromkeys(("movies/<id:movie_id>/lists/", "changes/"), READ),
    **dict.fromkeys(("exports/", "exports/rows/<slug:kind>/", "exports/<slug:export_id>/<slug:kind>/"), READ),
    # What may be liked
    **dict.fromkeys(("movies/<id:movie_id>/similar/", "recommendations/", "models/", "models/<id:number>/"), READ),
    **{f"models/{act}/": {"POST": "curators"} for act in ("<id:number>/activate", "rollback")},
    "me/recommendations/": {"GET": "members"},
    **dict.fromkeys(("me/not-interested/", "me/not-interested/<id:movie_id>/"), MINE),
    # What members say
    "reviews/": READ,
    "reviews/<id:review_id>/": READ | {"PATCH": "author", "DELETE": "author"},
    "reviews/<id:review_id>/history/": {"GET": "author or moderators"},
    "reviews/<id:review_id>/helpful/": MINE,
    "reviews/<id:review_id>/reports/": {"POST": "members"},
    "movies/<id:movie_id>/reviews/": READ | {"POST": "members"},
    "movies/<id:movie_id>/rating/": MINE,
    "movies/<id:movie_id>/rating-summary/": READ,
    "movies/<id:movie_id>/tags/": READ,
    "movies/<id:movie_id>/tags/<path:text>/": MINE,
    # What they keep, and who they are
    **{f"me/{mine}/": MINE for mine in ("ratings", "reviews", "tags", "watchlist", "diary")},
    "me/reviews/<id:review_id>/": {"GET": "author"},
    "me/watchlist/<id:movie_id>/": MINE,
    "me/diary/<id:entry_id>/": dict.fromkeys(("GET", "PATCH", "DELETE"), "author"),
    "me/": {"GET": "members", "PATCH": "in person", "DELETE": "in person"},
    "me/profile/": MINE,
    "me/profile/picture/": MINE,
    "me/profile/events/": {"GET": "in person"},
    "me/tokens/": {"GET": "in person", "POST": "in person"},
    "me/tokens/<id:token_id>/": {"GET": "author in person", "DELETE": "author in person"},
    "me/erasure/": {"GET": "author in person", "DELETE": "author in person"},
    "me/export/": {"POST": "in person"},
    "me/exports/<uuid:personal_export_id>/": {"GET": "author in person"},
    "me/exports/<uuid:personal_export_id>/file/": {"GET": "in person"},
    "erasures/key/": READ,
    "erasures/<uuid:erasure_id>/": READ,
    "users/<str:handle>/": {"GET": "everybody, as whom they are"},
    "users/<str:handle>/reviews/": READ,
    "users/<str:handle>/watchlist/": {"GET": "author"},  # who shows them to nobody else, unless they have said so
    "users/<str:handle>/diary/": {"GET": "author"},
    # Curators' and moderators' work
    "merges/": dict.fromkeys(("GET", "POST"), "curators"),
    "merges/preview/": {"GET": "curators"},
    "merges/<id:merge_id>/": {"GET": "curators"},
    "merges/<id:merge_id>/undo/": {"POST": "curators"},
    "imports/": dict.fromkeys(("GET", "POST"), "curators"),
    **{f"imports/<id:import_id>/{part}": {"GET": "curators"} for part in ("", "events/", "rows/", "rows/csv/")},
    **{f"imports/<id:import_id>/{act}/": {"POST": "curators"} for act in ("cancel", "retry", "undo")},
    "imports/<id:import_id>/rows/<id:row_id>/": dict.fromkeys(("GET", "PATCH"), "curators"),
    **{f"tasks/{part}": {"GET": "curators"} for part in ("", "<id:task_id>/", "<id:task_id>/file/")},
    "convert/": {"POST": "curators"},
    "uploads/": dict.fromkeys(("GET", "POST"), "curators"),
    "uploads/<uuid:upload_id>/": dict.fromkeys(("GET", "PATCH", "DELETE"), "curators"),
    "moderation/reviews/": {"GET": "moderators"},
    "moderation/reviews/<id:review_id>/": {"GET": "moderators"},
    "reviews/<id:review_id>/reports/dismiss/": {"POST": "moderators"},
    "reviews/<id:review_id>/hidden/": dict.fromkeys(("PUT", "DELETE"), "moderators"),
    "users/<str:member>/ban/": dict.fromkeys(("GET", "PUT", "DELETE"), "moderators"),
}

# --- The admin ------------------------------------------------------------------------------------

_STAFF = {Who.CURATOR, Who.MODERATOR, Who.ADMINISTRATOR}


def _desk(curator: str = "", moderator: str = "", administrator: str = "") -> dict[Who, str]:
    return {Who.CURATOR: curator, Who.MODERATOR: moderator, Who.ADMINISTRATOR: administrator}


_CATALOGUE = ("movie", "person", "genre", "company", "collection", "curatedlist", "externalid")

# By model: who may v(iew), a(dd), c(hange), d(elete). Everybody else sees nothing of it.
ADMIN: dict[str, dict[Who, str]] = {
    **{f"catalog.{model}": _desk("vacd", "v", "vacd") for model in _CATALOGUE},
    "catalog.setting": _desk(administrator="vacd"),
    "reviews.review": _desk("v", "vd", "vcd"),
    "reviews.rating": _desk("v", "v", "vcd"),
    "reviews.tag": _desk("v", "vd", "vd"),
    "reviews.ratingsummary": _desk("v", "v", "v"),
    "reviews.reportedreview": _desk(moderator="v", administrator="v"),
    "reviews.moderationact": _desk(moderator="v", administrator="v"),
    "profiles.profile": _desk(administrator="vacd"),
    "profiles.watchlistitem": _desk(administrator="vd"),
    "profiles.diaryentry": _desk(administrator="vd"),
    "accounts.user": _desk(moderator="v", administrator="vacd"),
    "accounts.ban": _desk(moderator="v", administrator="v"),
    "auth.group": _desk(administrator="v"),
    "account.emailaddress": _desk(administrator="v"),
    "mfa.authenticator": _desk(),  # superusers'
    "curation.consistencyreport": _desk("v", "", "v"),
    "curation.merge": _desk("va", "", "va"),
    "imports.import": _desk("v", "", "v"),
    "recommendations.modelversion": _desk("v", "", "v"),
    "imports.rejectedrow": _desk("vc", "", "vc"),
    "movieverse.cacheuse": _desk(administrator="v"),
    "movieverse.edit": _desk("v", "v", "v"),
    **{f"{app}.event": _desk(administrator="vd") for app in ("accounts", "catalog", "reviews", "profiles")},
}

ACTIONS: dict[str, dict[str, set[Who]]] = {
    "reviews.review": {name: {Who.MODERATOR, Who.ADMINISTRATOR} for name in ("hide", "restore")},
    "reviews.reportedreview": {name: {Who.MODERATOR, Who.ADMINISTRATOR} for name in ("hide", "dismiss")},
    "imports.import": {name: {Who.CURATOR, Who.ADMINISTRATOR} for name in ("cancel", "retry", "undo")},
    "account.emailaddress": {"make_verified": set()},
    **{f"{app}.event": {"retry": {Who.ADMINISTRATOR}} for app in ("accounts", "catalog", "reviews", "profiles")},
}

# Beside each model's usual five.
OTHER_PAGES: dict[str, set[Who]] = {
    **dict.fromkeys(("admin:index", "admin:search", "admin:app_list", "admin:view_on_site"), _STAFF),
    **dict.fromkeys(("admin:password_change", "admin:password_change_done"), _STAFF),
    "admin:autocomplete": {Who.MODERATOR, Who.ADMINISTRATOR},  # of users
    **{f"admin:catalog_{model}_pick": _STAFF for model in _CATALOGUE if model != "externalid"},
    **{f"admin:catalog_{model}_merge_into": {Who.CURATOR, Who.ADMINISTRATOR} for model in ("movie", "person")},
    "admin:curation_merge_undo": {Who.CURATOR, Who.ADMINISTRATOR},
    **{
        f"admin:recommendations_modelversion_{act}": {Who.CURATOR, Who.ADMINISTRATOR}
        for act in ("train", "activate", "rollback")
    },
    "admin:curation_consistencyreport_run": {Who.CURATOR, Who.ADMINISTRATOR},
    "admin:auth_user_password_change": {Who.ADMINISTRATOR},
    "admin:accounts_user_role": {Who.ADMINISTRATOR},
    **{f"admin:accounts_user_{act}": {Who.MODERATOR, Who.ADMINISTRATOR} for act in ("ban", "unban")},
}
