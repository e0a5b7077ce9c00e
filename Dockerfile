FROM python:3.11-slim AS build

RUN pip install --no-cache-dir uv
WORKDIR /srv
COPY pyproject.toml uv.lock README.md LICENSE ./
COPY app app
COPY migrations migrations
RUN uv sync --locked --no-dev --no-editable --compile-bytecode


FROM python:3.11-slim

RUN useradd --no-create-home --uid 10001 shortrun \
    && mkdir /data && chown shortrun /data
COPY --from=build /srv/.venv /srv/.venv

# The root file system may be read-only: what is written lies in /data and, for a moment, in /tmp.
USER shortrun
ENV PATH=/srv/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    NUMBA_CACHE_DIR=/tmp/compiled \
    SHORTRUN_PRODUCTION=1 \
    SHORTRUN_DATABASE_URL=sqlite:////data/shortrun.db
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/readyz', timeout=3)"]
CMD ["shortrun", "serve", "--host", "0.0.0.0", "--port", "8000"]
