"""Why an upload is not begun, does not go on, or cannot be read."""

from typing import Any

from movieverse.exceptions import DomainError


class UploadGone(DomainError):
    status = 410
    code = "upload-gone"
    detail = "This upload is no longer kept: begin another one."


class UploadClosed(DomainError):
    status = 403
    code = "upload-closed"
    detail = "Nothing is added to this one: it is put together of parts, or is a part of what has been."


class UploadLocked(DomainError):
    status = 423
    code = "upload-locked"
    detail = "Another request is writing to this upload. Ask by HEAD how far it is, and go on from there."


class WrongOffset(DomainError):
    code = "wrong-offset"

    def __init__(self, here: int, offset: int) -> None:
        self.members = {"offset": here}
        super().__init__(f"Upload-Offset is {offset}, but {here} bytes are here: go on from there.")


class TooLarge(DomainError):
    status = 413
    code = "content-too-large"


class TooManyUploads(DomainError):
    code = "too-many-uploads"


class ChecksumMismatch(DomainError):
    status = 460
    code = "checksum-mismatch"
    detail = "The body is not what Upload-Checksum says. Nothing of it is kept: send it again."


class BodyCut(DomainError):
    status = 400
    code = "body-cut"

    def __init__(self, arrived: int, length: int) -> None:
        super().__init__(
            f"The body ended after {arrived} of its {length} bytes. Ask by HEAD how many of them are kept."
        )


class DiskFull(DomainError):
    status = 507
    code = "disk-full"
    detail = "The disk is full here. What has come so far is kept: go on when there is room again."


class TooBusy(DomainError):
    status = 503
    code = "too-busy"
    detail = "Too many others are uploading at this moment. Nothing of this body is kept: send it again in a while."
    wait = 5  # seconds


class NotWhole(DomainError):
    code = "upload-not-whole"

    def __init__(self, upload: Any, here: int) -> None:
        super().__init__(f"Of upload {upload.pk}, {here} of {upload.length} bytes are here: send the others first.")


class PartUnusable(DomainError):
    status = 400
    code = "part-unusable"

    def __init__(self, part_id: object, why: str) -> None:
        super().__init__(f"Upload-Concat: {part_id} {why}.")
