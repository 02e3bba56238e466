"""Uploads by the tus protocol, header by header, as a client of the API sees them."""

import errno
import stat
import subprocess
import sys
from base64 import b64encode
from datetime import timedelta
from pathlib import Path
from threading import BoundedSemaphore

import pytest
from django.conf import settings
from django.utils import timezone
from rest_framework.test import APIClient

from apps.imports.api import uploads_headers
from apps.imports.models import Upload
from apps.imports.services import uploads_files as files
from movieverse.api import limits
from tests.api.test_conventions import check_problem
from tests.factories import make_user
from tests.imports.tus import DATA, UPLOADS, begun, checksum, content, desk_of, patch, post, send, upload_at


def test_what_is_sent_piece_by_piece_is_there_byte_by_byte(desk):
    url = begun(desk)
    for start in range(0, len(DATA), 3000):
        piece = DATA[start : start + 3000]
        answer = patch(desk, url, start, piece)
        assert (answer.status_code, answer["Upload-Offset"]) == (204, str(start + len(piece)))
        assert answer["Tus-Resumable"] == "1.0.0"
    assert content(url) == DATA
    shown = desk.get(url).json()
    assert (shown["offset"], shown["length"], shown["is_whole"]) == (len(DATA), len(DATA), True)


def test_head_says_how_far_it_is_and_is_not_kept_by_anybody(desk):
    url = begun(desk, Upload_Metadata="filename bW92aWVzLmNzdg==,draft")
    patch(desk, url, 0, DATA[:5])
    head = desk.head(url)
    assert (head.status_code, head.content) == (200, b"")
    assert (head["Upload-Offset"], head["Upload-Length"]) == ("5", str(len(DATA)))
    assert head["Upload-Metadata"] == "filename bW92aWVzLmNzdg==,draft"
    assert "no-store" in head["Cache-Control"]


def test_options_say_what_there_is(desk, settings):
    answer = desk.options(UPLOADS)
    assert answer.status_code == 204
    assert answer["Tus-Version"] == answer["Tus-Resumable"] == "1.0.0"
    assert answer["Tus-Max-Size"] == str(settings.UPLOAD_MAX_BYTES)
    assert answer["Tus-Checksum-Algorithm"] == "sha1,sha256,md5"
    assert set(answer["Tus-Extension"].split(",")) == {
        "creation", "creation-with-upload", "checksum", "expiration", "termination", "concatenation",
    }  # fmt: skip


def test_a_creation_may_bring_bytes(desk):
    made = post(desk, DATA[:100], Upload_Length=str(len(DATA)))
    assert (made.status_code, made["Upload-Offset"]) == (201, "100")
    assert content(made["Location"]) == DATA[:100]


def test_a_creation_whose_bytes_cannot_be_used_leaves_nothing(desk, folder):
    check_problem(post(desk, DATA, Upload_Length="3"), 413, "content-too-large")
    check_problem(post(desk, DATA, Upload_Length=str(len(DATA)), Upload_Checksum=checksum(b"")), 460)
    check_problem(send(desk.post, UPLOADS, b"{}", "application/json", Upload_Length="2"), 415)
    assert not Upload.objects.exists()
    assert not [path for path in folder.rglob("*") if path.is_file()]


def test_an_empty_file_is_whole_at_once(desk):
    assert desk.get(begun(desk, 0)).json()["is_whole"]


@pytest.mark.parametrize("version", [None, "0.2.2", "1.0.0,1.0.0"])
def test_another_version_of_the_protocol_is_refused_with_the_one_there_is(curator, version):
    client = APIClient()
    client.force_login(curator)
    headers = {"Upload_Length": "5"} | ({"Tus_Resumable": version} if version else {})
    answer = post(client, **headers)
    check_problem(answer, 412, "unsupported-tus-version")
    assert answer["Tus-Version"] == "1.0.0"


@pytest.mark.parametrize("length", ["-1", "+5", "1e3", "", "5,5", "0x10", "٣", "5.0", "9" * 41])
def test_a_length_that_is_none_is_refused(desk, length):
    assert "Upload-Length" in check_problem(post(desk, Upload_Length=length), 400)["detail"]


