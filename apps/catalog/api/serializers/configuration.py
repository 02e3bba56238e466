from rest_framework import serializers


class ImageSourceSerializer(serializers.Serializer):
    base_url = serializers.URLField(help_text="An address is this, a size, and the image's path.")
    sizes = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()), help_text="By type, the smallest first."
    )


class SourceSerializer(serializers.Serializer):
    title = serializers.CharField()
    licence = serializers.CharField()
    url = serializers.CharField(help_text="May be empty.")


class ConfigurationSerializer(serializers.Serializer):
    default_language = serializers.CharField(help_text="What texts are in unless `language` is given.")
    kinds = serializers.ListField(child=serializers.CharField())
    statuses = serializers.ListField(child=serializers.CharField())
    image_types = serializers.ListField(child=serializers.CharField())
    release_types = serializers.ListField(child=serializers.CharField())
    images = serializers.DictField(child=ImageSourceSerializer(), help_text="By source.")
    sources = serializers.DictField(child=SourceSerializer(), help_text="Where facts come from, by source.")
