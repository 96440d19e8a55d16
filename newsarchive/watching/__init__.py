"""Watching crawls: what is logged and in which form, numbers for Prometheus, secrets that are never written."""

from newsarchive.watching.logs import dress, start_log
from newsarchive.watching.numbers import Numbers
from newsarchive.watching.secrets import Mask, mask_of

__all__ = ["Mask", "Numbers", "dress", "mask_of", "start_log"]
