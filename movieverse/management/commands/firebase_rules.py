import json
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import models
from django.db.migrations.recorder import MigrationRecorder

from movieverse.engines.firebase.search import indexed_columns
from movieverse.engines.firebase.transactions import THEN
from movieverse.stores import APPS, STORES

_ENGINE = "movieverse.engines.firebase"
_NAME = "movieverse"


class Command(BaseCommand):
    help = (
        "Writes the rules that the Realtime Database needs: which columns it indexes, and what members may read and "
        "write there by themselves. Deploy them with the Firebase console or `firebase deploy --only database`."
    )
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        aliases = [alias for alias, store in STORES.items() if "firebase" in store.schemes]
        rules: dict[str, Any] = {".read": False, ".write": False}
        for alias in aliases:
            rules.setdefault(_root(alias), {}).update(_tables(alias))
        self.stdout.write(json.dumps({"rules": rules}, indent=2, ensure_ascii=False))


def _root(alias: str) -> str:
    """The path of the store's tables; where it is elsewhere today, that of .env.example."""
    config = settings.DATABASES[alias]
    root = config["NAME"] if config["ENGINE"] == _ENGINE else _NAME
    if "/" in root:
        raise CommandError(f"{STORES[alias].variable} names {root}: the rules are for a path of one part.")
    return str(root)


def _tables(alias: str) -> dict[str, Any]:
    tables: dict[str, Any] = {MigrationRecorder.Migration._meta.db_table: _indexes(MigrationRecorder.Migration)}
    for config in apps.get_app_configs():
        if APPS.get(config.label) == alias:
            tables |= {model._meta.db_table: _indexes(model) for model in config.get_models()}
            for table, rules in _of_members(config.name).items():
                tables[table] |= rules
    return tables


def _indexes(model: type[models.Model]) -> dict[str, Any]:
    return {".indexOn": [*indexed_columns(model), f"{THEN}/at"]}


def _of_members(app: str) -> dict[str, Any]:
    """What the app's `stores/firebase_rules.py` says of its tables, if it says anything."""
    name = f"{app}.stores.firebase_rules"
    return import_module(name).RULES if find_spec(f"{app}.stores") and find_spec(name) else {}
