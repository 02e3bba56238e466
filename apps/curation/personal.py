"""What curation has of a member: what they have asked it for. What an erasure leaves names nobody."""

from apps.curation.models import ConsistencyReport, Merge, PersonalExport
from apps.curation.portability import files
from movieverse.personal import Part, holds, keeps

_REPORT = ["alive_at", "rows", "findings", "repaired", "error"]

holds(ConsistencyReport, "Checks of consistency you have asked for.", member="by", hidden=_REPORT)
holds(Merge, "What you have merged.", member="by", hidden=["undone_by", "kept"])
holds(PersonalExport, "Files such as this one.", member="user")
keeps(
    Part(
        name="personal-export-files",
        store="media",
        about="Files such as this one.",
        count=lambda user_id: len(files.names(user_id)),
    )
)
