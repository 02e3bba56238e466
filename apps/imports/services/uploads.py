"""Files that members bring in pieces, to be imported: begun, added to, put together, read, and forgotten.

What they hold is nobody's business here. Their bytes are those on disk (`uploads_files`), and so is how many there are.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import F, Q, QuerySet, Sum
from django.utils import timezone

import movieverse
from apps.accounts.models import User
from apps.imports.models import Upload
from apps.imports.services import uploads_files as files
from apps.imports.services.uploads_bodies import Body
from apps.imports.services.uploads_refusals import (
    BodyCut,
    DiskFull,
    NotWhole,
    PartUnusable,
    TooLarge,
    TooManyUploads,
    UploadClosed,
    UploadGone,
    UploadLocked,
    WrongOffset,
)


def upload_create(*, user_id: int, length: int, name: str = "", metadata: str = "", partial: bool = False) -> Upload:
    """Begin one of so many bytes. Raises TooLarge and TooManyUploads where there is no room for it."""
    kind = Upload.Kind.PARTIAL if partial else Upload.Kind.WHOLE
    return _create(user_id=user_id, length=length, kind=kind, name=name, metadata=metadata)


@movieverse.atomic("default")
def _create(*, user_id: int, length: int, **facts: str) -> Upload:
    _lock_uploads_of(user_id)
    _require_size(length)
    _require_room(user_id, length)
    return Upload.objects.create(user_id=user_id, length=length, expires_at=_expiry(), **facts)


def _lock_uploads_of(user_id: int) -> None:
    """A member begins one after the other, so that two at once do not both find room for the last."""
    list(User.objects.select_for_update().filter(pk=user_id).values_list("pk"))


def _require_size(length: int) -> None:
    if length > settings.UPLOAD_MAX_BYTES:
        raise TooLarge(f"{length} bytes are too many: an upload has at most {settings.UPLOAD_MAX_BYTES}.")


def _require_room(user_id: int, length: int) -> None:
    own = uploads_of(user_id).filter(final=None)
    used = own.aggregate(sum=Sum("length"))["sum"] or 0
    if used + length > settings.UPLOAD_QUOTA_BYTES:
        raise TooLarge(
            f"Your uploads have {used} bytes; with {length} more it would be more than {settings.UPLOAD_QUOTA_BYTES}. "
            "Delete some of them first."
        )
    if own.filter(Q(offset__lt=F("length")) | Q(kind=Upload.Kind.PARTIAL)).count() >= settings.UPLOADS_OPEN:
        raise TooManyUploads(
            f"You have {settings.UPLOADS_OPEN} unfinished uploads: finish or delete one of them first."
        )


def _expiry() -> datetime:
    return timezone.now() + timedelta(hours=settings.UPLOADS_KEPT_HOURS)


def uploads_of(user_id: int) -> QuerySet[Upload]:
    return Upload.objects.filter(user_id=user_id, expires_at__gt=timezone.now())


def upload_seen(upload: Upload) -> Upload:
    """With as many bytes as the disk has. Raises UploadGone for one that has expired."""
    if upload.expires_at <= timezone.now():
        raise UploadGone
    here = upload.length if upload.final_id else files.size_of(upload)
    if upload.offset != here:
        known = Upload.objects.filter(pk=upload.pk, offset=upload.offset)  # or else somebody has added to it since
        known.update(offset=here)
        upload.offset = here
    return upload


def upload_append(*, upload: Upload, offset: int, body: Body) -> Upload:
    """Add a body at the end, which has to be `offset`; it lives the longer for it.

    Of a body that is cut, and where the disk is full, what has arrived is kept, unless it has a checksum.
    """
    if upload.kind == Upload.Kind.FINAL or upload.final_id:
        raise UploadClosed
    with files.opened(upload) as file:
        here = file.size
        if offset != here:
            raise WrongOffset(here, offset)
        if here + body.length > upload.length:
            raise TooLarge(f"{here} of {upload.length} bytes are here: {body.length} more are too many.")
        _prolong(upload, here)  # for as long as the body may take
        try:
            _add(file, body)
        finally:
            _prolong(upload, file.size)
        if upload.offset < here + body.length:
            raise BodyCut(upload.offset - here, body.length)
    return upload


def _add(file: files.Appending, body: Body) -> None:
    if body.checksum:
        file.add_checked(body.pieces(), body.checksum)
    else:
        file.add(body.pieces())


def _prolong(upload: Upload, offset: int) -> None:
    """It is never kept for less than somebody has asked for. Raises UploadGone, its file with it, for a deleted one."""
    upload.offset, upload.expires_at = offset, max(upload.expires_at, _expiry())
    if not Upload.objects.filter(pk=upload.pk).update(offset=offset, expires_at=upload.expires_at):
        files.remove(upload)
        raise UploadGone


def upload_concatenate(*, user_id: int, part_ids: Sequence[UUID], name: str = "", metadata: str = "") -> Upload:
    """One file of a member's partial uploads, in this order. Asked for again, it is the one there is."""
    final = _begin_final(user_id, part_ids, name, metadata)
    put_together(final)
    return final


