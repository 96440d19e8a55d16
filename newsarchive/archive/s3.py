"""A prefix in an S3 bucket: sealed parts go in once, verified, and never overwrite anything.

boto3 finds credentials, region and endpoint by AWS' own rules (``AWS_ACCESS_KEY_ID``, ``AWS_ENDPOINT_URL``,
``~/.aws/config``, roles …). https://boto3.amazonaws.com/v1/documentation/api/latest/guide/configuration.html
"""

import base64
import contextlib
import logging
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import md5, sha256
from pathlib import Path
from typing import Any, BinaryIO

import boto3.session
from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, PartialCredentialsError

from newsarchive.archive.errors import ArchiveError
from newsarchive.archive.faults import reached

log = logging.getLogger(__name__)

_PERMANENT = {
    "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "NoSuchBucket", "InvalidBucketName", "AllAccessDisabled",
    "AccountProblem", "ExpiredToken", "InvalidToken", "403", "401", "PermanentRedirect", "AuthorizationHeaderMalformed",
}  # fmt: skip
_LEAST_PART = 5 * 1024 * 1024
"""S3 takes no smaller part of a multipart upload, the last one apart."""


class StoreError(ArchiveError):
    """The bucket did not do what was asked; a later try may find it willing."""


class StoreRefused(StoreError):
    """The bucket refuses: credentials, permission, no such bucket. Trying again changes nothing until a person does."""


class StoreConflict(StoreError):
    """Another object stands under the key; it is left alone."""


@dataclass(frozen=True)
class Sums:
    """A file's checksums, by one reading."""

    size: int
    """In bytes."""
    sha256: str
    md5: str
    parts: tuple[bytes, ...]
    """MD5 of each part of a multipart upload; one for a file that goes in at once."""

    @property
    def etag(self) -> str:
        """The ETag that S3 gives it."""
        if len(self.parts) == 1:
            return self.md5
        return f"{md5(b''.join(self.parts), usedforsecurity=False).hexdigest()}-{len(self.parts)}"


def sums_of(path: Path, part_bytes: int) -> Sums:
    """The checksums of a file that goes in parts of `part_bytes`."""
    whole, strong, parts, size = md5(usedforsecurity=False), sha256(), [], 0
    with path.open("rb") as stream:
        while piece := stream.read(part_bytes):
            whole.update(piece)
            strong.update(piece)
            parts.append(md5(piece, usedforsecurity=False).digest())
            size += len(piece)
    return Sums(size, strong.hexdigest(), whole.hexdigest(), tuple(parts) or (whole.digest(),))


