"""Files that are put together of parts, and what becomes of uploads in the end."""

import errno
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.accounts.services import user_delete
from apps.imports.models import Upload
from apps.imports.services import uploads, uploads_refusals
from apps.imports.services import uploads_files as files
from movieverse import personal
from movieverse.outbox.relay import relay_all
from tests.api.test_conventions import check_problem
from tests.factories import make_user
from tests.imports.tus import UPLOADS, begun, content, desk_of, patch, post, upload_at

PIECES = [b"first " * 1000, b"second " * 2000, b"third " * 10]
WHOLE = b"".join(PIECES)


def part(client: APIClient, data: bytes) -> str:
    url = begun(client, len(data), Upload_Concat="partial")
    if data:
        assert patch(client, url, 0, data).status_code == 204
    return url


@pytest.fixture
def parts(desk: APIClient) -> list[str]:
    return [part(desk, piece) for piece in PIECES]


def final(client: APIClient, urls: list[str], **headers: str):
    return post(client, Upload_Concat=f"final;{' '.join(urls)}", **headers)


def lying(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def pk_of(url: str) -> UUID:
    return upload_at(url).pk


def test_parts_become_one_file_in_their_order(desk, parts, folder):
    assert desk.head(parts[0])["Upload-Concat"] == "partial"
    made = final(desk, parts, Upload_Metadata="filename YQ==")
    assert made.status_code == 201
    assert content(made["Location"]) == WHOLE
    assert len(lying(folder)) == 1
    head = desk.head(made["Location"])
    assert (head["Upload-Offset"], head["Upload-Length"]) == (str(len(WHOLE)), str(len(WHOLE)))
    assert head["Upload-Concat"] == "final;" + " ".join(url.removeprefix("http://testserver") for url in parts)
    assert desk.get(made["Location"]).json()["name"] == "a"


def test_an_address_of_a_part_may_lack_its_host_and_an_empty_part_counts(desk, parts):
    paths = [url.removeprefix("http://testserver") for url in [part(desk, b""), *parts, part(desk, b"")]]
    assert content(final(desk, paths)["Location"]) == WHOLE


def test_asked_for_again_it_is_the_one_there_is(desk, parts):
    first, again = final(desk, parts), final(desk, parts)
    assert (again.status_code, again["Location"]) == (201, first["Location"])
    assert Upload.objects.filter(kind="final").count() == 1
    assert desk.head(parts[1])["Upload-Offset"] == str(len(PIECES[1]))  # for whoever resumes


def test_parts_that_are_not_whole_are_not_put_together(desk, parts):
    short = begun(desk, 10, Upload_Concat="partial")
    check_problem(final(desk, [*parts, short]), 409, "upload-not-whole")
    assert content(parts[0]) == PIECES[0]


def test_what_is_no_part_of_ones_own_cannot_be_put_together(desk, parts):
    other = desk_of(make_user("other", is_staff=True, is_superuser=True))
    whole = begun(desk, 0)
    for wrong in (part(other, b"theirs"), whole, f"{UPLOADS}{uuid4()}/"):
        check_problem(final(desk, [parts[0], wrong]), 400, "part-unusable")
    check_problem(final(desk, [parts[0], parts[0]]), 400, "part-unusable")
    for address in ("/api/v1/movies/", "nonsense", "http://[", "/api/v1/uploads/../../etc/passwd"):
        check_problem(final(desk, [address]), 400)
    assert not Upload.objects.filter(kind="final").exists()


def test_a_part_goes_into_one_file_only(desk, parts):
    final(desk, parts)
    check_problem(final(desk, parts[:2]), 400, "part-unusable")
    check_problem(final(desk, parts[::-1]), 400, "part-unusable")


@pytest.mark.parametrize("concat", ["", "final", "final;", "final; ", "Partial", "partial;", "whole", "final,/a"])
def test_a_concatenation_that_cannot_be_read_is_refused(desk, concat):
    assert "Upload-Concat" in check_problem(post(desk, Upload_Concat=concat), 400)["detail"]


def test_a_final_upload_says_no_length_and_takes_no_bytes(desk, parts):
    check_problem(final(desk, parts, Upload_Length=str(len(WHOLE))), 400)
    made = final(desk, parts)["Location"]
    check_problem(patch(desk, made, len(WHOLE), b""), 403, "upload-closed")
    check_problem(patch(desk, parts[0], len(PIECES[0]), b""), 403, "upload-closed")


def test_together_they_are_no_longer_than_an_upload_may_be_and_count_once(desk, parts, settings):
    settings.UPLOAD_MAX_BYTES = settings.UPLOAD_QUOTA_BYTES = len(WHOLE)
    settings.UPLOAD_MAX_BYTES -= 1
    check_problem(final(desk, parts), 413, "content-too-large")
    settings.UPLOAD_MAX_BYTES += 1
    assert final(desk, parts).status_code == 201
    check_problem(post(desk, Upload_Length="1"), 413)


def test_unfinished_parts_and_those_not_put_together_count_as_open(desk, settings):
    settings.UPLOADS_OPEN = 2
    urls = [part(desk, b"a"), begun(desk, 1, Upload_Concat="partial")]
    check_problem(post(desk, Upload_Length="1"), 409, "too-many-uploads")
    patch(desk, urls[1], 0, b"b")
    final(desk, urls)
    begun(desk)


def test_a_full_disk_keeps_the_parts_and_it_goes_on_later(desk, parts, monkeypatch):
    write = files.Appending._write

    def write_until_full(appending: files.Appending, piece: bytes) -> None:
        write(appending, piece[:100])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files.Appending, "_write", write_until_full)
    check_problem(final(desk, parts), 507, "disk-full")
    monkeypatch.undo()
    made = f"{UPLOADS}{Upload.objects.get(kind='final').pk}/"
    assert "Upload-Offset" not in desk.head(made)
    check_problem(desk.delete(parts[1]), 423)
    uploads.uploads_put_together()
    assert content(made) == WHOLE
    assert desk.head(made)["Upload-Offset"] == str(len(WHOLE))


