"""Tags."""

from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError

import movieverse
from apps.reviews.models import Tag, folded_tag
from apps.reviews.services.checks import about_movie, check_open
from apps.reviews.services.edits import edit_note
from apps.reviews.services.events import tags_changed
from apps.reviews.services.standing import as_members_stand
from movieverse.bulk import Counts, batched, bulk_upsert
from movieverse.exceptions import DomainError

MOST_TAGS = 50  # of a member for a movie
_BATCH = 500


class TooManyTags(DomainError):
    code = "too-many-tags"


def tag_add(*, user_id: int, movie_id: int, text: str) -> tuple[Tag, bool]:
    """Give a movie a tag. True if the member had not given it that one, in whatever spelling, before."""
    tag = made_tag(user_id, movie_id, text)
    tag.clean_fields()
    check_open()
    with about_movie(movie_id):
        return _store_tag(tag)


@movieverse.atomic("reviews")
def tag_remove(*, user_id: int, movie_id: int, text: str, by: int | None = None) -> bool:
    """Take a tag back. False if there was none."""
    folded = folded_tag(_tidied(text))
    tag = Tag.objects.select_for_update().filter(user_id=user_id, movie_id=movie_id, folded=folded).first()
    if tag is None:
        return False
    edit_note(before=tag, after=None, by=by)
    tag.delete()
    tags_changed([movie_id])
    return True


def tags_load(rows: Iterable[tuple[int, int, str]], *, dry_run: bool = False) -> Counts:
    """Store many (user_id, movie_id, text) at once, for seeds. What is no tag is counted as failed."""
    tags, failed = [], 0
    for row in rows:
        tag = made_tag(*row)
        try:
            tag.clean_fields()
        except ValidationError:
            failed += 1
        else:
            tags.append(tag)
    counts = Counts(failed=failed)
    for batch in batched(tags, _BATCH):
        as_members_stand(batch)
        counts += _load_tags(batch, dry_run)
    return counts


@movieverse.atomic("reviews")
def _load_tags(tags: Sequence[Tag], dry_run: bool) -> Counts:
    key = ("user_id", "movie_id", "folded")
    return bulk_upsert(tags, key=key, update_fields=[], dry_run=dry_run, written=_tell)


def _tell(tags: Sequence[Tag]) -> None:
    tags_changed(tag.movie_id for tag in tags)


def made_tag(user_id: int, movie_id: int, text: str) -> Tag:
    text = _tidied(text)
    return Tag(user_id=user_id, movie_id=movie_id, text=text, folded=folded_tag(text))


def _tidied(text: str) -> str:
    return " ".join(text.split())


@movieverse.atomic("reviews")
def _store_tag(tag: Tag) -> tuple[Tag, bool]:
    of_member = {"user_id": tag.user_id, "movie_id": tag.movie_id}
    stored, created = Tag.objects.get_or_create(**of_member, folded=tag.folded, defaults={"text": tag.text})
    if created and Tag.objects.filter(**of_member).count() > MOST_TAGS:
        raise TooManyTags(f"You have given this movie {MOST_TAGS} tags already, which is as many as there may be.")
    if created:
        tags_changed([tag.movie_id])
    return stored, created
