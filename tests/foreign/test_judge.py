"""A coder from outside is found out where it is wrong, and left alone where it is not."""

from __future__ import annotations

import functools
import json
import math
import os
import shutil
import signal
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast
from xml.etree import ElementTree

import numpy as np
import pytest

import compress
from compress.cli.main import run
from compress.errors import DataError, SpecError
from compress.foreign.choice import at_work, chosen
from compress.foreign.coder import ForeignCoder
from compress.foreign.limits import Allowance
from compress.foreign.messages import Call, Decode, Encode, Make, Trouble
from compress.foreign.shapes import Payload
from compress.foreign.workshop import Outcome, Workshop
from compress.judging.cases import STREAMS, Case, cases, stream_of
from compress.judging.court import PRACTICES, Court, Wrong
from compress.judging.judge import Judgement, _honest, _weighed, judge
from compress.probability.distribution import Distribution

BROKEN, OURS = (Path(__file__).with_name(f"{name}.py") for name in ("broken", "ours"))
SAMPLES = Path(__file__).parents[2] / "samples" / "coders"

pytestmark = [pytest.mark.timeout(600), pytest.mark.skipif(not SAMPLES.is_dir(), reason="needs a checkout")]


# What is asked of a coder within a tenth of a second or so; the whole court sits for two of them, and in the long runs.
QUICK = [case.name for case in cases(0) if not case.is_large] + [practice.name for practice in PRACTICES]
WEIGHED = [stream.name for stream in STREAMS[:3]]
# The cases, the practices and the streams, and whether it is honest and silent.
ALL = len(cases(0)) + len(PRACTICES) + len(STREAMS) + 2


def judged(name: str, *only: str, **how: Any) -> Judgement:
    return judge(f"{BROKEN}:{name}", only=only, **{"timeout": 60.0, **how})


# Each with the case that is to catch it.
WRONG = {
    "LastSymbolLost": "one symbol",
    "FlushForgotten": "an alphabet of 2",
    "NeedsEnd": "one symbol",
    "Huffman": "an alphabet of 1",
    "NoMoreThan256": "an alphabet of 257",
    "Shared": "two coders at once",
    "Remembers": "one symbol",
    "NotDeterministic": "the same message twice",
    "FloatSums": "a token of 1 - 1e-9",
    "CountOf16Bits": "65,535 to 1, alternating, 70,000",
    "Liar": "keeps to what it states",
    "Smuggler": "honest",
}


SLOW = WRONG.keys() - {"LastSymbolLost", "Huffman", "Liar", "Smuggler"}


@pytest.mark.parametrize("name", [pytest.param(name, marks=[pytest.mark.slow] * (name in SLOW)) for name in WRONG])
def test_a_coder_with_one_thing_wrong_is_caught_by_the_case_for_it(name: str) -> None:
    asked = WEIGHED if WRONG[name] == "honest" else [WRONG[name]]
    # One of them narrows to nothing, and goes on for ever.
    made = judged(name, *asked, timeout=2.0 if name == "FloatSums" else 60.0)
    assert made.verdict == "fail"
    assert WRONG[name] in [ruling.case for ruling in made.failed]
    assert all(ruling.expected and ruling.got for ruling in made.failed)


RIGHT = ["Mended", "Arithmetic", "Honest", "pair", "SpareWord", "Told"]


QUICKEST = ("Mended",)


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] * (name not in QUICKEST)) for name in RIGHT]
)
def test_a_coder_that_is_right_passes(name: str) -> None:
    made = judged(name, *QUICK)
    assert [ruling.case for ruling in (*made.failed, *made.refused)] == []
    assert len(made.rulings) == len(QUICK) + 1


@pytest.mark.slow
@pytest.mark.parametrize("name", ["Mended", *(pytest.param(name, marks=pytest.mark.fuzz) for name in RIGHT[1:])])
def test_a_coder_that_is_right_passes_the_whole_court(name: str) -> None:
    made = judged(name)
    assert [ruling.case for ruling in (*made.failed, *made.refused)] == []
    assert len(made.rulings) == ALL


@pytest.mark.fuzz
@pytest.mark.parametrize("name", WRONG)
def test_a_coder_with_one_thing_wrong_fails_in_the_whole_court(name: str) -> None:
    made = judged(name, timeout=3.0) if name == "FloatSums" else judged(name)
    assert WRONG[name] in [ruling.case for ruling in made.failed]
    assert len(made.rulings) == ALL


