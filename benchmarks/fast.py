"""What somebody would write for speed alone: FastAPI that answers what lies in Redis under the name ANSWER."""

import os

from fastapi import FastAPI, Response
from redis.asyncio import Redis

NAME = os.environ["ANSWER"]

redis = Redis.from_url(os.environ["REDIS_URL"])
app = FastAPI()


@app.get("/{path:path}")
async def constant(path: str) -> Response:
    return Response(await redis.get(NAME), media_type="application/json")
