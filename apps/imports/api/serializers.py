from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from apps.imports.datasets import DATASETS
from apps.imports.models import Import, RejectedRow
from apps.imports.sources.headers import not_shown, shown
from movieverse.api.serializers import InputSerializer, RowSerializer

_MOST_FILES = 20
_LONGEST_CELL = 1 << 18


class FileSerializer(serializers.Serializer):
    name = serializers.CharField()
    bytes = serializers.IntegerField()
    columns = serializers.SerializerMethodField(help_text="The first of them.")
    more_columns = serializers.SerializerMethodField(help_text="How many others there are.")
    upload = serializers.UUIDField(required=False, help_text="Missing where an operator has named a file.")

    def get_columns(self, file: dict[str, Any]) -> list[str]:
        return shown(file.get("columns", []))

    def get_more_columns(self, file: dict[str, Any]) -> int:
        return not_shown(file.get("columns", []))


class ReadSerializer(serializers.Serializer):
    read = serializers.IntegerField(source="rows_read")
    written = serializers.IntegerField(source="rows_written", help_text="Created and updated, of every kind.")
    rejected = serializers.IntegerField(source="rows_rejected")


class BytesSerializer(serializers.Serializer):
    read = serializers.IntegerField(source="bytes_read")
    total = serializers.IntegerField(source="bytes_total")


class StageSerializer(serializers.Serializer):
    stage = serializers.CharField(source="progress.stage", default="", help_text="What is being worked on.")
    done = serializers.IntegerField(source="progress.done", default=0)
    total = serializers.IntegerField(source="progress.total", default=0, help_text="0 where it is not known yet.")
    per_second = serializers.FloatField(source="progress.per_second", default=None, allow_null=True)
    seconds_left = serializers.FloatField(allow_null=True)


class OutcomesSerializer(serializers.Serializer):
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    rejected = serializers.IntegerField()


class FindingSerializer(serializers.Serializer):
    file = serializers.CharField()
    finding = serializers.CharField(help_text="For programs.")
    detail = serializers.CharField()
    suggestion = serializers.CharField()


@extend_schema_field({"type": ["integer", "string"]})
class KeyField(serializers.ReadOnlyField):
    pass


class LeftSerializer(serializers.Serializer):
    store = serializers.CharField()
    kind = serializers.CharField()
    id = KeyField(help_text="An external id's is a text.")
    why = serializers.CharField()


class ProgressSerializer(RowSerializer):
    """What changes while it goes on."""

    rows: Any = ReadSerializer(source="*")
    bytes: Any = BytesSerializer(source="*")
    progress: Any = StageSerializer(source="*")
    is_clean = serializers.BooleanField(
        help_text="Of one that failed or was cancelled: whether what it wrote is gone again."
    )

    class Meta:
        model = Import
        fields: tuple[str, ...] = ("id", "state", "rows", "bytes", "progress", "waiting_for", "is_clean", "reason")


class ImportSerializer(ProgressSerializer):
    files = FileSerializer(many=True)
    is_being_undone = serializers.SerializerMethodField()
    counts = serializers.DictField(child=OutcomesSerializer())
    findings = FindingSerializer(many=True)
    sample = serializers.ListField(child=serializers.DictField())
    kept = LeftSerializer(many=True, help_text="What undoing left as it is.")

    class Meta(ProgressSerializer.Meta):
        fields = (
            *("id", "dataset", "state", "mode", "mapping", "dry_run", "by", "retry_of", "reason"),
            *("created_at", "started_at", "ended_at", "undone_at", "is_being_undone", "waiting_for", "is_clean"),
            *("rows", "bytes", "progress", "counts", "files", "findings", "sample", "kept"),
        )

    def get_is_being_undone(self, row: Import) -> bool:
        return row.to_do == Import.ToDo.UNDO


class TaskSerializer(ProgressSerializer):
    kind = serializers.CharField(source="dataset", help_text="The data set that is imported, or convert.")
    result = serializers.SerializerMethodField(help_text="Where to find what has come of it; null before its end.")

    class Meta(ProgressSerializer.Meta):
        fields = ("id", "kind", "state", "rows", "bytes", "progress", "waiting_for", "reason", "result")

    @extend_schema_field({"type": ["string", "null"], "format": "uri"})
    def get_result(self, row: Import) -> str | None:
        if row.state != Import.State.COMPLETED:
            return None
        name = "v1:import" if row.dataset in DATASETS else "v1:task-file"
        return reverse(name, args=[row.pk], request=self.context["request"])


class ImportInputSerializer(InputSerializer):
    upload = serializers.UUIDField(required=False, help_text="The id of a whole upload.")
    uploads = serializers.ListField(
        child=serializers.UUIDField(), required=False, max_length=_MOST_FILES, help_text="Several files of a data set."
    )
    dataset = serializers.ChoiceField(
        choices=sorted(DATASETS), required=False, help_text="Unless told, the files' headers tell."
    )
    mode = serializers.ChoiceField(choices=Import.Mode.choices, default=Import.Mode.UPSERT)
    mapping = serializers.DictField(
        child=serializers.CharField(max_length=200), required=False, help_text="Of a table of one's own: our names."
    )
    dry_run = serializers.BooleanField(default=False)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        ids = [*filter(None, [given.pop("upload", None)]), *given.pop("uploads", ())]
        if not ids:
            raise serializers.ValidationError({"uploads": "Name an upload: `upload`, or several by `uploads`."})
        if len(set(ids)) < len(ids):
            raise serializers.ValidationError({"uploads": "An upload is named twice."})
        return given | {"upload_ids": ids}


class ConversionInputSerializer(InputSerializer):
    upload = serializers.UUIDField(help_text="The id of a whole upload.")


class RejectedRowSerializer(RowSerializer):
    class Meta:
        model = RejectedRow
        fields = (
            *("id", "kind", "file", "line", "column", "value", "reason", "is_used"),
            *("cells", "edited", "retried_in", "version"),
        )


class CellsSerializer(InputSerializer):
    cells = serializers.DictField(
        child=serializers.CharField(max_length=_LONGEST_CELL, allow_blank=True, trim_whitespace=False),
        allow_empty=False,
        help_text="{column: cell}; the others stay as they are.",
    )