def test_a_case_that_does_not_exist_is_named_with_the_nearest() -> None:
    with pytest.raises(SpecError, match="no case is called 'no symbols'; did you mean 'no symbol'"):
        judged("Mended", "no symbols")
    with pytest.raises(SpecError, match="no case is called 'zipf:k=45'"):
        judged("Mended", "zipf:k=45")


@pytest.mark.slow
def test_only_what_is_wrong_fails() -> None:
    """The student's coder has one mistake, and one case shows it, with the smallest message."""
    [ruling] = judge(f"{SAMPLES / 'student.py'}:Huffman").failed
    assert (ruling.expected, ruling.got) == ("0", "no symbol")
    assert ruling.smallest == "K = 1, q = 1; message 0"
    [ruling] = judged("CountOf16Bits", WRONG["CountOf16Bits"]).failed
    assert ruling.smallest.endswith("... (65,536 symbols)")
    [ruling] = judged("Smuggler", *WEIGHED).failed
    assert "too good to be true" in ruling.got


def test_lengths_that_no_code_has_are_told_by_their_sum() -> None:
    for name, kraft in (("Liar", "2"), ("Overstates", "2")):
        [ruling] = judged(name, "keeps to what it states").failed
        assert (ruling.case, ruling.got) == ("keeps to what it states", f"Σ 2^-length = {kraft}")


@pytest.mark.slow
def test_what_a_coder_looks_like() -> None:
    assert judged("Arithmetic", *WEIGHED).laws == ("arithmetic",)
    mended = judged("Mended", *WEIGHED)
    assert mended.laws == ("optimal prefix code",)
    assert judge("zlib:", only=WEIGHED).laws == ()
    assert mended.is_self_delimiting is True
    assert judged("Huffman", "no symbol").is_self_delimiting is False


@pytest.mark.slow
def test_costs_stand_beside_ours() -> None:
    spare = {cost.stream: cost for cost in judged("SpareWord", *WEIGHED).costs}
    flips = spare["flips of 0.7"]
    assert flips.ours["huffman"] == flips.n
    assert flips.payload_bits > 1.2 * flips.n
    told = judged("Told", *WEIGHED).costs[1]
    # The message is in the model, and there it is counted: a byte each, and what pickle says around them.
    assert told.payload_bits == 0
    assert told.info_bits > 8 * told.n
    assert told.excess_bits > 7 * told.n


@pytest.mark.parametrize(
    "name", ["Huffman", *(pytest.param(name, marks=pytest.mark.slow) for name in ("Arithmetic", "Shannon", "Fixed"))]
)
def test_our_own_coders_pass_as_if_they_were_somebody_elses(name: str) -> None:
    made = judge(f"{OURS}:{name}", only=[*QUICK[:8], *WEIGHED], timeout=60)
    assert [ruling.case for ruling in (*made.failed, *made.refused)] == []
    law = {"Arithmetic": ("arithmetic",), "Huffman": ("optimal prefix code",), "Shannon": ("Shannon",), "Fixed": ()}
    assert made.laws == law[name]
    assert name.lower() in made.twins
    # Of Huffman's, some other codes of these five streams are as short.
    assert name == "Huffman" or set(made.twins) <= {name.lower(), "textbook:32", "range:24"}
    assert {"golomb:best", "rans:14", "textbook:32", "block:2"} <= made.costs[0].ours.keys()
    assert made.is_self_delimiting


@pytest.mark.slow
def test_a_payload_comes_in_what_divides_all_payloads() -> None:
    large = [case.name for case in cases(0) if case.q.size > 256]
    made = judged("ByteEach", *large, "one symbol", *WEIGHED)
    assert all(cost.payload_bits % 32 == 0 for cost in made.costs)
    assert (made.verdict, made.granule, len(made.refused)) == ("pass", 8, len(large)) == ("pass", 8, 3)
    nothing = judged("Nothing", *WEIGHED)
    assert (nothing.granule, judged("Told", *WEIGHED).granule) == (None, None)
    # Of what came to nothing nobody can say that it was honest.
    [honest] = [ruling for ruling in nothing.rulings if ruling.case == "honest"]
    assert (honest.verdict, honest.got) == ("refused", "none did")


@pytest.mark.slow
def test_words_behind_a_payload_of_words_do_not_matter() -> None:
    made = judge(f"{OURS}:InWords", only=[*QUICK[:8], *WEIGHED], timeout=60)
    assert made.failed == ()
    assert (made.granule, made.laws, made.is_self_delimiting) == (32, ("arithmetic",), True)