def test_whoever_was_interrupted_goes_on_where_they_were(desk, parts):
    """After each of the steps that a killed process may have been the last to take."""
    begun_one = uploads._begin_final(upload_at(parts[0]).user_id, [pk_of(url) for url in parts], "", "")
    files.become(begun_one, upload_at(parts[0]))
    with files.opened(begun_one) as file:
        file.add([PIECES[1][:77]])
    assert uploads.upload_file(Upload.objects.get(pk=begun_one.pk)).read_bytes() == WHOLE


def test_a_part_that_was_put_together_can_go_without_the_file(desk, parts):
    made = final(desk, parts)["Location"]
    assert desk.delete(parts[0]).status_code == 204
    assert content(made) == WHOLE
    assert desk.delete(made).status_code == 204
    assert not Upload.objects.exists()


def between(monkeypatch: pytest.MonkeyPatch, name: str, act: Callable[[], object]) -> None:
    """Something happens at the beginning of a service, before it does anything."""
    service = getattr(uploads, name)

    def acted_before(*args: object, **options: object) -> object:
        monkeypatch.undo()
        act()
        return service(*args, **options)

    monkeypatch.setattr(uploads, name, acted_before)


def test_a_part_that_somebody_was_about_to_delete_stays_until_the_file_is_whole(desk, parts, monkeypatch):
    about_to = upload_at(parts[1])

    def delete() -> None:
        with pytest.raises(uploads_refusals.UploadLocked):
            uploads.upload_delete(upload=about_to)

    between(monkeypatch, "put_together", delete)
    assert content(final(desk, parts)["Location"]) == WHOLE


def test_of_a_part_that_goes_at_that_very_moment_nothing_is_put_together(desk, parts, monkeypatch):
    gone = upload_at(parts[1])

    def deleted_meanwhile(part_id: UUID, found: Upload) -> Upload:
        Upload.objects.filter(pk=gone.pk).delete()
        return found

    monkeypatch.setattr(uploads, "_usable_part", deleted_meanwhile)
    check_problem(final(desk, parts), 410)
    assert not Upload.objects.filter(kind="final").exists()


@pytest.mark.parametrize("loses", ["its row", "its file"])
def test_a_file_that_lacks_a_part_goes_and_the_others_are_put_together(desk, parts, monkeypatch, loses):
    with monkeypatch.context() as patched:
        patched.setattr(uploads, "put_together", lambda final: None)  # whose request dies
        whole = final(desk, parts)["Location"]
        lacking = final(desk, more := [part(desk, b"a"), part(desk, b"b")])["Location"]
    if loses == "its row":
        Upload.objects.filter(pk=pk_of(more[1])).delete()
    else:
        files.path_of(upload_at(more[1])).unlink()
    with pytest.raises(uploads_refusals.UploadGone):
        uploads.upload_file(upload_at(lacking))
    uploads.uploads_put_together()
    assert content(whole) == WHOLE
    assert desk.get(lacking).status_code == 404


# --- For whoever imports, and in the end ----------------------------------------------------------


