from dataclasses import fields
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.imports.running.run import Bar
from apps.recommendations.learning.following import Following
from apps.recommendations.models import ModelVersion
from apps.recommendations.services.models import model_activate, model_rollback
from apps.recommendations.services.training import model_train
from movieverse.exceptions import DomainError
from movieverse.migrated import require_migrated


class Command(BaseCommand):
    help = "Trains a model of all ratings and titles, and lets it answer unless it is worse than the one that does."

    def add_arguments(self, parser: CommandParser) -> None:
        instead = parser.add_mutually_exclusive_group()
        instead.add_argument("--list", action="store_true", help="Tell which models there are, and train none.")
        instead.add_argument("--activate", type=int, metavar="NUMBER", help="Let this model answer, and train none.")
        instead.add_argument("--rollback", action="store_true", help="Let the one answer that did before; train none.")
        parameters = parser.add_argument_group(
            "parameters, of which those not named are as the model that answers has them"
        )
        for field in fields(Following):
            kind: Any = field.type
            parameters.add_argument(f"--{field.name.replace('_', '-')}", type=kind)

    def handle(self, *args: Any, **options: Any) -> None:
        require_migrated(["default", "catalog", "reviews"])
        try:
            self._do(options)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from None

    def _do(self, options: dict[str, Any]) -> None:
        if options["list"]:
            for model in ModelVersion.objects.all():
                self.stdout.write(_line(model))
        elif options["rollback"]:
            self.stdout.write(f"{model_rollback()} answers.")
        elif options["activate"] is not None:
            self.stdout.write(f"{model_activate(model=self._model(options['activate']))} answers.")
        else:
            self._train(options)

    def _model(self, number: int) -> ModelVersion:
        model = ModelVersion.objects.filter(pk=number).first()
        if model is None:
            raise CommandError(f"There is no model {number}: --list tells which there are.")
        return model

    def _train(self, options: dict[str, Any]) -> None:
        named = {field.name: options[field.name] for field in fields(Following) if options[field.name] is not None}
        try:
            Following.of(named)
        except ValueError as error:
            raise CommandError(str(error)) from None
        model = model_train(parameters=named, bar=Bar(quiet=options["verbosity"] == 0))
        if options["verbosity"]:
            self.stdout.write(_line(model))


def _line(model: ModelVersion) -> str:
    known = "{movies:,} titles, {likes:,} likes of {users:,} people".format(**model.data) if model.data else ""
    ndcg = f"NDCG@10 {model.figures['ours']['ndcg']:.4f}" if model.figures else ""
    return "; ".join(filter(None, (f"{model}: {model.state}", known, ndcg, f"{model.seconds:g} s", model.reason)))
