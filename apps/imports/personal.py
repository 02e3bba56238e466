"""What imports have of a member: what they have brought."""

from apps.imports.models import Import, Upload
from apps.imports.services import converted
from apps.imports.services.uploads_files import kept
from movieverse.personal import Part, holds, keeps

holds(Upload, "Files that you are uploading.", member="user")
holds(Import, "What you have imported.", member="by", hidden=["undone_by", "holder"])
keeps(
    Part(
        name="converted",
        store="media",
        about="Tables that were made into JSON lines for you. You can fetch them: they are not in this one.",
        count=lambda user_id: len(converted.names(user_id)),
    )
)
keeps(
    Part(
        name="uploaded-files",
        store="media",
        about="The files that you are uploading. You have them: they are not in this one.",
        count=lambda user_id: len(kept(user_id)),
    )
)
