"""One PostgreSQL for the tests of this directory, a database of its own for each."""

import itertools
import os
from collections.abc import Callable, Iterator

import pytest

from tests.fleet.postgres import Postgres, programs

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    if programs() is None and not os.environ.get("CI"):
        pytest.skip("PostgreSQL is not installed here (apt-get install postgresql)")
    with Postgres() as server:
        yield server


@pytest.fixture
def new_database(postgres: Postgres) -> Callable[[], str]:
    return lambda: postgres.create(f"test{next(_numbers)}")


@pytest.fixture
def database(new_database: Callable[[], str]) -> str:
    return new_database()
