from rest_framework import serializers
from rest_framework.reverse import reverse

from apps.curation.erasing.mails import receipt_url
from apps.curation.models import Erasure, Merge, PersonalExport
from movieverse.api.filters import BIGGEST_ID
from movieverse.api.serializers import InputSerializer


class ExportFileSerializer(serializers.Serializer):
    kind = serializers.CharField(help_text="Of the rows in it, such as movies.")
    url = serializers.URLField()
    bytes = serializers.IntegerField()
    rows = serializers.IntegerField()
    sha256 = serializers.CharField()


class ExportSerializer(serializers.Serializer):
    id = serializers.CharField(help_text="The day it was made on.")
    made_at = serializers.DateTimeField()
    position = serializers.IntegerField(help_text="Of the change log: follow the changes `since` there.")
    files = ExportFileSerializer(many=True)


class ExportsSerializer(serializers.Serializer):
    """All on one page."""

    results = ExportSerializer(many=True)
    next = serializers.URLField(allow_null=True, help_text="Null: there are only a few.")
    previous = serializers.URLField(allow_null=True, help_text="Null.")
    count = serializers.IntegerField(allow_null=True, help_text="Null.")


class MergeInputSerializer(InputSerializer):
    kind = serializers.ChoiceField(choices=Merge.Kind.choices)
    from_id = serializers.IntegerField(min_value=1, max_value=BIGGEST_ID, help_text="The one that is merged.")
    into_id = serializers.IntegerField(min_value=1, max_value=BIGGEST_ID, help_text="The one that stays.")


class MergePreviewSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(choices=Merge.Kind.choices)
    from_id = serializers.IntegerField()
    from_name = serializers.CharField()
    into_id = serializers.IntegerField()
    into_name = serializers.CharField()
    counts = serializers.DictField(
        child=serializers.IntegerField(), help_text="What would move; `…_of_both` of it is there twice: one stays."
    )
    facts = serializers.ListField(
        child=serializers.CharField(), help_text="Those that the survivor lacks and would take over."
    )


class CountsSerializer(serializers.Serializer):
    moved = serializers.IntegerField(
        help_text="To the survivor; or it is the survivor itself, which took something over."
    )
    removed = serializers.IntegerField(help_text="Of two that were one, the one that did not stay.")


class KeptSerializer(serializers.Serializer):
    store = serializers.CharField()
    kind = serializers.CharField(help_text="Of the row, such as rating.")
    id = serializers.CharField(help_text="Empty of what members keep for themselves.")
    why = serializers.CharField()


class MergeSerializer(serializers.ModelSerializer):
    by = serializers.IntegerField(source="by_id", allow_null=True, help_text="Whose account; null where it is gone.")
    undone_by = serializers.IntegerField(source="undone_by_id", allow_null=True)
    counts = serializers.DictField(
        child=serializers.DictField(child=CountsSerializer()), help_text="{store: {kind of row: what became of them}}."
    )
    kept = KeptSerializer(many=True, help_text="What undoing it left with the survivor, as it is now.")

    class Meta:
        model = Merge
        fields = (
            "id", "kind", "from_id", "into_id", "state", "by", "created_at", "finished_at", "undone_by", "undone_at",
            "counts", "kept",
        )  # fmt: skip


class LeavingSerializer(InputSerializer):
    handle = serializers.CharField(help_text="One's own, so that nobody leaves by mistake.")
    password = serializers.CharField(required=False, default="", trim_whitespace=False)


class ReceiptSerializer(serializers.Serializer):
    statement = serializers.DictField(help_text="What was removed where, how much of it, and when.")
    algorithm = serializers.CharField()
    public_key = serializers.CharField()
    signature = serializers.CharField(help_text="Of the statement's canonical JSON, in base64.")


class ErasureSerializer(serializers.ModelSerializer):
    receipt = ReceiptSerializer(allow_null=True, help_text="Null until it is done.")
    url = serializers.SerializerMethodField(help_text="Of the receipt, for whoever knows it, without an account.")

    class Meta:
        model = Erasure
        fields = ("id", "state", "requested_at", "due_at", "begun_at", "finished_at", "receipt", "url")

    def get_url(self, erasure: Erasure) -> str:
        return receipt_url(erasure)


class ErasureKeySerializer(serializers.Serializer):
    algorithm = serializers.CharField()
    public_key = serializers.CharField(help_text="Its 32 bytes in base64.")


class PersonalExportSerializer(serializers.ModelSerializer):
    state = serializers.ChoiceField(choices=("waiting", "running", "ready", "failed"))
    expires_at = serializers.DateTimeField(allow_null=True, help_text="When its file is deleted.")
    url = serializers.SerializerMethodField(help_text="Of the file; null until it is ready.")

    class Meta:
        model = PersonalExport
        fields = ("id", "state", "requested_at", "finished_at", "expires_at", "bytes", "url")

    def get_url(self, export: PersonalExport) -> str | None:
        if export.state != "ready":
            return None
        return reverse("v1:my-export-file", args=[export.pk], request=self.context["request"])
