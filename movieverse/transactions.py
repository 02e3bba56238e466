"""`movieverse.atomic(alias)`: one transaction of the store's own kind, on every engine."""

import random
import time
from collections.abc import Callable
from functools import partial, wraps
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.db import DatabaseError, connections
from django.db.transaction import TransactionManagementError

P = ParamSpec("P")
Result = TypeVar("Result")


def atomic(alias: str, attempts: int = 8) -> Callable[[Callable[P, Result]], Callable[P, Result]]:
    """Run the decorated function in one transaction of the store.

    A transient conflict (deadlock, serialisation failure, write conflict, a row held by others) rolls back and
    runs the function again, so it must have no effect outside its store; that is why this is a decorator, not
    a context manager. A conflict that lasts longer than STORE_TIMEOUT is raised as StoreUnavailable.

    A nested call joins the outer transaction: if it fails, the whole fails, even where the caller caught the error.
    """

    def decorate(function: Callable[P, Result]) -> Callable[P, Result]:
        @wraps(function)
        def wrapper(*args: P.args, **kwargs: P.kwargs) -> Result:
            connection: Any = connections[alias]
            call = partial(function, *args, **kwargs)
            if connection.in_store_atomic:
                return _join(connection, call)
            return _run(connection, call, attempts)

        return wrapper

    return decorate


def _join(connection: Any, call: Callable[[], Result]) -> Result:
    try:
        return call()
    except BaseException:
        connection.store_atomic_failed = True
        raise


def _run(connection: Any, call: Callable[[], Result], attempts: int) -> Result:
    inside_other = connection.in_others_transaction()
    deadline = time.monotonic() + settings.STORE_TIMEOUT
    committed: list[bool] = []
    for attempt in range(1, attempts + 1):
        try:
            return _run_once(connection, call, on_commit=partial(committed.append, True))
        except DatabaseError as error:
            # An error after the commit is that of a hook: what is committed is not done again.
            if committed or not connection.is_transient(error):
                raise
            if attempt == attempts or inside_other or time.monotonic() > deadline:
                raise connection.unavailable(f"others hold what is to be written: {error}") from error
            time.sleep(random.uniform(0, 0.005) * 2**attempt)  # noqa: S311
    raise AssertionError("unreachable: the last attempt returns or raises")


def _run_once(connection: Any, call: Callable[[], Result], on_commit: Callable[[], None]) -> Result:
    with connection.store_transaction():
        connection.on_commit(on_commit)
        connection.in_store_atomic, connection.store_atomic_failed = True, False
        try:
            result = call()
        finally:
            connection.in_store_atomic = False  # before the commit, whose hooks may begin transactions of their own
        if connection.store_atomic_failed:
            raise TransactionManagementError(
                f"A nested atomic({connection.alias!r}) failed and its error was caught: "
                "nothing of this transaction is kept."
            )
        return result
