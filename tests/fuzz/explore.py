"""Coverage-guided fuzzing of every target, as long as it is told: ``python -m tests.fuzz.explore --seconds 60``.

Needs atheris (``make fuzz`` installs it where PyPI has it for this Python and machine). What breaks a promise is left
under build/fuzz/found/<target>/ and ends the run with exit code 1; once mended, the file belongs into
tests/fuzz/found/<target>/, where it is a test. The corpus is kept in build/fuzz/corpus/ for the next run.
"""

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "build" / "fuzz"
CORPUS, FOUND, CRASHED = WORK / "corpus", WORK / "found", WORK / "crashed"
LONGEST_BYTES = 8_192
SLOW_SECONDS = 20
"""An input that takes longer is a finding."""


def explore(seconds: int) -> None:
    """Fuzzes in this process, which libFuzzer ends. The first byte of an input says which target it is for."""
    import atheris

    with atheris.instrument_imports(include=["newsarchive.discovery", "newsarchive.guard", "newsarchive.wordpress",
                                             "newsarchive.wpdiscuz", "newsarchive.tweets", "newsarchive.threads"]):  # fmt: skip
        from tests.fuzz.targets import TARGETS
    from tests.fuzz.seeds import PIECES, seeds

    targets = list(TARGETS.values())
    for number, body in enumerate(seeds()):
        for turn in (0, 4):  # each for two of the targets
            target = (number + turn) % len(targets)
            (CORPUS / f"seed-{number}-{turn}").write_bytes(bytes([target]) + body[: LONGEST_BYTES - 1])
    words = WORK / "words"
    words.write_text("".join(f'"{_quoted(piece)}"\n' for piece in PIECES if len(piece) < 64))
    options = [
        f"-max_total_time={seconds}", f"-max_len={LONGEST_BYTES}", f"-timeout={SLOW_SECONDS}", "-rss_limit_mb=2048",
        f"-dict={words}", f"-artifact_prefix={CRASHED}/", "-print_final_stats=1", "-verbosity=0",
    ]  # fmt: skip

    def one(data: bytes) -> None:
        if data:
            targets[data[0] % len(targets)](data[1:])

    atheris.Setup([sys.argv[0], *options, str(CORPUS)], one)
    atheris.Fuzz()


def _quoted(piece: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in piece)


def main() -> int:
    """1 where something was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--here", action="store_true", help="in this process, which ends with the run")
    given = parser.parse_args()
    for folder in (CORPUS, CRASHED):
        folder.mkdir(parents=True, exist_ok=True)
    if given.here:
        explore(given.seconds)
        return 0
    command = [sys.executable, "-m", "tests.fuzz.explore", "--here", "--seconds", str(given.seconds)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, errors="replace", check=False)
    print(*(line for line in done.stderr.splitlines() if line.startswith("stat::")), sep="\n")
    if not done.returncode:
        return 0
    from tests.fuzz.targets import TARGETS

    print(done.stdout[-4_000:], done.stderr[-4_000:], sep="\n")
    for file in CRASHED.iterdir():
        data = file.read_bytes()
        target = FOUND / list(TARGETS)[data[0] % len(TARGETS)]
        target.mkdir(parents=True, exist_ok=True)
        (target / f"{file.name}.bin").write_bytes(data[1:])
        file.unlink()
        print(f"left in {target / file.name}.bin")
    return 1


if __name__ == "__main__":
    sys.exit(main())
