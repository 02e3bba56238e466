"""Who changed what of a row, for the page behind its History button."""

import json
from typing import Any

from django.contrib.auth import get_user_model
from django.utils.safestring import SafeString

from movieverse.admin.html import list_link, row_link, table
from movieverse.models import Edit

_NEWEST = 50
_LONGEST = 2_000  # characters of a value


def with_handles(edits: list[Any]) -> None:
    """Set on edits what those who made them are called, where they are there."""
    members = get_user_model()._default_manager.filter(pk__in={edit.by for edit in edits if edit.by})
    handles = dict(members.values_list("pk", "handle"))
    for edit in edits:
        edit.handle = handles.get(edit.by)


def shown_author(edit: Any) -> SafeString | str:
    if edit.handle:
        return row_link(get_user_model(), edit.by, f"@{edit.handle}")
    return f"user {edit.by}" if edit.by else "somebody erased since"


def differences(edit: Edit) -> list[tuple[str, str, str]]:
    return [(name.replace("_", " "), _text(old), _text(new)) for name, (old, new) in edit.changes.items()]


def history_of(kind: str, object_id: int) -> SafeString:
    """The edits of a row as a table, the newest first, with a link to all there are where it shows not all."""
    edits = list(Edit.objects.filter(kind=kind, object_id=object_id)[:_NEWEST])
    with_handles(edits)
    rows = [
        (f"{edit.at:%Y-%m-%d %H:%M}", shown_author(edit), *difference)
        for edit in edits
        for difference in differences(edit)
    ]
    shown = table(
        ("When (UTC)", "By", "What", "Before", "After"), rows, "Nobody has changed it, as far back as is kept."
    )
    return shown + list_link(Edit, "All of its edits", q=f"{kind}:{object_id}") if len(edits) == _NEWEST else shown


def _text(value: Any) -> str:
    text = "–" if value in (None, "") else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