def test_a_creation_without_a_length_is_refused_and_so_is_one_to_be_said_later(desk):
    check_problem(post(desk), 400)
    check_problem(post(desk, Upload_Defer_Length="1"), 400)


@pytest.mark.parametrize("length", [11, 2**63, 10**39])
def test_what_is_longer_than_an_upload_may_be_is_refused(desk, settings, length):
    settings.UPLOAD_MAX_BYTES = 10
    answer = post(desk, Upload_Length=str(length))
    check_problem(answer, 413, "content-too-large")
    assert answer["Tus-Max-Size"] == "10"


def test_a_member_has_so_many_bytes_and_so_many_unfinished_uploads(desk, settings):
    settings.UPLOAD_QUOTA_BYTES, settings.UPLOADS_OPEN = 100, 3
    urls = [begun(desk, 60), begun(desk, 40)]
    assert "100" in check_problem(post(desk, Upload_Length="1"), 413)["detail"]
    begun(desk, 0)
    patch(desk, urls[1], 0, DATA[:40])
    begun(desk_of(make_user("other", is_staff=True, is_superuser=True)), 60)
    assert desk.delete(urls[0]).status_code == 204
    for _ in range(3):
        begun(desk, 1)
    check_problem(post(desk, Upload_Length="1"), 409, "too-many-uploads")


def test_a_piece_goes_where_the_others_end(desk):
    url = begun(desk)
    patch(desk, url, 0, DATA[:10])
    for offset in (0, 9, 11, 10**30):
        assert check_problem(patch(desk, url, offset, b"x"), 409, "wrong-offset")["offset"] == 10
    for offset in ("-1", "", "ten", "10,10"):
        check_problem(patch(desk, url, 0, b"x", Upload_Offset=offset), 400)
    assert content(url) == DATA[:10]


def test_a_piece_is_of_its_own_content_type(desk):
    url = begun(desk)
    check_problem(send(desk.patch, url, DATA, "application/octet-stream", Upload_Offset="0"), 415)
    check_problem(send(desk.patch, url, DATA, "multipart/form-data; boundary=x", Upload_Offset="0"), 415)
    assert desk.head(url)["Upload-Offset"] == "0"


def test_more_than_was_promised_is_refused_as_a_whole(desk):
    url = begun(desk, 10)
    check_problem(patch(desk, url, 0, DATA[:11]), 413, "content-too-large")
    assert desk.head(url)["Upload-Offset"] == "0"


def test_no_body_is_too_big_for_memory(desk, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    url = begun(desk)
    assert patch(desk, url, 0, DATA).status_code == 204
    assert post(desk, DATA, Upload_Length=str(len(DATA))).status_code == 201


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "md5"])
def test_a_piece_is_what_its_checksum_says_or_not_kept(desk, algorithm):
    url = begun(desk)
    assert patch(desk, url, 0, DATA[:99], Upload_Checksum=checksum(DATA[:99], algorithm)).status_code == 204
    wrong = patch(desk, url, 99, DATA[99:], Upload_Checksum=checksum(DATA[:99], algorithm))
    assert check_problem(wrong, 460, "checksum-mismatch")["title"] == "Checksum Mismatch"
    assert (desk.head(url)["Upload-Offset"], content(url)) == ("99", DATA[:99])
    assert patch(desk, url, 99, DATA[99:], Upload_Checksum=checksum(DATA[99:], algorithm)).status_code == 204
    assert content(url) == DATA


@pytest.mark.parametrize("said", ["crc32 AAAA", "sha1", "sha1 %%%", "sha1 AAAA", "SHA1 AAAA", "", "sha256 é"])
def test_a_checksum_that_cannot_be_used_is_refused_before_anything_is_read(desk, said):
    url = begun(desk)
    assert "Upload-Checksum" in check_problem(patch(desk, url, 0, DATA, Upload_Checksum=said), 400)["detail"]
    assert desk.head(url)["Upload-Offset"] == "0"


def test_what_a_killed_process_left_unchecked_does_not_count(desk):
    url = begun(desk)
    patch(desk, url, 0, DATA[:10])
    path = files.path_of(upload_at(url))
    path.with_suffix(".unchecked").write_text("10")
    with path.open("ab") as file:
        file.write(b"unchecked")
    assert desk.head(url)["Upload-Offset"] == "10"
    assert patch(desk, url, 10, DATA[10:]).status_code == 204
    assert content(url) == DATA


