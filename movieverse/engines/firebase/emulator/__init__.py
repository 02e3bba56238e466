"""A local Firebase Realtime Database, after Google's REST documentation: for development and tests only.

`python -m movieverse.engines.firebase.emulator --port N --data DIR` speaks the documented protocol: reading and writing
at any depth, multi-path updates, queries, conditional requests, server values and event streams. What it has not:
security rules other than `.indexOn` (whoever can connect may read and write everything; tokens are accepted unseen),
TLS, priorities, and `format=export`, `callback`, `download`, `timeout` and `writeSizeLimit`, which it ignores.

It needs nothing but Python: the package may be copied anywhere and run as `python -m emulator`.
"""
