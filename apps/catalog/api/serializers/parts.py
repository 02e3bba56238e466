"""The parts of a title that are lists of documents: one class a part, for what is shown and for what is put."""

from typing import Any

from apps.catalog import images
from apps.catalog.api.serializers.inputs import MovieInputSerializer
from apps.catalog.models import Movie


class PartSerializer(MovieInputSerializer):
    """Everything is to be given: what is put replaces what is there."""

    def get_fields(self) -> Any:
        fields = super().get_fields()
        for field in fields.values():
            field.required = True
        return fields

    def to_representation(self, movie: Movie) -> dict[str, Any]:
        return {str(name): getattr(movie, str(name)) for name in self.fields}


class CreditsSerializer(PartSerializer):
    class Meta(MovieInputSerializer.Meta):
        fields = ("cast", "crew")


class ImagesSerializer(PartSerializer):
    class Meta(MovieInputSerializer.Meta):
        fields = ("images",)

    def to_representation(self, movie: Movie) -> dict[str, Any]:
        return {"images": images.shown(movie.images)} if "images" in self.fields else {}


class VideosSerializer(PartSerializer):
    class Meta(MovieInputSerializer.Meta):
        fields = ("videos",)


class TranslationsSerializer(PartSerializer):
    class Meta(MovieInputSerializer.Meta):
        fields = ("translations",)


class AlternativeTitlesSerializer(PartSerializer):
    class Meta(MovieInputSerializer.Meta):
        fields = ("alternative_titles",)


class ReleasesSerializer(PartSerializer):
    class Meta(MovieInputSerializer.Meta):
        fields = ("releases",)


class AwardsSerializer(PartSerializer):
    class Meta(MovieInputSerializer.Meta):
        fields = ("awards",)
