FROM python:3.11-slim

RUN pip install --no-cache-dir uv \
    && useradd --create-home --uid 10001 shortrun \
    && mkdir /data && chown shortrun /data
WORKDIR /srv
COPY pyproject.toml uv.lock README.md LICENSE ./
COPY app app
COPY migrations migrations
RUN uv sync --locked --no-dev --no-editable --compile-bytecode

USER shortrun
ENV PATH=/srv/.venv/bin:$PATH SHORTRUN_DATABASE_URL=sqlite:////data/shortrun.db
EXPOSE 8000
HEALTHCHECK CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/readyz', timeout=3)"]
CMD ["shortrun", "serve", "--host", "0.0.0.0", "--port", "8000"]
