"""Settings of Django REST framework and of the schema: the same in every installation."""

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "movieverse.api.authentication.SessionTokenAuthentication",
        "apps.accounts.api.authentication.PersonalTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["movieverse.api.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "movieverse.api.schema.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "movieverse.api.pagination.KeysetPagination",
    "DEFAULT_THROTTLE_CLASSES": ["movieverse.api.limits.Throttle"],
    "EXCEPTION_HANDLER": "movieverse.api.problems.exception_handler",
    "URL_FORMAT_OVERRIDE": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}

SPECTACULAR_SETTINGS = {
    "TITLE": "MovieVerse API",
    "DESCRIPTION": """Movies, people, reviews and ratings.

**Signing in**: `POST /_allauth/app/v1/auth/signup` or `…/login` answers with `meta.session_token`; send it as
`X-Session-Token`. A program that is to do something for you has a token of its own from `/api/v1/me/tokens/`, sent as
`Authorization: Bearer …`. Reading the catalogue and reviews needs none.

**Lists** come in pages: follow `next` and `previous` as they are. In filters, `,` between values means all of
them and `|` any of them; `…__not` shows the others. A parameter that there is not is an error, not ignored.
`fields=` narrows every read to the members named.

**Others' changes**: every read has an `ETag`; `If-None-Match` makes it 304. Changing what others may change, too, takes
it as `If-Match` (412 if it is stale, 428 if it is missing).

**Sending again**: a POST with an `Idempotency-Key` is done once, however often it is sent within a day.

**Limits**: every answer says by `RateLimit-Limit`, `RateLimit-Remaining` and `RateLimit-Reset` what is left of this
minute; 429 says by `Retry-After` when to go on.

**Errors** are `application/problem+json` (RFC 9457). Quote the `request_id` when you ask about one.""",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "PATH_CONVERTER_OVERRIDES": {"id": {"type": "integer", "minimum": 1}},
    "ENUM_NAME_OVERRIDES": {
        "KindEnum": "apps.catalog.models.Movie.Kind",
        "ChangeKindEnum": "movieverse.outbox.api.views.KINDS",
        "MergeKindEnum": "apps.curation.models.Merge.Kind",
        "FoundTypeEnum": "apps.catalog.api.serializers.search.TYPES",
        "ImportStateEnum": "apps.imports.models.Import.State",
        "VisibilityEnum": "apps.profiles.models.Visibility",
    },
}
