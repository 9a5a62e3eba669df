# Byline as a container: docker compose up, or see docs/running.md.
FROM python:3.11-slim

# PyTorch from PyPI brings gigabytes of CUDA; its own index has the build for processors alone.
# Idle threads sleep rather than spin on the cores that answers need.
ENV PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PYTHONUNBUFFERED=1 \
    OMP_WAIT_POLICY=PASSIVE \
    BYLINE_HOME=/data \
    BYLINE_METRICS_PORT=9464

RUN useradd --system --uid 10001 --home-dir /data --create-home byline
WORKDIR /app

# What Byline needs changes rarely, so it is a layer of its own; ours comes last and is small.
# Every file but torch's, which depends on the index, is known by its hash.
# WITH=-postgres adds what speaks to PostgreSQL: see deploy/compose.replicas.yaml.
ARG WITH=
COPY constraints.txt requirements.txt requirements-postgres.txt ./
RUN pip install --require-hashes --no-deps --requirement requirements${WITH}.txt \
    && pip install --constraint constraints.txt torch

COPY pyproject.toml README.md LICENSE ./
COPY corpus corpus
COPY retrieval retrieval
COPY bot bot
RUN pip install --no-deps --no-build-isolation . \
    && rm -rf build byline.egg-info

USER byline
WORKDIR /data
VOLUME /data
EXPOSE 8443
STOPSIGNAL SIGTERM

# The first start embeds the sample, which takes a while on a small machine.
HEALTHCHECK --interval=30s --timeout=6s --start-period=3m --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"BYLINE_METRICS_PORT\"]}/healthz', timeout=5)"]

ENTRYPOINT ["byline"]
CMD ["run"]
