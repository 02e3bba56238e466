"""The curators' page of models: what they were worth, and which of them answers."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from unfold.decorators import display

from apps.recommendations.chart import HEIGHT, WIDTH, chart_of
from apps.recommendations.models import ModelVersion
from apps.recommendations.services.models import NotPossible, is_usable, model_activate, model_rollback
from apps.recommendations.tasks import train_model
from movieverse.admin.html import table
from movieverse.admin.options import ReadOnlyAdmin
from movieverse.exceptions import DomainError
from movieverse.mail import QUEUE_AWAY

_SHOWN = 30  # of the latest models in the chart
_STATES = {"Active": "success", "Training": "info", "Refused": "warning", "Failed": "danger"}
_FIGURES = {
    "ndcg": "NDCG@10", "recall": "Recall@10", "coverage": "Coverage", "novelty": "Novelty (bits)",
    "popularity_bias": "Popularity bias",
}  # fmt: skip


@admin.register(ModelVersion)
class ModelVersionAdmin(ReadOnlyAdmin):
    list_display = ("number", "shown_state", "ndcg", "likes", "movies", "took", "started_at")
    list_display_links = ("number",)
    list_before_template = "admin/recommendations/history.html"
    change_form_outer_before_template = "admin/recommendations/activate.html"
    sortable_by = ()
    ordering = ("-number",)
    fields = (("number", "shown_state", "took"), ("started_at", "activated_at"), "reason", "worth", "known", "chosen")
    readonly_fields = ("shown_state", "took", "worth", "known", "chosen")

    def get_urls(self) -> list[URLPattern]:
        views = {"train/": self.train_view, "rollback/": self.rollback_view, "<int:pk>/activate/": self.activate_view}
        own = [
            path(route, self.admin_site.admin_view(view), name=f"recommendations_modelversion_{view.__name__[:-5]}")
            for route, view in views.items()
        ]
        return [*own, *super().get_urls()]

    def may_activate(self, request: HttpRequest) -> bool:
        return request.user.has_perm("recommendations.activate_modelversion")

    @display(description="state", label=_STATES)
    def shown_state(self, model: ModelVersion) -> str:
        return model.get_state_display()

    @admin.display(description="NDCG@10")
    def ndcg(self, model: ModelVersion) -> str:
        return f"{model.figures['ours']['ndcg']:.4f}" if model.figures else "–"

    @admin.display
    def likes(self, model: ModelVersion) -> str:
        return f"{model.data.get('likes', 0):,}"

    @admin.display(description="titles")
    def movies(self, model: ModelVersion) -> str:
        return f"{model.data.get('movies', 0):,}"

    @admin.display
    def took(self, model: ModelVersion) -> str:
        return f"{model.seconds:,.1f} s" if model.seconds else "–"

    @admin.display(description="What it is worth, beside others")
    def worth(self, model: ModelVersion) -> SafeString:
        rows = [(name, *(f"{figures[one]:.4f}" for one in _FIGURES)) for name, figures in model.figures.items()]
        return table(("On likes held out", *_FIGURES.values()), rows, "It was not measured: nobody has liked enough.")

    @admin.display(description="What it was trained on")
    def known(self, model: ModelVersion) -> SafeString:
        rows = [(name.replace("_", " "), _said(value)) for name, value in model.data.items()]
        return table(("What", "How many, or when"), rows, "Nothing yet.")

    @admin.display(description="Parameters")
    def chosen(self, model: ModelVersion) -> SafeString:
        rows = [(name.replace("_", " "), f"{value:g}") for name, value in model.parameters.items()]
        return table(("Parameter", "Value"), rows, "None.")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        latest = list(ModelVersion.objects.all()[:_SHOWN])
        own = {"chart": chart_of(latest[::-1]), "width": WIDTH, "height": HEIGHT}
        own["may_activate"] = self.may_activate(request)
        return super().changelist_view(request, own | (extra_context or {}))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        model = self.get_object(request, object_id)
        may = model and is_usable(model) and model.state != ModelVersion.State.ACTIVE and self.may_activate(request)
        own = {"activate_url": reverse("admin:recommendations_modelversion_activate", args=[model.pk]) if may else ""}
        return super().change_view(request, object_id, form_url, own | (extra_context or {}))

    def activate_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._done(request, lambda: self._activate(request, pk), "{} answers from now on.")

    def _activate(self, request: HttpRequest, pk: int) -> ModelVersion:
        model = self.get_object(request, str(pk))
        if model is None:
            raise NotPossible(f"There is no model {pk}.")
        return model_activate(model=model)

    def rollback_view(self, request: HttpRequest) -> HttpResponse:
        return self._done(request, model_rollback, "{} answers from now on.")

    def train_view(self, request: HttpRequest) -> HttpResponse:
        return self._done(request, self._train, "A model is to be trained: it is in the list once that has begun.")

    def _train(self) -> None:
        train_model.enqueue(asked_at=timezone.now().isoformat())

    def _done(self, request: HttpRequest, act: Callable[[], Any], told: str) -> HttpResponse:
        if not self.may_activate(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            model = act()
        except DomainError as error:
            self.message_user(request, str(error), messages.ERROR)
        except QUEUE_AWAY:
            self.message_user(request, "The queue does not answer: try again in a moment.", messages.ERROR)
        else:
            if model:
                self.log_change(request, model, "Let it answer.")
            self.message_user(request, told.format(model), messages.SUCCESS)
        return redirect("admin:recommendations_modelversion_changelist")


def _said(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else " to ".join(value) or "–"