@pytest.mark.fuzz
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", ["Arithmetic", "Huffman", "Shannon", "Fixed"])
def test_a_thousand_seeds_raise_no_false_alarm(name: str) -> None:
    least, asked = math.inf, 0
    with Workshop(f"{OURS}:{name}", Allowance(60)) as workshop:
        court = Court(workshop)
        for seed in range(1_000):
            for case, before in zip(cases(seed), cases(0), strict=True):
                if seed and all(map(np.array_equal, case.messages, before.messages)):
                    continue
                ruling, _ = court.ruled(case)
                assert ruling.verdict == "pass", (seed, ruling)
                asked += 1
            weighings = [_weighed(court, stream, seed) for stream in STREAMS]
            costs = [cost for _, cost in weighings if cost is not None]
            assert all(ruling.verdict == "pass" for ruling, _ in weighings)
            assert len(costs) == len(STREAMS)
            assert _honest(costs, needs_end=False).verdict == "pass"
            least = min(least, *(cost.excess_bits for cost in costs))
    print(f"\n{name}: {asked:,} cases, 1,000 seeds of {len(STREAMS)} streams, {least:.4f} bits above P's own surprise")


def test_a_case_is_what_its_name_says() -> None:
    every = {case.name: case for case in cases(0)}
    alphabets = [name.removeprefix("an alphabet of ") for name in every if name.startswith("an alphabet of ")]
    assert alphabets == ["1", "2", "3", "255", "256", "257", "1,025", "5,000"]
    for size in alphabets:
        assert every[f"an alphabet of {size}"].q.size == int(size.replace(",", ""))
    for many in (4, 5, 7, 8, 9):
        assert every[f"{many} tokens alike"].q.tolist() == [1 / many] * many
    near = every["probabilities 1e-12 apart"].q
    assert near[0] - near[1] == pytest.approx(1e-12, rel=1e-3)
    assert every["a token of 1 - 1e-9"].q[0] == 1 - 1e-9
    rare = every["65,535 to 1, alternating, 70,000"]
    assert rare.q[0] == 65_535 * rare.q[1]
    assert [message.size for message in rare.messages] == [70_000]
    assert [message.size for message in every["100,000 tokens of zipf"].messages] == [100_000]
    for case in every.values():
        assert case.q.sum() == pytest.approx(1, abs=1e-15), case.name
        for message in case.messages:
            assert ((message >= 0) & (message < case.q.size)).all(), case.name


@pytest.mark.slow
def test_a_seed_draws_the_messages_of_the_cases() -> None:
    first, again, other = cases(1), cases(1), cases(2)
    assert [case.name for case in first] == [case.name for case in other]
    assert len({case.name for case in first}) == len(first)

    def messages(asked: tuple[Case, ...]) -> list[list[int]]:
        return [message.tolist() for case in asked for message in case.messages]

    assert messages(first) == messages(again)
    drawn = {case.name for case, new in zip(first, other, strict=True) if messages((case,)) != messages((new,))}
    assert {"an alphabet of 2", "9 tokens alike", "probabilities that are drawn", "100,000 tokens of zipf"} <= drawn
    assert len(drawn) == 20
    sizes, excluded = set(), 0
    for seed in range(100):
        for case in cases(seed):
            assert case.q.sum() == pytest.approx(1)
            for message in case.messages:
                assert message.size == 0 or case.q[message].min() > 0, case.name
        [uneven] = [case.q for case in cases(seed) if case.name == "probabilities that are drawn"]
        sizes.add(uneven.size)
        excluded += int((uneven == 0).any())
    assert sizes <= set(range(2, 41))
    # A seed draws the same for ever.
    assert [case.q.size for case in cases(11) if case.name == "probabilities that are drawn"] == [34]
    assert len(sizes) > 30
    assert 0 < excluded < 100


@pytest.mark.slow
def test_a_program_in_c_is_judged(tmp_path: Path) -> None:
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("needs a C compiler")
    program = tmp_path / "fixed"
    subprocess.run([compiler, "-O2", "-o", str(program), str(SAMPLES / "fixed.c")], check=True, timeout=100)
    made = judge(f"exec:{program}", only=[*QUICK, *WEIGHED], timeout=60)
    assert made.verdict == "pass"
    assert (made.granule, made.laws, made.is_self_delimiting) == (8, (), True)
    # 100 flips of a bit each fill 13 bytes.
    assert made.costs[0].payload_bits == 104