def test_a_whole_upload_can_be_read(desk):
    url = begun(desk, 5)
    patch(desk, url, 0, b"12345")
    assert uploads.upload_file(upload_at(url)).read_bytes() == b"12345"


def test_an_empty_one_can_be_read(desk):
    assert uploads.upload_file(upload_at(begun(desk, 0))).read_bytes() == b""


def test_what_is_not_whole_has_expired_or_is_lost_cannot_be_read(desk, parts):
    url = begun(desk, 5)
    with pytest.raises(uploads_refusals.NotWhole, match="0 of 5 bytes"):
        uploads.upload_file(upload_at(url))
    patch(desk, url, 0, b"12345")
    files.path_of(upload_at(url)).unlink()
    with pytest.raises(uploads_refusals.NotWhole, match="0 of 5 bytes"):
        uploads.upload_file(upload_at(url))
    Upload.objects.filter(pk=pk_of(url)).update(expires_at=timezone.now())
    with pytest.raises(uploads_refusals.UploadGone):
        uploads.upload_file(upload_at(url))
    final(desk, parts)
    with pytest.raises(uploads_refusals.UploadClosed):
        uploads.upload_file(upload_at(parts[0]))


def test_what_somebody_keeps_for_longer_is_kept_for_longer(desk):
    url, later = begun(desk, 5), timezone.now() + timedelta(days=30)
    Upload.objects.update(expires_at=later)
    patch(desk, url, 0, b"12345")
    assert upload_at(url).expires_at == later


def test_what_has_expired_is_pruned_and_so_are_files_that_nobody_knows(desk, parts, folder):
    made, kept = final(desk, parts)["Location"], begun(desk, 5)
    patch(desk, kept, 0, b"123")
    alien = folder / "lost+found"
    alien.touch()
    (files.path_of(upload_at(kept)).parent / str(uuid4())).touch()
    (files.path_of(upload_at(kept)).parent / f"{uuid4()}.unchecked").touch()
    Upload.objects.exclude(pk=pk_of(kept)).update(expires_at=timezone.now() - timedelta(seconds=1))
    with files.opened(upload_at(made)):
        uploads.uploads_prune()  # not under the hands of whoever is at it
    assert content(made) == WHOLE
    uploads.uploads_prune()
    assert [upload.pk for upload in Upload.objects.all()] == [pk_of(kept)]
    assert sorted(lying(folder)) == sorted([alien, files.path_of(upload_at(kept))])


def test_what_is_kept_for_longer_at_that_very_moment_is_not_pruned(desk, monkeypatch):
    pk = pk_of(begun(desk, 5))
    Upload.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    prolong = Upload.objects.filter(pk=pk).update
    between(monkeypatch, "_delete", lambda: prolong(expires_at=timezone.now() + timedelta(days=7)))
    uploads.uploads_prune()
    assert Upload.objects.filter(pk=pk).exists()


def test_who_was_slow_to_look_does_not_set_back_what_others_have_added(desk):
    url = begun(desk, 10)
    upload = upload_at(url)
    files.path_of(upload).parent.mkdir(exist_ok=True)
    files.path_of(upload).write_bytes(b"123")
    Upload.objects.update(offset=10)
    assert uploads.upload_seen(upload).offset == 3
    assert upload_at(url).offset == 10


def test_who_writes_to_what_is_deleted_meanwhile_is_told_and_leaves_nothing(desk, folder):
    url = begun(desk, 10)
    upload = upload_at(url)

    def read_and_delete(size: int) -> bytes:
        uploads.upload_delete(upload=Upload.objects.get(pk=upload.pk))
        return b"x" * size

    with pytest.raises(uploads_refusals.UploadGone):
        uploads.upload_append(upload=upload, offset=0, body=uploads.Body(read_and_delete, 5))
    assert lying(folder) == []


def test_a_body_that_is_cut_keeps_what_had_come(desk):
    upload, pieces = upload_at(begun(desk, 10)), [b"123", b""]
    with pytest.raises(uploads_refusals.BodyCut, match="3 of its 5"):
        uploads.upload_append(upload=upload, offset=0, body=uploads.Body(lambda size: pieces.pop(0), 5))
    assert uploads.upload_seen(upload).offset == 3


@pytest.fixture
def erased(stores: None) -> Callable[[User], None]:
    def erase(user: User) -> None:
        user_delete(user=user)
        relay_all()

    return erase


def test_a_member_who_is_erased_leaves_no_file(curator, desk, parts, folder, erased):
    begun(desk, 10)
    assert personal.counted(curator.pk)["media"]["uploaded-files"] == 3
    erased(curator)
    assert lying(folder) == []
    assert not personal.counted(curator.pk).get("media")
