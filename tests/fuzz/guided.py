"""Fuzz one target with atheris, whose libFuzzer keeps what reaches new branches: a process of its own for `run.py`.

    python tests/fuzz/guided.py TARGET CORPUS CRASHES SECONDS SEED

Half of the mutations are libFuzzer's, half are ours (`mutation`); frames get their checksums mended.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["compress"]):
    from mutation import mended, mutated
    from targets import TARGETS
    from trying import Crashes, bounded

    from compress.kernel import compilation

    # What functions import is instrumented as well: each target takes its seeds here.
    with compilation("never"):
        target = TARGETS[sys.argv[1]]
        seeds = [*target.seeds()]
        for seed in seeds:
            target.try_(seed)


def main() -> None:
    """Fuzz for so long; libFuzzer ends the process."""
    corpus, folder, seconds, begin = sys.argv[2:6]
    for place, seed in enumerate(seeds):
        (Path(corpus) / f"seed-{place}").write_bytes(seed)
    crashes = Crashes(target, Path(folder))

    def mutate(data: bytes, most: int, number: int) -> bytes:
        chance = random.Random(number)
        data = atheris.Mutate(data, most) if chance.randrange(2) else mutated(data, chance, seeds, target.words)
        return (mended(data) if target.is_frame else data)[:most]

    bounded()
    # -timeout=0: SIGALRM is ours.
    # What it calls slow it keeps beside the corpus, and not where the project is.
    options = ["-max_len=20000", "-timeout=0", "-rss_limit_mb=0", "-print_final_stats=1", f"-artifact_prefix={corpus}/"]
    with compilation("never"):
        atheris.Setup(
            [sys.argv[0], *options, f"-max_total_time={seconds}", f"-seed={begin}", corpus],
            crashes.look,
            custom_mutator=mutate,
        )
        atheris.Fuzz()


main()
