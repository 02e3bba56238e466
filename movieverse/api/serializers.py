"""What serializers of several apps share."""

from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from typing import Any

from rest_framework import serializers


class RowSerializer(serializers.ModelSerializer):
    """Of rows as they are shown. Its fields are made of the model once: that takes as long as several rows."""

    def get_fields(self) -> dict[str, Any]:
        return deepcopy(_fields_of(type(self)))


@cache
def _fields_of(serializer: type[RowSerializer]) -> dict[str, Any]:
    return super(RowSerializer, serializer()).get_fields()


class InputSerializer(serializers.Serializer):
    """A body to be read. A member that it does not know is an error, not a surprise."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = [name for name in data if name not in self.fields or self.fields[name].read_only]
            if unknown:
                known = ", ".join(name for name, field in self.fields.items() if not field.read_only)
                message = f"This cannot be set here. There are: {known}."
                raise serializers.ValidationError({name: [message] for name in unknown}, code="unknown")
        return super().to_internal_value(data)


class MovieReferenceSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    title = serializers.CharField(allow_null=True, help_text="Null where the catalogue does not answer.")


class AuthorSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    handle = serializers.CharField(
        allow_null=True, help_text="Null for a rater from a data set, and where accounts do not answer."
    )
    name = serializers.CharField(allow_null=True, help_text="To be shown: the display name, else the handle.")