def test_a_refusal_is_listed_apart() -> None:
    made = judged("large_alphabets_refused", *(case.name for case in cases(0) if case.q.size > 40))
    assert made.verdict == "pass"
    assert [ruling.case for ruling in made.refused] == [
        "an alphabet of 257",
        "an alphabet of 1,025",
        "an alphabet of 5,000",
    ]
    assert (
        made.refused[0].got == "ValueError: more than 256 symbols (broken.py:" + made.refused[0].got.rpartition(":")[2]
    )


MISBEHAVED = {
    "Dies": "its process was ended by SIGABRT",
    "Faults": "its process was ended by SIGSEGV",
    "Exits": "SystemExit: enough (broken.py:",
    "Leaves": "its process ended with status 7",
    "Eats": "MemoryError (broken.py:",
    "Panics": "PanicError: called `unwrap()` on a `None` value (broken.py:",
    "Text": "encode gave a str, neither bytes nor a bitarray",
    "Floats": "decode gave a ndarray of float64, not a row of whole numbers",
    "Beyond": "1000000",
    "TooFew": "no symbol",
    "Nothing": "it is of type Nothing, without encode and decode, or compress and decompress",
}


@pytest.mark.parametrize("name", MISBEHAVED)
def test_misbehaviour_is_a_failed_case_with_a_line_that_says_so(name: str) -> None:
    asked = ["no symbol", "one symbol", "two symbols", "the same message twice"]
    made = judged(name, *asked, max_memory=2 << 30)
    assert made.failed[0].got.startswith(MISBEHAVED[name]) or MISBEHAVED[name] in made.failed[1].got
    assert len(made.rulings) == len(asked) + 1


SENT = {
    "Unpickles": "it sent an answer that no call asked for",
    "Pretends": "it sent an answer that no call asked for",
    "StatesTooMuch": "it sent an answer that no call asked for",
    "Floods": f"it sent {1 << 60:,} bytes, and may take {2 << 30:,}",
}


