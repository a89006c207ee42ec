# skillprofiles as an image: any user, a read-only root file system, nothing to write but the published
# folder and /tmp. docs/operate.md tells how it is run.
#
#   docker build -t skillprofiles .
#   docker build -t skillprofiles --build-arg EXTRAS=remote,distributed .

ARG BASE=python:3.13-slim

FROM ${BASE} AS build
ARG EXTRAS=
WORKDIR /src
COPY requirements.lock ./
# The lock names every version with its hashes. pip takes them for uv itself, uv for everything else.
RUN sed -n '/^uv==/,/# via/p' requirements.lock > uv.lock \
    && pip install --no-cache-dir --require-hashes --requirement uv.lock
COPY pyproject.toml README.md LICENSE ./
COPY src src
# Compiled here, because nothing can be written where it runs.
RUN uv venv --no-cache /opt/skillprofiles \
    && uv pip install --no-cache --python /opt/skillprofiles --compile-bytecode \
        --constraints requirements.lock --build-constraints requirements.lock \
        ".${EXTRAS:+[$EXTRAS]}"

FROM ${BASE}
COPY --from=build /opt/skillprofiles /opt/skillprofiles
# A named volume takes over the owner of the folder it is mounted on.
RUN install -d -o 10001 -g 10001 /data /data/raw /data/published
ENV PATH=/opt/skillprofiles/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
WORKDIR /data
# Tells of the published folder, not of the process: a container that ends after each run has no health.
HEALTHCHECK --interval=5m --timeout=1m --start-period=30m \
    CMD ["skillprofiles", "status", "/data/published", "--max-age", "26h"]
ENTRYPOINT ["skillprofiles"]
CMD ["--help"]
