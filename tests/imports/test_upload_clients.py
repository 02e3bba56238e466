"""Uploads to a web server as `manage.py serve` runs it: cut connections, killed servers, and others' clients."""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests
from django.conf import settings
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError, TusUploadFailed
from tusclient.storage.filestorage import FileStorage

from tests.faults import conftest
from tests.imports.tus import checksum
from tests.imports.upload_server import Server, serving

DATA = os.urandom(3_000_000)
NODE_CLIENT = "tus-js-client@4.3.1"
SCRIPT = Path(__file__).parent / "upload.mjs"

eventually = partial(conftest.eventually, seconds=20)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("serving")) as server:
        yield server


@pytest.fixture
def restarted(server: Server) -> Iterator[Server]:
    """One that a test may kill."""
    yield server
    if server.process.poll() is not None:
        server.start()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "ratings.csv"
    path.write_bytes(os.urandom(64) * 400_000)  # 25 MB, no two pieces of a megabyte alike in their order
    return path


def test_a_connection_that_is_cut_leaves_what_had_arrived(server):
    url = server.create(len(DATA))
    for arrived in (1_000_001, 2_500_000):
        offset = server.offset(url)
        eventually(lambda offset=offset: server.patch(url, offset, b"").status_code == 204)  # the one before let go
        connection = server.patching(url, offset, len(DATA) - offset)
        connection.sendall(DATA[offset:arrived])
        eventually(lambda arrived=arrived: server.offset(url) > arrived - 2**17)
        connection.close()
        eventually(lambda arrived=arrived: server.offset(url) == arrived)
    eventually(lambda: server.patch(url, 2_500_000, DATA[2_500_000:]).status_code == 204)
    assert server.file(url).read_bytes() == DATA


def test_what_is_cut_before_its_checksum_could_be_told_does_not_count(server):
    url = server.create(len(DATA))
    connection = server.patching(url, 0, len(DATA), Upload_Checksum=checksum(DATA))
    connection.sendall(DATA[:1_000_000])
    eventually(lambda: server.written(url) > 500_000)
    assert server.offset(url) == 0
    connection.close()
    eventually(lambda: server.written(url) == 0)
    eventually(lambda: server.patch(url, 0, DATA, Upload_Checksum=checksum(DATA)).status_code == 204)
    assert server.file(url).read_bytes() == DATA


def test_a_server_that_is_killed_in_the_middle_goes_on_to_the_last_byte(restarted):
    url = restarted.create(len(DATA))
    connection = restarted.patching(url, 0, len(DATA))
    connection.sendall(DATA[:2_000_000])
    eventually(lambda: restarted.offset(url) > 1_900_000)
    restarted.kill()
    restarted.start()
    offset = restarted.offset(url)
    assert 1_900_000 < offset <= 2_000_000
    assert restarted.patch(url, offset, DATA[offset:]).status_code == 204
    assert restarted.file(url).read_bytes() == DATA


def test_a_server_that_is_killed_before_a_checksum_could_be_told_forgets_what_had_come(restarted):
    url = restarted.create(len(DATA))
    assert restarted.patch(url, 0, DATA[:1000]).status_code == 204
    connection = restarted.patching(url, 1000, len(DATA) - 1000, Upload_Checksum=checksum(DATA[1000:]))
    connection.sendall(DATA[1000:2_000_000])
    eventually(lambda: restarted.written(url) > 1_500_000)
    restarted.kill()
    restarted.start()
    assert restarted.offset(url) == 1000
    assert restarted.patch(url, 1000, DATA[1000:]).status_code == 204
    assert restarted.file(url).read_bytes() == DATA


def test_of_two_at_once_the_second_is_refused_and_hears_why(server):
    url = server.create(len(DATA))
    connection = server.patching(url, 0, len(DATA))
    connection.sendall(DATA[:100_000])
    eventually(lambda: server.offset(url) > 0)
    assert server.patch(url, server.offset(url), DATA[:10]).status_code == 423
    connection.sendall(DATA[100_000:])
    assert connection.recv(12) == b"HTTP/1.1 204"
    connection.close()
    assert server.file(url).read_bytes() == DATA


def test_headers_sent_twice_are_refused(server):
    lines = ["POST /api/v1/uploads/ HTTP/1.1", "Host: localhost", "Upload-Length: 5", "Upload-Length: 7"]
    lines += [*(f"{name}: {value}" for name, value in server.headers.items()), "Connection: close", "", ""]
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall("\r\n".join(lines).encode())
        assert connection.recv(12) == b"HTTP/1.1 400"


@pytest.mark.skipif(not hasattr(socket, "TCP_KEEPIDLE"), reason="the kernel has no such probes")
def test_peers_that_may_vanish_without_a_word_are_asked_for(server):
    connection = server.patching(server.create(10), 0, 10)
    connection.sendall(b"12345")
    asked = ["ss", "-tnoH", "sport", "=", f":{server.port}", "and", "dport", "=", f":{connection.getsockname()[1]}"]
    if not shutil.which("ss"):
        pytest.skip("needs ss, which says what the kernel does for a connection: apt-get install iproute2")
    eventually(lambda: "timer:(keepalive" in subprocess.run(asked, capture_output=True, text=True, check=True).stdout)
    connection.close()


