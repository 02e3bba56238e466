from rest_framework import serializers


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