def test_the_disk_says_how_far_it_is(desk):
    url = begun(desk)
    patch(desk, url, 0, DATA[:10])
    with files.path_of(upload_at(url)).open("ab") as file:
        file.write(DATA[10:500])  # by a process that was killed before it could say so
    assert desk.head(url)["Upload-Offset"] == "500"
    assert upload_at(url).offset == 500


def test_while_somebody_writes_another_request_is_refused(desk):
    url = begun(desk)
    with files.opened(upload_at(url)):
        check_problem(patch(desk, url, 0, DATA), 423, "upload-locked")
        assert desk.head(url)["Upload-Offset"] == "0"
    assert patch(desk, url, 0, DATA).status_code == 204


def test_a_full_disk_is_507_and_what_had_come_is_kept(desk, monkeypatch):
    url, write = begun(desk), files.Appending._write

    def write_until_full(appending: files.Appending, piece: bytes) -> None:
        write(appending, piece[:100])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files.Appending, "_write", write_until_full)
    check_problem(patch(desk, url, 0, DATA), 507, "disk-full")
    check_problem(patch(desk, url, 100, DATA[100:], Upload_Checksum=checksum(DATA[100:])), 507, "disk-full")
    monkeypatch.undo()
    assert desk.head(url)["Upload-Offset"] == "100"
    assert patch(desk, url, 100, DATA[100:]).status_code == 204
    assert content(url) == DATA


def test_a_folder_that_cannot_be_used_is_503(desk, settings, folder):
    url = begun(desk)
    settings.UPLOADS_DIR = folder / "unmounted"
    assert check_problem(patch(desk, url, 0, DATA), 503, "store-unavailable")["store"] == "uploads"


def test_each_piece_prolongs_what_expires_otherwise(desk):
    url = begun(desk)
    Upload.objects.update(expires_at=timezone.now() + timedelta(minutes=1))
    assert patch(desk, url, 0, DATA[:10])["Upload-Expires"].endswith("GMT")
    assert upload_at(url).expires_at > timezone.now() + timedelta(hours=23)
    Upload.objects.update(expires_at=timezone.now())
    check_problem(patch(desk, url, 10, DATA[10:]), 410, "upload-gone")
    check_problem(desk.get(url), 410)
    assert desk.get(UPLOADS).json()["results"] == []


def test_what_is_deleted_is_gone_from_the_disk_too(desk, folder):
    url = begun(desk)
    patch(desk, url, 0, DATA[:10])
    assert desk.delete(url).status_code == 204
    check_problem(desk.head(url) and desk.get(url), 404)
    assert not [path for path in folder.rglob("*") if path.is_file()]


def test_others_do_not_learn_that_it_is_there(desk):
    url = begun(desk)
    other = desk_of(make_user("other", is_staff=True, is_superuser=True))
    assert other.head(url).status_code == 404
    check_problem(other.get(url), 404)
    check_problem(patch(other, url, 0, DATA), 404)
    check_problem(other.delete(url), 404)
    assert other.get(UPLOADS).json()["results"] == []
    assert desk.head(url)["Upload-Offset"] == "0"


def test_another_method_may_be_meant(desk):
    url = begun(desk)
    meant = {"X_HTTP_Method_Override": "PATCH", "Upload_Offset": "0"}
    assert send(desk.post, url, DATA, **meant).status_code == 204
    assert content(url) == DATA
    assert send(desk.post, url, X_HTTP_Method_Override="head")["Upload-Offset"] == str(len(DATA))
    check_problem(send(desk.post, url, X_HTTP_Method_Override="DISPATCH"), 405)
    assert send(desk.post, url, X_HTTP_Method_Override="DELETE").status_code == 204
    check_problem(desk.get(url), 404)


NAMES = {
    "movies.csv": "movies.csv",
    "../../etc/passwd": "passwd",
    "C:\\Users\\me\\movies.csv": "movies.csv",
    "a\x00b\r\nc\x1b[31m.csv": "abc[31m.csv",
    "movies\u202evsc.exe": "moviesvsc.exe",
    "映画" * 200: ("映画" * 200)[:255],
    "..": "..",
    "a/": "",
}


