"""What imports have of a member: what they have brought."""

from apps.imports.models import Import, Upload
from movieverse.personal import holds

holds(Upload, "Files that you are uploading.", member="user")
holds(Import, "What you have imported.", member="by", hidden=["undone_by", "holder", "position"])
