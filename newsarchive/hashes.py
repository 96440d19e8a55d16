"""A set that remembers what it met by 64-bit hashes, in 12 to 24 bytes each: Python's own takes 90 for a number alone."""

from array import array
from collections.abc import Hashable


class Hashes:
    """Things met in this process. Two of a million are taken for one by chance in one of 40 million such sets."""

    def __init__(self) -> None:
        self._slots = array("Q", bytes(8 * 1024))  # 0: free
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __contains__(self, thing: Hashable) -> bool:
        return self._slots[self._place(_number(thing))] != 0

    def add(self, thing: Hashable) -> bool:
        """Remembers a thing; whether it was new."""
        number = _number(thing)
        place = self._place(number)
        if self._slots[place]:
            return False
        self._slots[place] = number
        self._count += 1
        if self._count * 3 > len(self._slots) * 2:
            old, self._slots = self._slots, array("Q", bytes(16 * len(self._slots)))
            for number in old:
                if number:
                    self._slots[self._place(number)] = number
        return True

    def _place(self, number: int) -> int:
        """Where `number` stands, or the free place where it would."""
        slots = self._slots
        last = len(slots) - 1
        place = number & last
        while slots[place] not in (0, number):
            place = (place + 1) & last
        return place


def _number(thing: Hashable) -> int:
    # A tuple's hash is mixed, a number's is the number itself, in which neighbours would crowd.
    return hash((thing,)) & 0xFFFF_FFFF_FFFF_FFFF or 1
