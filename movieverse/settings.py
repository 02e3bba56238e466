"""Django's settings. Every value that differs between installations comes from the environment."""

import sys
from pathlib import Path

from corsheaders.defaults import default_headers
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static
from dotenv import load_dotenv

from apps.accounts.settings import allauth, origins
from movieverse import env
from movieverse.api.settings import REST_FRAMEWORK, SPECTACULAR_SETTINGS  # noqa: F401  Django reads them here
from movieverse.backends import caches, email, media_storage, tasks
from movieverse.logs import LOG_LEVELS, logging
from movieverse.stores import databases

BASE_DIR = Path(__file__).resolve().parent.parent
load_dotenv(BASE_DIR / ".env")

VAR_DIR = env.folder("VAR_DIR", BASE_DIR / "var")

_MANAGED = Path(sys.argv[0]).name == "manage.py"
_COMMAND = sys.argv[1] if _MANAGED and len(sys.argv) > 1 else ""

# A command (a migration, a seed) may wait for a store. A request may not, nor may the relay, which has others to serve.
_PATIENCE = {"": 2, "runserver": 2, "relay": 10, "scheduler": 10, "search": 10}
STORE_TIMEOUT = env.seconds("STORE_TIMEOUT", _PATIENCE.get(_COMMAND, 60))

# Where `manage.py serve` listens.
SERVE_HOST = env.text("HOST", "127.0.0.1")
SERVE_PORT = env.integer("PORT", 8000)

# --- Security -------------------------------------------------------------------------------------

SECRET_KEY = env.text("SECRET_KEY")
# A checkout that nobody configured is somebody's laptop, as long as it is used through manage.py.
DEBUG = env.boolean("DEBUG", _MANAGED and not SECRET_KEY and _COMMAND != "serve")
if not SECRET_KEY:
    if not _MANAGED:
        raise ImproperlyConfigured(
            "SECRET_KEY is not set. Put a long random value into the environment or .env, for example from: "
            'python -c "import secrets; print(secrets.token_urlsafe(50))"'
        )
    SECRET_KEY = env.installation_secret(VAR_DIR / "secret_key")
# What was signed or sealed with these is still good.
SECRET_KEY_FALLBACKS = env.items("SECRET_KEY_FALLBACKS")

PUBLIC_URL = env.address("PUBLIC_URL", "http://localhost:8000")
STREAMS_URL = env.address("STREAMS_URL", "")  # where they are to be found, unless a proxy knows that
_HTTPS = PUBLIC_URL.startswith("https://")
ALLOWED_HOSTS = env.items("ALLOWED_HOSTS", ("localhost", "127.0.0.1", "[::1]"))
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
# Addresses or networks whose X-Forwarded-For and X-Forwarded-Proto are believed.
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES")
METRICS_FROM = env.networks("METRICS_FROM", "127.0.0.0/8,::1")

SECURE_SSL_REDIRECT = _HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_NAME = "__Host-sessionid" if _HTTPS else "sessionid"  # which no other host can have set
X_FRAME_OPTIONS = "DENY"

_SELF, _NONE = "'self'", "'none'"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [_NONE],
        "script-src": [_SELF],
        "style-src": [_SELF],
        "img-src": [_SELF, "data:"],
        "font-src": [_SELF],
        "connect-src": [_SELF, *filter(None, [STREAMS_URL])],
        "form-action": [_SELF],
        "base-uri": [_NONE],
        "frame-ancestors": [_NONE],
        "manifest-src": [_SELF],
    }
}

