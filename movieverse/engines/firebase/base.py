"""Firebase's Realtime Database as a database of Django's: a table is a path, a row is an object under its key."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import DatabaseError, DataError, NotSupportedError, utils
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.client import BaseDatabaseClient
from django.db.backends.base.validation import BaseDatabaseValidation
from firebase_admin import exceptions
from google.auth.exceptions import GoogleAuthError
from requests import Response
from requests.exceptions import RequestException

from movieverse.engines.base import StoreMixin

from .credentials import credential
from .operations import DatabaseFeatures, DatabaseOperations
from .rows import RowsMixin
from .schema import DatabaseCreation, DatabaseIntrospection, DatabaseSchemaEditor
from .tables import TABLES
from .transactions import Conflict, Transaction
from .tree import Tree

Answer = TypeVar("Answer")

_AWAY = (
    exceptions.UnavailableError,
    exceptions.DeadlineExceededError,
    exceptions.InternalError,
    exceptions.UnauthenticatedError,
    exceptions.PermissionDeniedError,
    exceptions.ResourceExhaustedError,
    exceptions.NotFoundError,
    exceptions.UnknownError,
    GoogleAuthError,
    RequestException,
)
_REFUSED = (
    exceptions.UnauthenticatedError,
    exceptions.PermissionDeniedError,
    exceptions.ResourceExhaustedError,
    exceptions.NotFoundError,
)


class Cursor:
    """What Django opens and closes; there is no SQL to execute."""

    def __enter__(self) -> "Cursor":
        return self

    def __exit__(self, *exc_info: object) -> None:
        pass

    def close(self) -> None:
        pass

    def execute(self, sql: str, params: Any = None) -> None:
        raise NotSupportedError("The Realtime Database speaks no SQL.")


class DatabaseWrapper(RowsMixin, StoreMixin, BaseDatabaseWrapper):
    vendor = "firebase"
    display_name = "Firebase Realtime Database"
    speaks_sql = False
    data_types = dict.fromkeys(
        (
            *("AutoField", "BigAutoField", "SmallAutoField", "IntegerField", "BigIntegerField", "SmallIntegerField"),
            *("PositiveIntegerField", "PositiveBigIntegerField", "PositiveSmallIntegerField", "DurationField"),
            *(
                "CharField",
                "TextField",
                "SlugField",
                "UUIDField",
                "GenericIPAddressField",
                "FileField",
                "FilePathField",
            ),
            *("DateField", "DateTimeField", "TimeField", "DecimalField", "FloatField", "BooleanField", "JSONField"),
        ),
        "value",
    )
    Database = utils
    SchemaEditorClass = DatabaseSchemaEditor
    client_class = BaseDatabaseClient
    creation_class = DatabaseCreation
    features_class = DatabaseFeatures
    introspection_class = DatabaseIntrospection
    ops_class = DatabaseOperations
    validation_class = BaseDatabaseValidation

    # --- Connection --------------------------------------------------------------------------------

    def get_connection_params(self) -> dict[str, Any]:
        options = self.settings_dict["OPTIONS"]
        url, path = f"https://{self.settings_dict['HOST']}", f"/{self.settings_dict['NAME']}"
        return {"url": url, "path": path, "timeout": options["timeout"]}

    def get_new_connection(self, conn_params: dict[str, Any]) -> Tree:
        options = self.settings_dict["OPTIONS"]
        try:
            own = None if options["emulator"] else credential(options["credentials"])
            return Tree(credential=own, answered=self._note, **conn_params)
        except (ValueError, GoogleAuthError) as error:
            raise self.unavailable(error) from None

    @property
    def root(self) -> Any:
        """The `firebase_admin.db.Reference` that everything is below."""
        return self.tree.root

    @property
    def tree(self) -> Tree:  # type: ignore[override]
        if self.connection is None:
            self.connect()
        return self.connection  # type: ignore[no-any-return]

    def _note(self, response: Response, *args: Any, **kwargs: Any) -> None:
        if self.queries_logged:
            request, seconds = response.request, response.elapsed.total_seconds()
            self.queries_log.append({"sql": f"{request.method} {request.url}", "time": f"{seconds:.3f}"})

    def _close(self) -> None:
        if self.connection is not None:
            self.connection.close()
        self.forget()

    def is_usable(self) -> bool:
        return True  # each request opens the connection anew where it has to

    def create_cursor(self, name: str | None = None) -> Cursor:
        return Cursor()

    def cursor(self) -> Any:
        return Cursor()

    def ping(self) -> None:
        self.ask(lambda: self.tree.get(TABLES, "ping"))

    def ask(self, question: Callable[[], Answer], *, begun: bool = False) -> Answer:
        """Raises Django's errors for Firebase's. In an outage nothing is asked, but what ends what has begun."""
        if not begun:
            self.refuse_in_outage()
        try:
            return question()
        except exceptions.InvalidArgumentError as error:
            message = str(error)
            raise (NotSupportedError if "ndex" in message else DataError)(message) from error
        except (exceptions.FirebaseError, GoogleAuthError, RequestException) as error:
            raise (self.found_away(error) if self.is_unavailable(error) else DatabaseError(str(error))) from error

    def is_unavailable(self, error: Exception) -> bool:
        answer = getattr(error, "http_response", None)
        if isinstance(error, exceptions.UnknownError) and answer is not None:
            return bool(answer.status_code >= 500)  # else it is there, and does not want what it was sent
        return isinstance(error, _AWAY)

    def is_refusal(self, error: BaseException | None) -> bool:
        return isinstance(error, _REFUSED)

    def is_transient(self, error: Exception) -> bool:
        return isinstance(error, Conflict)

    # --- Transactions ------------------------------------------------------------------------------

    def set_autocommit(self, autocommit: bool, *args: Any, **kwargs: Any) -> None:
        """Of Django's atomic(), which keeps locks and no more."""
        self.autocommit = autocommit
        self.locks.clear()

    def _commit(self) -> None:
        """Everything is written already."""

    _rollback = _commit

    def in_others_transaction(self) -> bool:
        return False  # Django's atomic() does nothing here

    @contextmanager
    def store_transaction(self) -> Iterator[None]:
        self.refuse_in_outage()
        transaction = self.transaction = Transaction(self)
        try:
            yield
            transaction.commit()
        finally:
            self.transaction = None
        for hook in transaction.hooks:
            hook()

    def on_commit(self, func: Any, robust: bool = False) -> None:
        if self.transaction is not None:
            self.transaction.hooks.append(func)
        else:
            func()