@pytest.mark.parametrize("name", SENT)
def test_whatever_a_coder_sends_does_nothing_here(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has the process that answers for it in its hands, and so can send any bytes."""
    monkeypatch.setenv("MARK", str(tmp_path / "mark"))
    made = judged(name, "one symbol", "the same message twice", max_memory=2 << 30)
    assert [ruling.got for ruling in made.failed] == [SENT[name]] * 2
    assert not (tmp_path / "mark").exists()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["SmugglesHere", "SmugglesInTemporary", "SmugglesAtHome"])
def test_what_is_kept_in_a_file_is_gone_when_it_is_decoded(name: str) -> None:
    for ruling in judged(name, *WEIGHED[1:]).failed[: len(WEIGHED) - 1]:
        assert ruling.got.startswith("FileNotFoundError: ")


@pytest.mark.slow
def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a process in a session of its own, nor a folder."""
    if not Path("/proc/self/task").exists():
        pytest.skip("needs Linux, where orphans are adopted")
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    monkeypatch.setenv("MARK", str(tmp_path / "mark"))
    assert judged("LeavesBehind", "no symbol").verdict == "pass"
    pids = [int(pid) for pid in (tmp_path / "mark").read_text().split()]
    assert pids
    assert not any(map(is_alive, pids))
    assert [*(tmp_path / "tmp").iterdir()] == []


@pytest.mark.timeout(60)
def test_a_disk_that_is_full_is_told_and_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The keeper waits for room for its children, and whoever asks must not wait for the keeper."""

    def full(*_: object, **__: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("compress.foreign.workshop.tempfile.mkdtemp", full)
    with pytest.raises(DataError, match="Mended: no folder could be made for it: No space left on device"):
        judged("Mended", "one symbol")


def test_a_program_is_named_from_where_it_is_judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "same.py").write_text(PROGRAM)
    monkeypatch.chdir(tmp_path)
    made = judge(f"exec:{sys.executable} same.py", only=["one symbol"], timeout=60)
    assert [ruling.verdict for ruling in made.rulings] == ["pass", "pass"]


# Who waits longer than it is told is still waiting then.
@pytest.mark.slow
@pytest.mark.timeout(30)
def test_an_endless_loop_is_ended_and_not_waited_for_again_and_again() -> None:
    made = judged("Loops", *(case.name for case in cases(0)[:4]), timeout=0.3)
    assert made.failed[0].got == "it did not answer within 0.3 s"
    assert made.failed[-1].got == "not tried, for it has hung 3 times"


def test_a_message_that_fails_is_made_smaller_by_sixty_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 256 tokens no part fails: ten beginnings are tried, and gaps of 128 tokens, of 64, and so on."""
    court, asked = Court(cast("Workshop", None)), list[int]()

    def right(case: Case) -> tuple[()]:
        asked.extend(message.size for message in case.messages)
        return ()

    monkeypatch.setattr(court, "_round_trip", right)
    message, wrong = np.zeros(256, np.int64), Wrong("expected", "got")
    kept, still = court._smallest(Case("case", np.array([1.0]), (message,)), message, wrong)
    assert kept.size == 256
    assert still is wrong
    assert asked[:10] == [0, 1, 2, 3, 4, 8, 16, 32, 64, 128]
    assert asked[10:] == [128] * 2 + [192] * 4 + [224] * 8 + [240] * 16 + [248] * 20


@pytest.mark.parametrize(
    ("sizes", "granule"),
    [
        ((), None),
        ((0,), None),
        ((5, 8), 1),
        ((24, 40), 8),
        ((0, 48), 16),
        ((48, 80), 16),
        ((96, 160), 32),
        ((128,), 64),
    ],
)
def test_the_granule_divides_the_bits_of_all_payloads(sizes: tuple[int, ...], granule: int | None) -> None:
    court = Court(cast("Workshop", None))
    court._sizes.update(sizes)
    assert court.granule == granule


def test_whatever_ends_its_process_over_a_damaged_payload_is_told() -> None:
    """An exception and a wrong message are both allowed; a process that ends is not, nor one that hangs."""

    class Fragile:
        def __init__(self, kind: str) -> None:
            self.kind = kind

        def run(self, calls: Sequence[Call]) -> Outcome:
            made, asked = calls
            assert isinstance(made, Make)
            if isinstance(asked, Encode):
                return Outcome([None, Payload(bytes(range(100)), 800)])
            assert isinstance(asked, Decode)
            # Of a coder that was not made nothing can be asked.
            kind = self.kind if made.slot == asked.slot and asked.payload.data[50] != 50 else "raised"
            return Outcome([None], Trouble(kind, "it has ended"))

    for kind, got in (("died", "it has ended"), ("hung", "it has ended"), ("raised", None)):
        wrong = Court(cast("Workshop", Fragile(kind))).survives()
        assert (wrong and wrong.got) == got


def test_of_several_messages_the_one_that_cannot_be_encoded_is_named() -> None:
    """It is the second of three: what came before it, its coder and a payload, is not what failed."""

    class Second:
        def run(self, calls: Sequence[Call]) -> Outcome:
            answers = list[Any]()
            for call in calls:
                if isinstance(call, Encode) and 7 in call.symbols:
                    return Outcome(answers, Trouble("raised", "no 7", "RuntimeError"))
                if isinstance(call, Encode):
                    answers.append(Payload(call.symbols.tobytes(), 64 * call.symbols.size))
                else:
                    answers.append(np.frombuffer(call.payload.data, np.int64) if isinstance(call, Decode) else None)
            return Outcome(answers)

    court = Court(cast("Workshop", Second()))
    messages = tuple(np.array(each, np.int64) for each in ([1], [7, 1], [2]))
    ruling, payloads = court.ruled(Case("three", np.full(8, 1 / 8), messages))
    assert (ruling.verdict, ruling.expected, ruling.got) == ("fail", "a payload", "no 7")
    assert ruling.smallest.endswith("; message 7")
    assert payloads == ()


def test_what_has_hung_three_times_is_not_asked_again() -> None:
    asked: list[Sequence[Call]] = []

    class Hanging:
        def run(self, calls: Sequence[Call]) -> Outcome:
            asked.append(calls)
            return Outcome(trouble=Trouble("hung", "it did not answer"))

    court = Court(cast("Workshop", Hanging()))
    outcomes = [court.run() for _ in range(5)]
    assert len(asked) == 3
    assert [outcome.trouble and outcome.trouble.message for outcome in outcomes] == [
        *3 * ["it did not answer"],
        *2 * ["not tried, for it has hung 3 times"],
    ]


@pytest.mark.parametrize("where", ["encode", pytest.param("import", marks=pytest.mark.slow)])
def test_nothing_is_left_of_a_loop_whose_judge_is_killed(where: str, tmp_path: Path) -> None:
    noted = tmp_path / "pids"
    loop = f"with open({str(noted)!r}, 'a') as file: print(os.getpid(), file=file)\n    while True: time.sleep(0.1)\n"
    text = {
        "encode": f"import os\nimport time\nimport zlib\ndef encode(data):\n    {loop}decode = zlib.decompress\n",
        "import": f"import os\nimport time\nif True:\n    {loop}",
    }[where]
    (tmp_path / "c.py").write_text(text)
    (tmp_path / "go.py").write_text(f"import compress\ncompress.judge({str(tmp_path / 'c.py')!r} + ':', timeout=1)\n")
    places = {**os.environ, "PYTHONPATH": str(Path(compress.__file__).parents[1])}
    judging = subprocess.Popen([sys.executable, str(tmp_path / "go.py")], env=places)
    wait_until(lambda: noted.exists() and noted.read_text().endswith("\n"))
    judging.kill()
    judging.wait()
    [pid] = map(int, noted.read_text().split())
    wait_until(lambda: not is_alive(pid))


@pytest.mark.parametrize("how", ["interrupted", pytest.param("killed", marks=pytest.mark.slow)])
def test_nothing_is_left_of_a_loop_that_is(how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks goes on, and asks no longer; or the keeper is killed, as by a system that has no memory left."""
    if how == "killed" and sys.platform != "linux":
        pytest.skip("nothing ties a child to its keeper there")
    noted = tmp_path / "pids"
    noting = f"with open({str(noted)!r}, 'a') as file: print(os.getpid(), os.getppid(), file=file)\n"
    loop = f"{noting}    while True: time.sleep(0.1)\n"
    (tmp_path / "c.py").write_text(
        f"import os\nimport time\nimport zlib\ndef encode(data):\n    {loop}decode = zlib.decompress\n"
    )
    pids: list[int] = []

    def stopped(*_: object) -> None:
        wait_until(lambda: noted.exists() and noted.read_text().endswith("\n"))
        pids.extend(map(int, noted.read_text().split()))
        if how == "killed":
            os.kill(pids[1], signal.SIGKILL)
        raise KeyboardInterrupt

    monkeypatch.setattr("compress.foreign.workshop.read_frame", stopped)
    with pytest.raises(KeyboardInterrupt), Workshop(f"{tmp_path / 'c.py'}:") as workshop:
        workshop.run([Make(0, np.array([0.5, 0.5])), Encode(0, np.array([0, 1]))])
    assert len(pids) == 2
    for pid in pids:
        wait_until(functools.partial(lambda pid: not is_alive(pid), pid))


def wait_until(happens: Callable[[], bool]) -> None:
    """At most 40 seconds."""
    for _ in range(800):
        if happens():
            return
        time.sleep(0.05)
    pytest.fail("it does not happen")


def test_what_is_printed_is_told() -> None:
    [ruling] = judged("Prints", "one symbol").failed
    assert ruling.case == "silent"
    assert ruling.got.startswith("'encoding ")


@pytest.mark.slow
def test_whoever_decodes_has_a_process_that_nobody_has_used() -> None:
    q, message = np.array([0.5, 0.5]), np.array([0, 1, 1])
    with Workshop(f"{BROKEN}:Remembers") as workshop:
        together = workshop.run([Make(0, q), Encode(0, message)])
        payload = together.answers[1]
        both = workshop.run([Make(0, q), Encode(0, message), Decode(0, payload, 3)])
        assert both.answers[2].tolist() == [0, 1, 1]
        apart = workshop.run([Make(0, q), Decode(0, payload, 3)])
        assert apart.trouble is not None
        assert apart.trouble.message.startswith("IndexError")


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("nowhere.py:X", "nowhere.py: no such file"),
        (f"{BROKEN}:Nowhere", "has no Nowhere"),
        ("no.such.module:x", "there is no module no.such.module"),
        ("nameless", "no entry point of codelen.coders is called 'nameless'"),
        ("exec:", "exec:: it names no command"),
        ('exec:"unclosed', "its command cannot be read: No closing quotation"),
        ("student.py", "is called 'student.py'; for what is in a file write student.py:NAME"),
        ("", "no entry point of codelen.coders is called ''"),
    ],
)
def test_a_coder_that_cannot_be_had_is_told(spec: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        judge(spec)


@pytest.mark.slow
def test_an_import_that_fails_says_what_and_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("compress.foreign.workshop._GRACE", 0.1)
    for text, message in (
        ("x = 1\nraise KeyError('mine')\n", r"its import failed: KeyError: 'mine' \(c.py:2\)"),
        ("def f(:\n", "its import failed: SyntaxError: "),
        (
            "import nothing_of_the_kind\n",
            "its import failed: ModuleNotFoundError: No module named 'nothing_of_the_kind'",
        ),
        ("import os\nos._exit(3)\n", "its import ended the process: its process ended with status 3"),
    ):
        (tmp_path / "c.py").write_text(text)
        with pytest.raises(DataError, match=message):
            judge(f"{tmp_path / 'c.py'}:C")
    (tmp_path / "c.py").write_text("while True: pass\n")
    with pytest.raises(DataError, match=r"its import did not end within 0\.5 s"):
        judge(f"{tmp_path / 'c.py'}:C", timeout=0.5)


@pytest.mark.slow
def test_a_thing_is_handed_in_as_it_is(tmp_path: Path) -> None:
    """A module, a class that stands in no file, what a function closes over, and an object."""
    made = judge(zlib, only=WEIGHED)
    assert (made.coder, made.verdict) == ("zlib:", "pass")
    level, flips = 9, stream_of(STREAMS[0], 0)[1].astype(np.uint8).tobytes()

    class Mine:
        def compress(self, data: bytes) -> bytes:
            return zlib.compress(data, level)

        def decompress(self, data: bytes) -> bytes:
            return zlib.decompress(data)

    made = judge(Mine, only=WEIGHED)
    assert made.verdict == "pass"
    assert made.costs[0].payload_bits == 8 * len(zlib.compress(flips, level))
    assert made.coder.endswith(":test_a_thing_is_handed_in_as_it_is.<locals>.Mine")
    for thing in (Mine, Mine(), lambda: Mine()):
        run = compress.validate("H=.7,T=.3", coder=thing, n=100)
        assert (run.verdict, run.payload_bits) == ("pass", made.costs[0].payload_bits)
    with pytest.raises(
        DataError, match=r"builtins:generator: it cannot be sent to a process of its own \(.*hand in a cl"
    ):
        judge(each for each in (1, 2))
    # In a program that runs, and not in a module that it imports; and in one that stands in no file.
    text = (
        "import student\n"
        "class Course:\n    class Mine(student.Mended):\n        pass\n"
        "if __name__ == '__main__':\n    import compress\n"
        "    print(compress.judge(Course.Mine, only=['one symbol']).verdict)\n"
    )
    (tmp_path / "mine.py").write_text(text)
    places = {**os.environ, "PYTHONPATH": os.pathsep.join((str(SAMPLES), str(Path(compress.__file__).parents[1])))}
    for command in ([sys.executable, str(tmp_path / "mine.py")], [sys.executable, "-c", text]):
        done = subprocess.run(command, env=places, capture_output=True, text=True, check=False, timeout=100)
        assert (done.stdout, done.stderr) == ("pass\n", "")


class WhoseChild:
    """Its payload is the number of the process that keeps it."""

    def compress(self, data: bytes) -> bytes:
        return os.getppid().to_bytes(8, "little")

    def decompress(self, data: bytes) -> bytes:
        return data


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.slow
def test_a_keeper_lives_as_long_as_it_is_needed() -> None:
    q, message = np.array([0.5, 0.5]), np.array([0, 1, 1])

    def keeper(workshop: Workshop) -> int:
        return int.from_bytes(workshop.run([Make(0, q), Encode(0, message)]).answers[1].data, "little")

    workshop = Workshop(WhoseChild)
    first = keeper(workshop)
    assert keeper(workshop) == first
    workshop.end()
    second = keeper(workshop)
    os.kill(second, signal.SIGKILL)
    gone = workshop.run([Make(0, q)])
    assert gone.trouble is not None
    assert gone.trouble.message == "the process that keeps the coder is gone"
    third = keeper(workshop)
    # Nobody holds it any longer.
    del workshop
    choice = chosen(WhoseChild)
    with at_work([choice]):
        coder = choice.of([1, 1])
        assert isinstance(coder, ForeignCoder)
        one, two = (int.from_bytes(coder.sent(message).data, "little") for _ in range(2))
        assert one == two
    assert len({first, second, third, one}) == 4
    assert not any(map(is_alive, (first, second, third, one)))


class EndsItsKeeper(WhoseChild):
    def compress(self, data: bytes) -> bytes:
        os.kill(os.getppid(), signal.SIGKILL)
        return data


def test_after_a_keeper_has_ended_within_a_job_there_is_another() -> None:
    q, message = np.array([0.5, 0.5]), np.array([0, 1, 1])
    with Workshop(EndsItsKeeper) as workshop:
        assert workshop.run([Make(0, q), Encode(0, message)]).trouble is not None
        assert workshop.run([Make(0, q)]).trouble is None


def test_an_entry_point_is_found_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = tmp_path / "course-1.0.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: course\nVersion: 1.0\n")
    (told / "entry_points.txt").write_text("[codelen.coders]\nours = student:Mended\n")
    places = [str(tmp_path), str(SAMPLES), str(Path(compress.__file__).parents[1])]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(places))
    made = judge("ours", only=WEIGHED, timeout=60)
    assert (made.coder, made.verdict, made.laws) == ("ours", "pass", ("optimal prefix code",))
    monkeypatch.syspath_prepend(tmp_path)
    run = compress.validate("dice:1", coder="ours", n=60)
    assert (run.coder, run.verdict) == ("ours", "pass")
    with pytest.raises(SpecError, match="'theirs' is not a coder"):
        compress.validate("dice:1", coder="theirs", n=60)


PROGRAM = """
import json, sys
what, model, *count = sys.argv[1:]
told = json.load(open(model))
data = sys.stdin.buffer.read()
width = {"u1": 1, "<u2": 2, "<u4": 4}[told["dtype"]]
assert len(told["probabilities"]) == told["symbols"]
if what == "encode":
    sys.stdout.buffer.write(data)
else:
    assert len(data) == width * int(count[0]), "a wrong count"
    sys.stdout.buffer.write(data)
"""


@pytest.mark.slow
def test_a_program_in_any_language_is_judged(tmp_path: Path) -> None:
    (tmp_path / "copy.py").write_text(PROGRAM)
    with Workshop(f"exec:{sys.executable} {tmp_path / 'copy.py'}") as workshop:
        for size, width in ((3, 1), (300, 2)):
            q, message = np.full(size, 1 / size), np.array([0, size - 1, 1])
            sent = workshop.run([Make(0, q), Encode(0, message)])
            assert sent.trouble is None, sent
            assert sent.answers[1].bits == 8 * 3 * width
            back = workshop.run([Make(0, q), Decode(0, sent.answers[1], 3)])
            assert back.answers[1].tolist() == message.tolist()
        wrong = workshop.run([Make(0, q), Decode(0, sent.answers[1], 4)])
        assert wrong.trouble is not None
        assert wrong.trouble.message.startswith("RuntimeError: decode ended with status 1")
        assert wrong.trouble.message.endswith("; its last words: AssertionError: a wrong count")
        assert "Traceback" in wrong.said


@pytest.mark.slow
def test_the_command_judges_and_keeps(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["judge", f"{SAMPLES / 'student.py'}:Huffman", "--junit", str(tmp_path / "x.xml")]) == 3
    out = capsys.readouterr().out
    assert "FAIL  an alphabet of 1\n      expected  0\n      got       no symbol\n" in out
    assert "looks like       optimal prefix code\n" in out
    suite = ElementTree.parse(tmp_path / "x.xml").getroot()
    assert (suite.attrib["failures"], suite.attrib["skipped"]) == ("1", "0")
    assert len(suite.findall("testcase")) == int(suite.attrib["tests"]) == ALL
    [failure] = suite.iter("failure")
    assert (failure.attrib["message"], failure.text) == ("expected 0; got no symbol", "K = 1, q = 1; message 0")
    assert run(["judge", "zlib:", "--json", "-", *(f"--case={name}" for name in WEIGHED)]) == 0
    record = json.loads(capsys.readouterr().out)
    assert (record["schema"], record["verdict"], record["looks_like"]) == ("codelen.judge/1", "pass", [])
    assert record["costs"][1]["excess_bits"] == pytest.approx(
        record["costs"][1]["payload_bits"] - record["costs"][1]["ideal_bits"]
    )
    assert run(["judge", "nowhere.py:X"]) == 1
    assert run(["judge", "zlib:", "--timeout", "0"]) == 2


def test_streams_are_drawn_by_their_seed() -> None:
    (p, first), (_, again), (_, other) = (stream_of(STREAMS[1], seed) for seed in (0, 0, 1))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert p.same_as(Distribution.parse("H=.7,T=.3"))
    assert compress.judge is judge


@pytest.mark.slow
def test_a_memory_limit_of_the_users_own_stands() -> None:
    """Whoever may have 3 GiB cannot give a coder 4."""
    bound: list[str] = []
    if os.geteuid() == 0:
        bound = ["setpriv", "--bounding-set=-sys_resource", "--inh-caps=-sys_resource"]
        works = shutil.which("setpriv") and subprocess.run([*bound, "true"], check=False, timeout=100).returncode == 0
        if not works:
            pytest.skip("needs setpriv, for root may have more than it may")
    code = "import resource; resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30)); import compress; "
    code += "print(compress.validate('dice:2', coder='zlib:', n=100).verdict)"
    command = [*bound, sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=200)
    assert (done.stdout, done.returncode) == ("pass\n", 0), done.stderr