CORS_ALLOWED_ORIGINS = [PUBLIC_URL, *env.addresses("CORS_ALLOWED_ORIGINS")]  # streams may have a port of their own
CORS_URLS_REGEX = r"^/(api|_allauth)/"
CORS_ALLOW_HEADERS = [*default_headers, "idempotency-key", "if-match", "if-none-match", "last-event-id", "x-request-id"]
CORS_ALLOW_HEADERS += ["x-session-token", "x-email-verification-key", "x-password-reset-key"]
CORS_ALLOW_HEADERS += ["tus-resumable", "upload-length", "upload-offset", "upload-metadata", "upload-concat"]
CORS_ALLOW_HEADERS += ["upload-checksum", "x-http-method-override"]
CORS_EXPOSE_HEADERS = ["ETag", "Idempotency-Replayed", "Location", "Retry-After", "X-Cache", "X-Request-ID"]
CORS_EXPOSE_HEADERS += ["RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"]
CORS_EXPOSE_HEADERS += ["Tus-Resumable", "Tus-Version", "Tus-Extension", "Tus-Max-Size", "Tus-Checksum-Algorithm"]
CORS_EXPOSE_HEADERS += ["Upload-Offset", "Upload-Length", "Upload-Metadata", "Upload-Concat", "Upload-Expires"]

# --- Applications ---------------------------------------------------------------------------------

INSTALLED_APPS = [
    "movieverse.apps.MovieVerseConfig",
    "apps.accounts",
    "apps.catalog",
    "apps.reviews",
    "apps.profiles",
    "apps.imports",
    "apps.recommendations",
    "apps.curation",
    "seed",
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "movieverse.admin.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.headless",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "corsheaders",
    "csp",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_tasks",
]

MIDDLEWARE = [
    "movieverse.middleware.request_id",
    "movieverse.middleware.probes",
    "movieverse.middleware.trusted_proxy",
    "movieverse.middleware.scraped",
    "movieverse.cache.middleware.answers",
    "movieverse.api.delivery.deliver",
    "movieverse.middleware.ErrorsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "movieverse.middleware.measured",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "movieverse.middleware.SlashMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "movieverse.urls"
WSGI_APPLICATION = "movieverse.wsgi.application"
ASGI_APPLICATION = "movieverse.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "movieverse" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- Stores, cache, queue, files, mail ------------------------------------------------------------

DATABASES = databases(embedded=VAR_DIR, timeout=STORE_TIMEOUT)
DATABASE_ROUTERS = ["movieverse.routers.StoreRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Where all stores are files of this machine, whoever has made a change tells the other stores of it at once.
RELAY_INLINE = all(store["ENGINE"] == "movieverse.engines.sqlite" for store in DATABASES.values())
CHANGES_KEPT_DAYS = env.integer("CHANGES_KEPT_DAYS", 30, least=1)
EDITS_KEPT_DAYS = env.integer("EDITS_KEPT_DAYS", 365, least=1)

REDIS_URL = env.text("REDIS_URL")
CACHES = caches(REDIS_URL)
# Whether the API may give ready-made answers, or asks the stores each time.
CACHE_SOURCE = env.choice("CACHE_SOURCE", "CACHE", ("CACHE", "DATABASE"))
TASKS, _TASK_APPS, RQ_QUEUES = tasks(REDIS_URL)
INSTALLED_APPS += _TASK_APPS

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
MEDIA_URL = "media/"
STORAGES = {
    "default": media_storage(env.text("MEDIA_STORAGE_URL", (VAR_DIR / "media").as_uri())),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if DEBUG:
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}

# Files that are brought in pieces, to be imported: web processes write them, workers read them.
UPLOADS_DIR = env.folder("UPLOADS_DIR", VAR_DIR / "uploads", mode=0o700)
UPLOAD_MAX_BYTES = env.integer("UPLOAD_MAX_BYTES", 8 * 2**30, least=1)
UPLOAD_QUOTA_BYTES = env.integer("UPLOAD_QUOTA_BYTES", 20 * 2**30, least=1)  # of all that one member has here
UPLOADS_OPEN = env.integer("UPLOADS_OPEN", 20, least=1)  # of one member, parts of files included
# Bodies that a web process reads at once, each of which holds a thread for as long as its sender takes: half of the 8.
UPLOADS_AT_ONCE = env.integer("UPLOADS_AT_ONCE", 4, least=1)
UPLOADS_KEPT_HOURS = env.integer("UPLOADS_KEPT_HOURS", 24, least=1)  # since the last piece
REJECTED_ROWS_KEPT_DAYS = env.integer("REJECTED_ROWS_KEPT_DAYS", 90, least=1)  # since their import ended

EMAIL_FILE_PATH = VAR_DIR / "mail"
vars().update(email(env.text("EMAIL_URL")))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("EMAIL_FROM", "MovieVerse <movieverse@localhost>")

# --- Accounts -------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    f"django.contrib.auth.hashers.{name}PasswordHasher" for name in ("Argon2", "PBKDF2", "PBKDF2SHA1", "Scrypt")
]  # the first one makes new hashes; a hash of another is replaced at the next sign-in
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
    {"NAME": "apps.accounts.passwords.MaximumLengthValidator"},
]
LOGIN_REDIRECT_URL = "/"
_ALLAUTH = allauth(PUBLIC_URL, DEBUG)
vars().update(_ALLAUTH)
INSTALLED_APPS += [f"allauth.socialaccount.providers.{name}" for name in _ALLAUTH["SOCIALACCOUNT_PROVIDERS"]]
CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"] += origins(_ALLAUTH["SOCIALACCOUNT_PROVIDERS"])

