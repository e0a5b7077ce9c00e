"""An application with nothing to do: what `tests.benchmarks.feed` is compared with."""

import sys
from pathlib import Path

import uvicorn
from fastapi import FastAPI, Response

from app.serving import listen

app = FastAPI()
PAGE = Path(sys.argv[2]).read_bytes()


@app.get("/empty")
async def empty() -> dict[str, str]:
    return {}


@app.get("/page")
async def page() -> Response:
    return Response(PAGE, media_type="application/json")


if __name__ == "__main__":
    config = uvicorn.Config(app, log_config=None, access_log=False, server_header=False)
    uvicorn.Server(config).run(sockets=[listen("127.0.0.1", int(sys.argv[1]))])
