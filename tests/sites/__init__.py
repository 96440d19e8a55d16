"""A small WordPress-shaped news site, served from the standard library: for tests, benchmarks and the demo."""

from .faults import TRANSIENT, FaultRule
from .options import Options
from .server import SampleSite

__all__ = ["TRANSIENT", "FaultRule", "Options", "SampleSite"]
