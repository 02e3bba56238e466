"""What a person has to be told; the text is the whole message."""


class ServerError(Exception):
    pass