@movieverse.atomic("default")
def _begin_final(user_id: int, part_ids: Sequence[UUID], name: str, metadata: str) -> Upload:
    _lock_uploads_of(user_id)
    if len(set(part_ids)) < len(part_ids):
        raise PartUnusable(next(one for one in part_ids if part_ids.count(one) > 1), "is named more than once")
    named = uploads_of(user_id).filter(kind=Upload.Kind.PARTIAL).select_related("final").in_bulk(part_ids)
    parts = [_usable_part(part_id, named.get(part_id)) for part_id in part_ids]
    ids = [str(part.pk) for part in parts]
    begun = parts[0].final
    if begun and begun.parts == ids:
        return begun
    if taken := next((part for part in parts if part.final_id), None):
        raise PartUnusable(taken.pk, f"is already a part of {taken.final_id}")
    length = sum(part.length for part in parts)
    _require_size(length)
    final = Upload.objects.create(
        user_id=user_id, kind=Upload.Kind.FINAL, length=length, parts=ids, name=name, metadata=metadata,
        expires_at=_expiry(),
    )  # fmt: skip
    if Upload.objects.filter(pk__in=part_ids).update(final=final, offset=F("length")) < len(parts):
        raise UploadGone  # with a part that was just deleted
    return final


def _usable_part(part_id: UUID, part: Upload | None) -> Upload:
    if part is None:
        raise PartUnusable(part_id, "is no partial upload of yours")
    if not part.final_id and files.size_of(part) < part.length:
        raise NotWhole(part, files.size_of(part))
    return part


def put_together(final: Upload) -> None:
    """Have a final upload's file hold what its parts hold, which go. Interrupted, it goes on where it was.

    Raises UploadGone where a part is lost: it cannot become whole any more.
    """
    if final.is_whole:
        return
    parts = Upload.objects.in_bulk([UUID(part_id) for part_id in final.parts])
    if len(parts) < len(final.parts):
        raise UploadGone
    in_order = [parts[UUID(part_id)] for part_id in final.parts]
    files.become(final, in_order[0])
    with files.opened(final) as file:
        end = 0
        for part in in_order:
            end += part.length
            file.move_in(part, end)
        _prolong(final, file.size)


def uploads_put_together() -> None:
    """Those whose process died at it, or that had no room. One that lacks a part goes, and is no other's hindrance."""
    for final in Upload.objects.filter(kind=Upload.Kind.FINAL, offset__lt=F("length")):
        try:
            put_together(final)
        except UploadGone:
            upload_delete(upload=final)
        except (UploadLocked, DiskFull):
            continue


def upload_file(upload: Upload) -> Path:
    """Where it can be read. Raises UploadGone, NotWhole, or UploadClosed for a part of another one."""
    if upload.final_id:
        raise UploadClosed
    if upload.kind == Upload.Kind.FINAL:
        put_together(upload)
    if not upload_seen(upload).is_whole:
        raise NotWhole(upload, upload.offset)
    if not upload.length:
        with files.opened(upload):  # nobody has sent a piece of an empty one
            pass
    return files.path_of(upload)


def upload_delete(*, upload: Upload) -> None:
    """With its parts, if it has any. One that is being put together stays until it is: its parts are half moved."""
    _delete(Upload.objects.filter(pk=upload.pk))


def _delete(one: QuerySet[Upload]) -> None:
    for gone in _delete_rows(one):
        files.remove(gone)


@movieverse.atomic("default")
def _delete_rows(one: QuerySet[Upload]) -> list[Upload]:
    """As it is by now: whoever has read it may not know that it is kept for longer, or has become a part."""
    upload = one.select_for_update().first()
    if upload is None:
        return []
    if upload.final and not upload_seen(upload.final).is_whole:
        raise UploadLocked
    owned = [upload, *Upload.objects.filter(final=upload)]
    Upload.objects.filter(pk=upload.pk).delete()
    return owned


def uploads_forget(*, user_ids: Iterable[int]) -> None:
    """Of members who are gone."""
    for user_id in user_ids:
        Upload.objects.filter(user_id=user_id).delete()
        files.remove_folder(user_id)


def uploads_prune() -> None:
    """Those that have expired, unless somebody is at it, and files of which nobody knows."""
    expired = Upload.objects.filter(expires_at__lte=timezone.now(), final=None)
    for upload in expired:
        with suppress(UploadLocked), files.opened(upload):
            _delete(expired.filter(pk=upload.pk))
    _prune_files()


def _prune_files() -> None:
    lying = list(files.all_kept())
    known = Upload.objects.in_bulk([pk for pk, _ in lying])
    for pk, path in lying:
        if pk not in known:
            path.unlink(missing_ok=True)
