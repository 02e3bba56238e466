class IdConverter:
    """An id in a path: what no store can hold as an id is no such path, hence 404."""

    regex = "[1-9][0-9]{0,17}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)