@pytest.mark.parametrize("given", NAMES, ids=range(len(NAMES)))
def test_a_name_is_a_label_whatever_it_looks_like(desk, folder, given):
    encoded = b64encode(given.encode()).decode()
    url = begun(desk, Upload_Metadata=f"relativePath null,filename {encoded}")
    assert desk.get(url).json()["name"] == NAMES[given]
    patch(desk, url, 0, DATA)
    assert [path for path in folder.rglob("*") if path.is_file()] == [files.path_of(upload_at(url))]


def test_a_name_that_is_no_text_is_shown_as_far_as_it_is(desk):
    url = begun(desk, Upload_Metadata=f"name {b64encode(bytes([0xFF, 0x61])).decode()}")
    assert desk.get(url).json()["name"] == "\ufffda"


GARBAGE = ["filename ====", "filename a b", "a QQ==,a QQ==", ",", "ключ QQ==", "filename QQ==,,", "x" * 4097]


@pytest.mark.parametrize("text", GARBAGE)
def test_metadata_that_cannot_be_read_is_refused(desk, text):
    assert "Upload-Metadata" in check_problem(post(desk, Upload_Length="1", Upload_Metadata=text), 400)["detail"]


def test_empty_metadata_is_none(desk):
    assert "Upload-Metadata" not in desk.head(begun(desk, Upload_Metadata=""))


def test_pieces_have_a_budget_of_their_own(desk, settings, monkeypatch):
    monkeypatch.setattr(limits, "counters", limits.Counters())
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"writes": 1, "pieces": 3}
    url = begun(desk)
    statuses = [patch(desk, url, at, DATA[at : at + 1]).status_code for at in range(4)]
    assert statuses == [204, 204, 204, 429]


def test_an_idempotency_key_does_not_go_with_bytes(desk):
    check_problem(post(desk, DATA, Upload_Length=str(len(DATA)), Idempotency_Key="one"), 400)
    first, again = (post(desk, Upload_Length="5", Idempotency_Key="two") for _ in range(2))
    assert first["Location"] == again["Location"]


def test_pages_elsewhere_may_read_and_send_the_protocols_headers(desk, settings):
    origin = {"Origin": settings.CORS_ALLOWED_ORIGINS[0]}
    asked = origin | {
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": "tus-resumable,upload-offset,upload-checksum,x-http-method-override",
    }
    allowed = APIClient().options(UPLOADS, headers=asked)
    assert "PATCH" in allowed["Access-Control-Allow-Methods"]
    assert {"tus-resumable", "upload-length", "upload-metadata", "upload-concat", "upload-checksum"} <= set(
        allowed["Access-Control-Allow-Headers"].split(", ")
    )
    exposed = desk.get(UPLOADS, headers=origin)["Access-Control-Expose-Headers"].split(", ")
    assert {"Location", "Upload-Offset", "Upload-Length", "Tus-Resumable", "Upload-Expires"} <= set(exposed)


def test_slow_senders_leave_threads_for_everybody_else(desk, monkeypatch):
    url = begun(desk)
    monkeypatch.setattr(uploads_headers, "_reading", BoundedSemaphore(1))
    with uploads_headers.room_to_read():
        for refused in (patch(desk, url, 0, DATA), post(desk, DATA, Upload_Length=str(len(DATA)))):
            check_problem(refused, 503, "too-busy")
            assert refused["Retry-After"] == "5"
        begun(desk)
        assert desk.head(url)["Upload-Offset"] == "0"
    assert Upload.objects.count() == 2
    assert patch(desk, url, 0, DATA).status_code == 204


def test_the_folder_is_for_its_owner_alone(tmp_path):
    command = [sys.executable, "-c", "from movieverse import settings; print(settings.UPLOADS_DIR)"]
    environment = {"VAR_DIR": str(tmp_path / "var"), "SECRET_KEY": "uploads"}
    told = subprocess.check_output(command, cwd=settings.BASE_DIR, env=environment, text=True)
    assert stat.S_IMODE(Path(told.strip()).stat().st_mode) == 0o700