class Bucket:
    """The objects under ``s3://bucket/prefix``. Every method raises StoreError where the store fails it."""

    def __init__(self, url: str, *, part_bytes: int = 16 * 1024 * 1024, client: Any = None):
        found = re.fullmatch(r"s3://([A-Za-z0-9][A-Za-z0-9._-]{1,62})(?:/(.*))?", url)
        if not found:
            raise ArchiveError(f"{url!r} is no address of the form s3://bucket/prefix")
        self.url = url.rstrip("/")
        self.name = found[1]
        self.prefix = (found[2] or "").strip("/")
        self.part_bytes = max(part_bytes, _LEAST_PART)
        with _said():
            self.client = client or boto3.session.Session().client("s3", config=_CONFIG)

    def key(self, *names: str) -> str:
        """The key of something under the prefix."""
        return "/".join(name for name in (self.prefix, *names) if name)

    def put(self, path: Path, key: str, metadata: dict[str, str] | None = None) -> Sums:
        """Store the file under a key that is free, and prove that the store holds it; gives its checksums. A key that holds the same already is fine."""
        sums = sums_of(path, self.part_bytes)
        with _said():
            try:
                if len(sums.parts) == 1:
                    self._put_whole(path, key, sums, metadata or {})
                else:
                    self._put_in_parts(path, key, sums, metadata or {})
            except ClientError as error:
                if _code(error) not in {"PreconditionFailed", "412"}:
                    raise
                log.debug("%s is there already", key)
        self.check(key, sums)
        return sums

    def _put_whole(self, path: Path, key: str, sums: Sums, metadata: dict[str, str]) -> None:
        with path.open("rb") as body:
            arguments = {
                "Bucket": self.name,
                "Key": key,
                "Body": body,
                "ContentMD5": base64.b64encode(sums.parts[0]).decode(),
                "ChecksumSHA256": base64.b64encode(bytes.fromhex(sums.sha256)).decode(),
                "Metadata": {**metadata, "sha256": sums.sha256},
            }
            self._if_free(key, lambda condition: self.client.put_object(**arguments, **condition), body)

    def _put_in_parts(self, path: Path, key: str, sums: Sums, metadata: dict[str, str]) -> None:
        place: dict[str, Any] = {"Bucket": self.name, "Key": key}
        place["UploadId"] = self.client.create_multipart_upload(**place, Metadata={**metadata, "sha256": sums.sha256})[
            "UploadId"
        ]
        try:
            done = []
            with path.open("rb") as stream:
                for number, digest in enumerate(sums.parts, 1):
                    answer = self.client.upload_part(
                        **place,
                        PartNumber=number,
                        Body=stream.read(self.part_bytes),
                        ContentMD5=base64.b64encode(digest).decode(),
                    )
                    done.append({"PartNumber": number, "ETag": answer["ETag"]})
                    reached("in_upload")
            parts = {"Parts": done}
            self._if_free(
                key,
                lambda condition: self.client.complete_multipart_upload(**place, MultipartUpload=parts, **condition),
            )
        except BaseException:
            with contextlib.suppress(StoreError), _said():  # else the next run aborts it
                self.client.abort_multipart_upload(**place)
            raise

    def _if_free(self, key: str, put: Callable[[dict[str, str]], Any], body: BinaryIO | None = None) -> None:
        """Put only where nothing stands; a store that does not know the condition is asked first instead."""
        try:
            put({"IfNoneMatch": "*"})
        except ClientError as error:
            if _code(error) not in {"NotImplemented", "501"}:
                raise
            if self.head(key) is not None:
                log.debug("%s is there already", key)
                return
            if body is not None:
                body.seek(0)
            put({})

    def head(self, key: str) -> dict[str, Any] | None:
        """What the store says of an object; None where there is none."""
        with _said():
            try:
                return dict(self.client.head_object(Bucket=self.name, Key=key))
            except ClientError as error:
                if _code(error) in {"404", "NoSuchKey", "NotFound"}:
                    return None
                raise

    def check(self, key: str, sums: Sums) -> None:
        """Raise StoreConflict unless the store holds exactly these bytes under the key; StoreError where it holds nothing."""
        held = self.head(key)
        if held is None:
            raise StoreError(f"{self.url}: {key} is not there")
        if held.get("ContentLength") == sums.size and held.get("ETag", "").strip('"') == sums.etag:
            return
        # An ETag is no MD5 under some encryptions and after other part sizes: then only the bytes themselves tell.
        if held.get("ContentLength") == sums.size and self.sha256(key) == sums.sha256:
            return
        raise StoreConflict(
            f"{self.url}: {key} holds something else ({held.get('ContentLength')} bytes, not {sums.size})"
        )

    def holds(self, key: str, bytes: int, digest: str) -> bool:
        """Whether the object has this size and SHA-256, by reading it."""
        held = self.head(key)
        return held is not None and held.get("ContentLength") == bytes and self.sha256(key) == digest

    def sha256(self, key: str) -> str:
        """SHA-256 (hex) of what the store holds under the key."""
        digest = sha256()
        for piece in self.read(key):
            digest.update(piece)
        return digest.hexdigest()

    def read(self, key: str) -> Iterator[bytes]:
        """The object's bytes, piece by piece."""
        with _said():
            yield from self.client.get_object(Bucket=self.name, Key=key)["Body"].iter_chunks(1 << 20)

    def fetch(self, key: str, path: Path, digest: str) -> None:
        """Copy an object to the file `path`; raises StoreConflict where it has not the SHA-256 it should have."""
        found = sha256()
        with path.open("wb") as out:
            for piece in self.read(key):
                found.update(piece)
                out.write(piece)
        if found.hexdigest() != digest:
            path.unlink()
            raise StoreConflict(f"{self.url}: {key} has the SHA-256 {found.hexdigest()}, not {digest}")

    def keys(self, *names: str) -> Iterator[str]:
        """The keys below ``prefix/names…/``, sorted."""
        below = self.key(*names) + "/"
        with _said():
            for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=below):
                yield from (found["Key"] for found in page.get("Contents", ()))

    def folders(self) -> list[str]:
        """The names one level below the prefix that have something below them and can be a site's: no leading dot."""
        below = f"{self.prefix}/" if self.prefix else ""
        with _said():
            pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=below, Delimiter="/")
            names = [
                one["Prefix"].removeprefix(below).rstrip("/")
                for page in pages
                for one in page.get("CommonPrefixes", ())
            ]
        return [name for name in names if not name.startswith(".")]

    def abort_uploads(self, keys: Iterable[str]) -> int:
        """Abort multipart uploads that a dead run left for these keys; returns how many."""
        ours, aborted = set(keys), 0
        if not ours:
            return 0
        with _said():
            pages = self.client.get_paginator("list_multipart_uploads").paginate(Bucket=self.name, Prefix=self.prefix)
            left = [upload for page in pages for upload in page.get("Uploads", ()) if upload["Key"] in ours]
            for upload in left:
                self.client.abort_multipart_upload(Bucket=self.name, Key=upload["Key"], UploadId=upload["UploadId"])
                aborted += 1
        return aborted


_CONFIG = Config(
    # Stores other than AWS keep the framing of streamed checksums, or know none: ours go as plain headers.
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
    retries={"mode": "standard", "total_max_attempts": 3},
    connect_timeout=5,
    read_timeout=30,
)


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


class _said:
    """Turns what boto3 raises into our errors, with what a person can do about it."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, FileNotFoundError):
            return  # ours, not the store's
        if isinstance(error, (NoCredentialsError, PartialCredentialsError)):
            raise StoreRefused(f"no AWS credentials: {error}") from error
        if isinstance(error, ClientError) and _code(error) in _PERMANENT:
            raise StoreRefused(f"the store refuses: {error}") from error
        if isinstance(error, (ClientError, BotoCoreError, Boto3Error, OSError)):
            raise StoreError(f"the store fails: {error}") from error
