"""Builds the egg that Scrapyd runs (`make deploy`). What the project needs is in requirements.txt: Scrapyd installs nothing."""

import re
from pathlib import Path

from setuptools import find_packages, setup

HERE = Path(__file__).resolve().parent
ROOMS = ("newsarchive", "spiders", "pipelines")

setup(
    name="newsarchive",
    version=re.search(r'__version__ = "(.+)"', (HERE / "newsarchive/__init__.py").read_text("utf-8"))[1],
    python_requires=">=3.10",
    packages=find_packages(include=[pattern for room in ROOMS for pattern in (room, f"{room}.*")]),
    # Whatever lies beside the modules goes along; it is read by importlib.resources, which reads from a zip too.
    package_data={room: ["**/*.json", "**/*.html", "**/*.css", "**/*.svg", "**/*.sql", "**/*.toml"] for room in ROOMS},
    zip_safe=True,
    entry_points={"scrapy": ["settings = newsarchive.settings"]},
)
