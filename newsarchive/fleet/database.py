"""The fleet's PostgreSQL database: its tables, and connections that notice when the other end is gone."""

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import TupleRow

from newsarchive.archive.errors import ArchiveBusy, ArchiveError

Connection = psycopg.Connection[TupleRow]

VERSION = 1
_SCHEMA = """
CREATE SCHEMA newsarchive;
CREATE TABLE newsarchive.about (version integer NOT NULL, store text NOT NULL);
CREATE TABLE newsarchive.batch (
  n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, site text NOT NULL, kind text NOT NULL, plan bigint,
  spider text NOT NULL, arguments jsonb NOT NULL, entries jsonb NOT NULL, size integer NOT NULL,
  state text NOT NULL DEFAULT 'open', begun integer NOT NULL DEFAULT 0, attempts integer NOT NULL DEFAULT 0, refusals integer NOT NULL DEFAULT 0,
  worker text, planned_at timestamptz NOT NULL DEFAULT now(), taken_at timestamptz, ended_at timestamptz,
  verdict text, result jsonb, marks jsonb);
CREATE INDEX batch_waits ON newsarchive.batch (site, n) WHERE state IN ('open', 'taken');
CREATE INDEX batch_of_plan ON newsarchive.batch (plan) WHERE plan IS NOT NULL;
CREATE TABLE newsarchive.part (
  n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, site text NOT NULL, name text NOT NULL, bytes bigint NOT NULL,
  entry jsonb, UNIQUE (site, name));
CREATE TABLE newsarchive.known (
  key bytea PRIMARY KEY, n bigint GENERATED ALWAYS AS IDENTITY, site text NOT NULL, kind text NOT NULL, id text NOT NULL,
  revision integer NOT NULL, content_hash text, prints text NOT NULL, fetched_at text, source text, url text,
  published_at text, modified_at text, comment_count integer, complete boolean, gone boolean NOT NULL,
  part bigint NOT NULL, place bigint NOT NULL, length integer NOT NULL);
CREATE INDEX known_order ON newsarchive.known (site, kind, n);
CREATE TABLE newsarchive.older (
  key bytea, revision integer, part bigint NOT NULL, place bigint NOT NULL, length integer NOT NULL,
  PRIMARY KEY (key, revision));
CREATE TABLE newsarchive.address (key bytea PRIMARY KEY, site text NOT NULL, id text NOT NULL, logged boolean NOT NULL);
CREATE TABLE newsarchive.seen (
  key bytea PRIMARY KEY, site text NOT NULL, at text, modified_at text, comment_count integer, complete boolean, etag text);
CREATE TABLE newsarchive.watermark (site text, name text, value text NOT NULL, PRIMARY KEY (site, name));
CREATE TABLE newsarchive.near (
  n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, site text NOT NULL, id text NOT NULL UNIQUE,
  signature bytea NOT NULL, bands bigint[] NOT NULL);
CREATE INDEX near_order ON newsarchive.near (site, n);
CREATE INDEX near_bands ON newsarchive.near USING gin (bands);
"""

# A machine that vanishes without a word is noticed within a minute, at both ends: what it held is let go then.
ALIVE: Mapping[str, Any] = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
_OPTIONS = "-c search_path=newsarchive,public -c application_name=newsarchive" + "".join(
    f" -c tcp_{name}={value}" for name, value in ALIVE.items()
)


def connect(database: str) -> Connection:
    """A connection on which each statement is its own transaction unless one is begun. Raises ArchiveError where there is none."""
    if not database.startswith(("postgresql://", "postgres://")):
        raise ArchiveError("NEWSARCHIVE_DATABASE: an address of the form postgresql://user@host/database is needed")
    try:
        return psycopg.connect(database, autocommit=True, connect_timeout=10, options=_OPTIONS, **ALIVE)
    except psycopg.OperationalError as error:
        raise ArchiveError(f"the database of NEWSARCHIVE_DATABASE cannot be reached: {error}") from error
    except psycopg.ProgrammingError:  # it quotes what it stumbles over, which may be of the password
        raise ArchiveError(
            "NEWSARCHIVE_DATABASE cannot be read: its parameters are those of libpq, and in its user and password "
            "%, @, / and : stand as %25, %40, %2F and %3A"
        ) from None


def prepare(connection: Connection, store: str, directory: Path | None) -> bool:
    """Makes our tables where there are none; says whether it did. Raises ArchiveError where they belong to another archive.

    One database is the index of one archive. A directory is known by a mark that is left in it, so that a machine that
    has not mounted it is told, and does not archive to a place of its own.
    """
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('newsarchive', 0))")
        new = connection.execute("SELECT to_regclass('newsarchive.about') IS NULL").fetchone() == (True,)
        mark = directory / ".fleet" if directory else None
        if mark is not None:
            if new:
                mark.parent.mkdir(parents=True, exist_ok=True)
                mark.write_text(secrets.token_hex(8))
            store = mark.read_text() if mark.exists() else ""
        if new:
            connection.execute(_SCHEMA)
            connection.execute("INSERT INTO about VALUES (%s, %s)", (VERSION, store))
        found: Any = connection.execute("SELECT version, store FROM about").fetchone()
    if found[0] != VERSION:
        raise ArchiveError(f"the tables of NEWSARCHIVE_DATABASE are of version {found[0]}, not {VERSION}")
    if found[1] != store:
        raise ArchiveError(
            f"the database of NEWSARCHIVE_DATABASE is the index of another archive than {directory or store}: "
            "every machine needs the same NEWSARCHIVE_STORE, a bucket or a directory that all of them have mounted"
        )
    return new


class Hold:
    """The right to write one site, in the whole fleet: it lasts as long as its connection, however its holder ends.

    Raises ArchiveBusy where another process has it.
    """

    def __init__(self, database: str, site: str):
        self.site = site
        self.connection = connect(database)
        taken = self.connection.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 1))", (site,)).fetchone()
        if taken != (True,):
            self.connection.close()
            raise ArchiveBusy(
                f"another process of the fleet is writing {site}. Let it finish, or set NEWSARCHIVE_LOCK_WAIT to the seconds to wait."
            )

    def close(self) -> None:
        """Let the site go."""
        self.connection.close()
