"""The curators' page of what disagrees between rows and stores."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.safestring import SafeString

from apps.accounts.admin import UserAdmin
from apps.accounts.models import User
from apps.curation.erasing.beginning import erasure_begin
from apps.curation.erasing.mails import receipt_url
from apps.curation.erasing.requests import erasure_due
from apps.curation.models import ConsistencyReport
from apps.curation.remedies import REMEDIES
from apps.curation.services import AlreadyRunning, report_request
from movieverse.admin.html import row_link, table
from movieverse.admin.options import ReadOnlyAdmin

admin.site.unregister(User)


@admin.register(User)
class LeavingUserAdmin(UserAdmin):
    """An account that is deleted here is erased everywhere, without delay and with a receipt."""

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        """The scheduler sees to its end."""
        erasure = erasure_begin(erasure=erasure_due(user=obj))
        self.message_user(request, f"Soon the receipt of the erasure is at {receipt_url(erasure)}")


_AGAIN_AFTER = "5"  # seconds, while a report is being made
_HEADERS = ("Report", "State", "Found", "Put right", "Took", "By")


@admin.register(ConsistencyReport)
class ConsistencyReportAdmin(ReadOnlyAdmin):
    change_list_template = "admin/curation/consistency.html"
    change_form_template = "admin/curation/report_page.html"
    fields = ()

    def get_urls(self) -> list[URLPattern]:
        run = path("run/", self.admin_site.admin_view(self.run_view), name="curation_consistencyreport_run")
        return [run, *super().get_urls()]

    def may_run(self, request: HttpRequest) -> bool:
        return request.user.has_perm("curation.run_consistency")

    def run_view(self, request: HttpRequest) -> HttpResponse:
        """Check now; with `repairs`, put right first what can be."""
        if not (self.may_run(request) and self.has_view_permission(request)):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            report = report_request(by=request.user.pk, repairs="repairs" in request.POST)
        except AlreadyRunning as error:
            self.message_user(request, str(error), messages.WARNING)
        else:
            if report.error:
                self.message_user(request, report.error, messages.ERROR)
        return redirect("admin:curation_consistencyreport_changelist")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        reports = list(ConsistencyReport.objects.select_related("by"))
        latest = reports[0] if reports else None
        own = {"title": "Consistency", "may_run": self.may_run(request), **_context(latest)}
        own["earlier"] = table(_HEADERS, [_row(report) for report in reports[1:]], "")
        answer = super().changelist_view(request, own | (extra_context or {}))
        if latest and latest.is_running:
            answer["Refresh"] = _AGAIN_AFTER
        return answer

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        report = self.get_object(request, object_id)
        return super().change_view(request, object_id, form_url, _context(report) | (extra_context or {}))


def _context(report: ConsistencyReport | None) -> dict[str, Any]:
    """What `report.html` shows."""
    if report is None:
        return {"report": None}
    groups = [_group(code, number, report) for code, number in report.rows.items()]
    return {
        "report": report,
        "took": _duration(report),
        "by": _by(report),
        "total": _total(report.number),
        "groups": groups,
        "repairable": [(group["number"], group["words"]) for group in groups if group["repairs"]],
        "repaired": [(f"{number:,}", REMEDIES[code].words) for code, number in report.repaired.items()],
    }


def _total(number: int) -> str:
    if not number:
        return "everything agrees."
    return f"{number:,} things disagree." if number > 1 else "one thing disagrees."


def _row(report: ConsistencyReport) -> tuple[Any, ...]:
    put_right = f"{sum(report.repaired.values()):,}" if report.repairs else "–"
    found = f"{report.number:,}" if report.finished_at else "–"
    link = row_link(ConsistencyReport, report.pk, report)
    return link, report.state, found, put_right, _duration(report), _by(report)


def _by(report: ConsistencyReport) -> str:
    return str(report.by or "the scheduler")


def _group(code: str, number: int, report: ConsistencyReport) -> dict[str, Any]:
    findings = [finding for finding in report.findings if finding["code"] == code]
    rows = [(_linked(finding), finding["fault"]) for finding in findings]
    more = number - sum(finding["rows"] for finding in findings)
    return {
        "number": f"{number:,}",
        "what": code.replace("-", " "),
        "words": REMEDIES[code].words,
        "repairs": REMEDIES[code].repair is not None,
        "table": table(("Row", "What disagrees"), rows, ""),
        "more": f"{more:,}" if more else "",
    }


def _linked(finding: dict[str, Any]) -> SafeString | str:
    """To the row's page, where its kind has pages."""
    label = f"{finding['kind']} {finding['id']}"
    pages = {str(model._meta.verbose_name): model for model in admin.site._registry}
    model = pages.get(finding["kind"])
    return row_link(model, finding["id"], label) if model else label


def _duration(report: ConsistencyReport) -> str:
    if report.took is None:
        return "–"
    minutes, seconds = divmod(report.took.total_seconds(), 60)
    return f"{minutes:.0f} min {seconds:.0f} s" if minutes else f"{seconds:.1f} s"


from apps.curation import merges_admin  # noqa: E402, F401  registers the pages of merges