# --- tuspy ----------------------------------------------------------------------------------------


def tuspy(server: Server, file: Path, **options: Any) -> Any:
    client = TusClient(server.address, headers={"X-Session-Token": server.token})
    return client.uploader(str(file), metadata={"filename": file.name}, retry_delay=1, **options)


def test_tuspy_uploads_whole_in_pieces_and_with_checksums(server, file):
    for options in ({}, {"chunk_size": 1_000_000}, {"chunk_size": 5_000_000, "upload_checksum": True}):
        uploader = tuspy(server, file, **options)
        uploader.upload()
        assert server.file(uploader.url).read_bytes() == file.read_bytes()


def test_tuspy_goes_on_after_the_server_was_killed(restarted, file, tmp_path):
    stored = {"store_url": True, "url_storage": FileStorage(str(tmp_path / "urls")), "chunk_size": 2_000_000}
    uploader = tuspy(restarted, file, **stored)
    for _ in range(3):
        uploader.upload_chunk()
    restarted.kill()
    with pytest.raises((TusUploadFailed, TusCommunicationError)):
        uploader.upload_chunk()
    restarted.start()
    again = tuspy(restarted, file, **stored)
    assert (again.url, again.offset) == (uploader.url, 6_000_000)
    again.upload()
    assert restarted.file(again.url).read_bytes() == file.read_bytes()


# --- tus-js-client --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def library() -> Path:
    """Where tus-js-client is, installed once."""
    folder = settings.BASE_DIR / "var" / "node" / NODE_CLIENT
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("needs node and npm, for tus-js-client")
    if not (folder / "node_modules" / "tus-js-client").exists():
        install = ["npm", "install", "--prefix", str(folder), "--no-audit", "--no-fund", NODE_CLIENT]
        folder.mkdir(parents=True, exist_ok=True)
        if subprocess.run(install, capture_output=True, timeout=120, check=False).returncode:
            pytest.skip(f"{NODE_CLIENT} could not be installed by npm")
    return folder


def tus_js(server: Server, library: Path, file: Path, **options: Any) -> subprocess.Popen[str]:
    told = {"library": f"{library}/", "address": server.address, "token": server.token, "file": str(file)}
    told |= {"urls": str(file.with_suffix(".urls")), "options": {"chunkSize": 1_000_000} | options}
    command = ["node", str(SCRIPT), json.dumps(told)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def url_of(process: subprocess.Popen[str]) -> str:
    out, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors[-2000:]
    return out.strip()


@pytest.mark.parametrize(
    "options",
    [{}, {"uploadDataDuringCreation": True}, {"overridePatchMethod": True}, {"parallelUploads": 3}],
    ids=["in pieces", "from its creation on", "by POST alone", "in three parts at once"],
)
def test_tus_js_client_uploads(server, library, file, options):
    url = url_of(tus_js(server, library, file, **options))
    assert server.file(url).read_bytes() == file.read_bytes()
    shown = requests.get(url, headers=server.headers, timeout=10).json()
    assert (shown["name"], shown["is_whole"]) == ("ratings.csv", True)
    assert len(shown["parts"]) == options.get("parallelUploads", 0)


@pytest.mark.parametrize("options", [{}, {"parallelUploads": 3}], ids=["in pieces", "in three parts at once"])
def test_tus_js_client_goes_on_by_itself_after_the_server_was_killed(restarted, library, file, options):
    process = tus_js(restarted, library, file, **options)
    wait_for(process, 5_000_000)
    restarted.kill()
    time.sleep(0.5)
    restarted.start()
    assert restarted.file(url_of(process)).read_bytes() == file.read_bytes()


@pytest.mark.parametrize("options", [{}, {"parallelUploads": 3}], ids=["in pieces", "in three parts at once"])
def test_tus_js_client_that_was_killed_goes_on_when_it_is_called_again(server, library, file, options):
    process = tus_js(server, library, file, **options)
    wait_for(process, 5_000_000)
    process.kill()
    process.communicate()
    before = requests.get(server.address, headers=server.headers, timeout=10).json()["results"][0]["id"]
    url = url_of(tus_js(server, library, file, **options))
    assert server.file(url).read_bytes() == file.read_bytes()
    shown = requests.get(url, headers=server.headers, timeout=10).json()
    assert before in (shown["id"], *shown["parts"])


def wait_for(process: subprocess.Popen[str], sent: int) -> None:
    assert process.stderr
    for line in process.stderr:
        if line.strip().isdigit() and int(line) >= sent:
            return
    raise AssertionError(f"It ended before it had sent {sent} bytes.")
