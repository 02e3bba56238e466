"""Django's `migrate`, held to the apps that live in the store it is given."""

from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands import migrate
from django.core.management.sql import emit_post_migrate_signal
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor

from movieverse.stores import APPS, apps_of


class Command(migrate.Command):
    """Without an app, Django runs every app's data migrations on every alias and records them there."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database=None)  # the store of the app, if one is named

    def execute(self, *args: Any, **options: Any) -> str | None:
        options["database"] = options["database"] or APPS.get(options["app_label"], DEFAULT_DB_ALIAS)
        return super().execute(*args, **options)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["app_label"] or options["prune"]:
            super().handle(*args, **options)
        else:
            self._migrate_store(options)

    def _migrate_store(self, options: dict[str, Any]) -> None:
        alias = options["database"]
        pending = pending_apps(alias)
        if options["plan"]:
            self.stdout.write("\n".join(map(str, pending_migrations(alias))))
            return
        for app in pending:
            super().handle(**options | {"app_label": app, "run_syncdb": False})
        if alias == DEFAULT_DB_ALIAS and not options["check_unapplied"]:
            # Content types and permissions of the other stores' models live here, too.
            emit_post_migrate_signal(options["verbosity"], options["interactive"], alias)
        if not pending and options["verbosity"]:
            self.stdout.write(f"  Nothing to migrate in {alias}.")


def pending_migrations(alias: str) -> list[Migration]:
    """Those of this store's apps that have to be run, in the order to run them."""
    executor = MigrationExecutor(connections[alias])
    targets = [node for node in executor.loader.graph.leaf_nodes() if node[0] in apps_of(alias)]
    return [migration for migration, _ in executor.migration_plan(targets)]


def pending_apps(alias: str) -> list[str]:
    return list(dict.fromkeys(migration.app_label for migration in pending_migrations(alias)))
