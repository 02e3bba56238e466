"""What others than its member have changed of what a member says."""

from apps.reviews.models import Event, Rating, Review, Tag
from movieverse import edits

_Said = Review | Rating | Tag


def edit_note(*, before: _Said | None, after: _Said | None, by: int | None) -> None:
    """Within the transaction that changes it. What members change themselves is theirs, and no edit."""
    row = after or before
    if row is not None and by != row.user_id:
        kind = str(row._meta.verbose_name)
        edits.note_row(Event, kind=kind, before=before, after=after, by=by, member_id=row.user_id)