# How long a member who wants to be erased may think again, and what becomes of their reviews and ratings.
ERASURE_GRACE_DAYS = env.integer("ERASURE_GRACE_DAYS", 14, least=0)
ERASURE_REVIEWS = env.choice("ERASURE_REVIEWS", "ERASE", ("ERASE", "ANONYMISE"))

# --- API ------------------------------------------------------------------------------------------

# Requests a minute: of an address, of a member, the writes of either, and a member's pieces of files, which are many.
RATE_LIMITS = {
    "anonymous": env.integer("RATE_LIMIT_ANONYMOUS", 600, least=1),
    "member": env.integer("RATE_LIMIT_MEMBER", 1200, least=1),
    "writes": env.integer("RATE_LIMIT_WRITES", 120, least=1),
    "pieces": env.integer("RATE_LIMIT_PIECES", 1200, least=1),
}
# How often a member may do what others have to read, or machines to work for, in so many seconds.
ACTION_LIMITS = {
    "reviews": (env.integer("REVIEWS_PER_HOUR", 60, least=1), 3600),
    "reports": (env.integer("REPORTS_PER_HOUR", 20, least=1), 3600),
    "pictures": (env.integer("PICTURES_PER_DAY", 20, least=1), 86_400),
}

# --- Admin ----------------------------------------------------------------------------------------

ADMIN_SECOND_FACTOR = env.boolean("ADMIN_SECOND_FACTOR", False)  # whether nobody gets to the desk without one

IMAGE_ORIGINS = ["https://image.tmdb.org"]  # where the posters that the admin shows come from
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # a long cast has a field for each character

UNFOLD = {
    "SITE_TITLE": "MovieVerse",
    "SITE_HEADER": "MovieVerse",
    "SITE_SUBHEADER": "Curators' desk",
    "SITE_SYMBOL": "movie",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("movieverse/icon.svg")}],
    "STYLES": [lambda request: static("movieverse/admin.css")],
    "SCRIPTS": [lambda request: static("movieverse/admin.js")],
}

# --- Language, time, logs -------------------------------------------------------------------------

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True

# TMDB's API, as `seed tmdb` asks it; the token goes before the key.
TMDB_URL = env.endpoint("TMDB_URL", "https://api.themoviedb.org/3")
TMDB_TOKEN = env.text("TMDB_TOKEN")
TMDB_API_KEY = env.text("TMDB_API_KEY")
TMDB_CONCURRENCY = env.integer("TMDB_CONCURRENCY", 8, least=1)
TMDB_REQUESTS_PER_SECOND = env.integer("TMDB_REQUESTS_PER_SECOND", 40, least=1)

LOGGING = logging(env.choice("LOG_LEVEL", "INFO", LOG_LEVELS), readable=DEBUG)
