class ExternalValueConverter:
    """What another source calls a row, in a path: what cannot be stored as such is no such path, hence 404."""

    regex = r"[^\x00]{1,80}?"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
