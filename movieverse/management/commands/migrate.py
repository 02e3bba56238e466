"""Django's `migrate`, held to the apps that live in the store it is given."""

from typing import Any

from django.core.management.commands import migrate
from django.core.management.sql import emit_post_migrate_signal
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor

from movieverse.stores import apps_of


class Command(migrate.Command):
    """Without an app, Django runs every app's data migrations on every alias and records them there."""

    def handle(self, *args: Any, **options: Any) -> None:
        if options["app_label"] or options["plan"] or options["check_unapplied"]:
            super().handle(*args, **options)
            return
        alias = options["database"]
        pending = self.pending_apps(alias)
        for app in pending:
            super().handle(*args, **options | {"app_label": app, "run_syncdb": False})
        if alias == DEFAULT_DB_ALIAS:
            # Content types and permissions of the other stores' models live here, too.
            emit_post_migrate_signal(options["verbosity"], options["interactive"], alias)
        if not pending and options["verbosity"]:
            self.stdout.write(f"{alias}: nothing to migrate.")

    def pending_apps(self, alias: str) -> list[str]:
        executor = MigrationExecutor(connections[alias])
        leaves = executor.loader.graph.leaf_nodes()
        targets = [node for node in leaves if node[0] in apps_of(alias)]
        return list(dict.fromkeys(migration.app_label for migration, _ in executor.migration_plan(targets)))
