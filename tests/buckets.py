"""An S3 service on loopback for tests, and what lies in its buckets."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from moto.server import ThreadedMotoServer

from skillprofiles.releases.manifest import TableFile

BUCKET = "exports"


@contextmanager
def service() -> Iterator[dict[str, str]]:
    """Serve S3; yield the environment in which programs find it."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield {
            "AWS_ENDPOINT_URL": f"http://{host}:{port}",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
        }
    finally:
        server.stop()


class Bucket:
    """A bucket, looked at without the program's own code."""

    def __init__(self, service: dict[str, str], name: str) -> None:
        self.name = name
        self._s3: Any = boto3.client(
            "s3",
            endpoint_url=service["AWS_ENDPOINT_URL"],
            aws_access_key_id="test",
            aws_secret_access_key="test",
            region_name="us-east-1",
            config=Config(retries={"max_attempts": 1}),
        )
        self._s3.create_bucket(Bucket=name)

    def url(self, path: str = "") -> str:
        return f"s3://{self.name}/{path}".rstrip("/")

    def put(self, key: str, data: bytes | str) -> None:
        body = data.encode() if isinstance(data, str) else data
        self._s3.put_object(Bucket=self.name, Key=key, Body=body)

    def put_folder(self, folder: Path, below: str) -> None:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                self.put(f"{below}/{path.relative_to(folder).as_posix()}", path.read_bytes())

    def get(self, key: str) -> bytes:
        data: bytes = self._s3.get_object(Bucket=self.name, Key=key)["Body"].read()
        return data

    def keys(self, below: str = "") -> list[str]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=below)
        return [item["Key"] for page in pages for item in page.get("Contents", ())]

    def delete(self, *keys: str) -> None:
        for key in keys:
            self._s3.delete_object(Bucket=self.name, Key=key)

    def contents(self) -> dict[str, bytes]:
        return {key: self.get(key) for key in self.keys()}

    def restore(self, contents: dict[str, bytes]) -> None:
        self.delete(*(key for key in self.keys() if key not in contents))
        for key, data in contents.items():
            self.put(key, data)

    def current(self, below: str) -> str | None:
        """Return the current release as a reader finds it; each of its files must be whole."""
        if f"{below}/latest.json" not in self.keys(below):
            return None
        said = json.loads(self.get(f"{below}/latest.json"))
        place = f"{below}/{said['path']}"
        manifest = json.loads(self.get(f"{place}/manifest.json"))
        assert manifest["release"] == said["release"]
        for said_of in manifest["tables"].values():
            table = TableFile(**said_of)
            data = self.get(f"{place}/{table.file}")
            assert (len(data), hashlib.sha256(data).hexdigest()) == (table.bytes, table.sha256)
        release: str = said["release"]
        return release
