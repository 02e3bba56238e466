"""The streams' process, with signs of life that a test can wait for: a target for granian."""

from movieverse import asgi, streams

streams.KEEP_ALIVE = 0.5
application = asgi.application
