from movieverse.transactions import atomic

__all__ = ["atomic"]
