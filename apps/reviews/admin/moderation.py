"""The moderators' pages: what members have reported, what to do about it, and what was done."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from unfold.decorators import display
from unfold.forms import ActionForm

from apps.accounts.models import User
from apps.accounts.selectors import handles_by_id
from apps.reviews import selectors, services
from apps.reviews.admin.base import MembersWordAdmin
from apps.reviews.models import ModerationAct, ReportedReview, Review, ReviewReport
from movieverse.admin.html import once, row_link, table
from movieverse.admin.options import ReadOnlyAdmin
from movieverse.lookups import as_number

_MOST_SHOWN = 3  # reports of a review in the queue
_SHOWN = 120  # characters of a text in a list


class ReasonForm(ActionForm):
    reason = forms.CharField(
        label="",
        required=False,  # the service says for what it is
        widget=forms.TextInput({"class": "mv-reason", "placeholder": "Reason", "aria-label": "Reason"}),
    )


def _user(handles: dict[int, str], user_id: int | None) -> SafeString | str:
    if user_id is None:
        return ""
    return row_link(User, user_id, f"@{handles[user_id]}") if user_id in handles else f"user {user_id}"


class ModeratesReviews(MembersWordAdmin):
    """Reviews, with the actions of moderators and what there is to know before one acts."""

    action_form = ReasonForm
    trail = ("reports", "acts")

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("reviews.moderate_review")

    @admin.display(description="review")
    def text(self, review: Review) -> str:
        return review.headline

    @display(label={"hidden": "danger", "withheld": "warning", "shown": "success"})
    def state(self, review: Review) -> str:
        if review.hidden_at:
            return "hidden"
        return "withheld" if review.withheld else "shown"

    @admin.display(description="what it said before")
    @once
    def history(self, review: Review) -> SafeString:
        revisions = list(review.revisions.all())
        handles = handles_by_id(one.by for one in revisions if one.by)
        rows = [(one.version, one.title, one.body, one.at, _user(handles, one.by)) for one in revisions]
        return table(["Version", "Title", "Review", "Changed at", "By"], rows, empty="Nobody has changed it.")

    @once
    def reports(self, review: Review) -> SafeString:
        reports = list(ReviewReport.objects.filter(review_id=review.pk)[: selectors.MOST_REPORTS_SHOWN])
        handles = handles_by_id(one.user_id for one in reports)
        rows = [
            (one.created_at, _user(handles, one.user_id), one.get_reason_display(), one.text, _resolution(one))
            for one in reports
        ]
        return table(["At", "By", "Reason", "Text", "Resolved"], rows, empty="Nobody has reported it.")

    @admin.display(description="what moderators did")
    @once
    def acts(self, review: Review) -> SafeString:
        acts = selectors.acts_of([review.pk])[review.pk]
        handles = handles_by_id(one.by for one in acts if one.by is not None)
        rows = [(one.at, one.get_kind_display(), one.reason, _user(handles, one.by)) for one in acts]
        return table(["At", "What", "Reason", "By"], rows, empty="Nothing.")

    @admin.action(permissions=["moderate"], description="Hide selected reviews, for the reason given")
    def hide(self, request: HttpRequest, queryset: QuerySet[Review]) -> None:
        self._act(request, queryset, services.review_hide, "Hidden")

    @admin.action(permissions=["moderate"], description="Show selected hidden reviews again")
    def restore(self, request: HttpRequest, queryset: QuerySet[Review]) -> None:
        self._act(request, queryset, services.review_restore, "Shown again")

    @admin.action(permissions=["moderate"], description="Dismiss the reports, for the reason given")
    def dismiss(self, request: HttpRequest, queryset: QuerySet[Review]) -> None:
        self._act(request, queryset, services.reports_dismiss, "Reports dismissed")

    def _act(self, request: HttpRequest, reviews: Iterable[Review], service: Callable[..., Any], done: str) -> None:
        reason, chosen = request.POST.get("reason", ""), list(reviews)
        for review in chosen:
            service(review=review, by=request.user.pk, reason=reason)
            self.log_change(request, review, f"{done}: {reason}")
        self.message_user(request, f"{done}: {len(chosen)}.", messages.SUCCESS)


def _resolution(report: ReviewReport) -> str:
    return f"{report.get_resolution_display()}, {report.resolved_at:%Y-%m-%d %H:%M}" if report.resolved_at else "open"


@admin.register(ReportedReview)
class ReportedReviewAdmin(ModeratesReviews, ReadOnlyAdmin):
    """The queue: those reported most come first, of these the oldest."""

    list_display = ("id", "text", "movie", "author", "open_reports", "newest_reports", "created_at")
    list_display_links = ("id", "text")
    ordering = ("-open_reports", "id")
    sortable_by = ()
    actions = ("hide", "dismiss")
    fields = (
        ("movie", "author", "ban"), "title", "body", ("is_spoiler", "language"), ("created_at", "edited_at"), "reports",
        "acts", "history",
    )  # fmt: skip
    readonly_fields = ("movie", "author", "ban", "reports", "acts", "history")

    def has_view_permission(self, request: HttpRequest, obj: Review | None = None) -> bool:
        return self.has_moderate_permission(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_moderate_permission(request)

    def complete_rows(self, request: HttpRequest, rows: list[Any]) -> None:
        super().complete_rows(request, rows)
        reports = selectors.open_reports_of([row.pk for row in rows])
        for row in rows:
            row.to_decide = reports.get(row.pk, [])

    @admin.display(description="worse than this review")
    def ban(self, review: Review) -> SafeString | str:
        return row_link(User, review.user_id, "ban the author") if review.user_id > 0 else "no member: not to be banned"

    @admin.display(description="newest reports")
    def newest_reports(self, review: Any) -> SafeString:
        told = ((Truncator(report.headline).chars(_SHOWN),) for report in review.to_decide[:_MOST_SHOWN])
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", told))


@admin.register(ModerationAct)
class ModerationActAdmin(ReadOnlyAdmin):
    """What moderators have done, for good."""

    list_display = ("id", "kind", "review", "author", "reason", "moderator", "at")
    sortable_by = ("id",)
    search_fields = ("user_id",)
    search_help_text = "review:12 or user:7, whose review it is"
    fields = (("kind", "at"), ("review", "author"), "reason", "moderator")
    readonly_fields = ("review", "author", "moderator")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[ModerationAct], search_term: str
    ) -> tuple[QuerySet[ModerationAct], bool]:
        if not search_term.strip():
            return queryset, False
        what, _, number = search_term.strip().partition(":")
        if what not in ("review", "user") or (wanted := as_number(number)) is None:
            return queryset.none(), False
        return queryset.filter(**{f"{what}_id": wanted}), False

    def has_view_permission(self, request: HttpRequest, obj: ModerationAct | None = None) -> bool:
        return request.user.has_perm("reviews.moderate_review")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def complete_rows(self, request: HttpRequest, rows: list[Any]) -> None:
        named = [user_id for row in rows for user_id in (row.user_id, row.by) if user_id is not None]
        handles = self.look_up(request, handles_by_id, named)
        for row in rows:
            row.handles = handles

    @admin.display(empty_value="all")
    def review(self, act: ModerationAct) -> SafeString | None:
        return row_link(Review, act.review_id, f"review {act.review_id}") if act.review_id else None

    @admin.display
    def author(self, act: Any) -> SafeString | str:
        return _user(act.handles, act.user_id)

    @admin.display(empty_value="")
    def moderator(self, act: Any) -> SafeString | str:
        return _user(act.handles, act.by)
