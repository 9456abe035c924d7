"""The lessons: their tables to the digit, screens that fit, and keys that turn them over."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import click
import pytest

from compress.cli import screens as turning
from compress.cli.main import COMMANDS, LazyGroup, run
from compress.errors import SpecError
from compress.reports.tables.lessons import screens
from compress.teaching.lessons import LESSONS, Facts
from compress.teaching.texts import chapter, lesson_named, plan_of_lessons
from compress.theorems.catalog import LAWS


@pytest.fixture(scope="module")
def facts() -> dict[str, Facts]:
    return {name: lesson() for name, lesson in LESSONS.items()}


def column(facts: Facts, table: str, head: str) -> list[Any]:
    return [row[head] for row in facts[table]]


def rounded(values: list[float]) -> list[str]:
    return [f"{value:.2f}" for value in values]


def test_the_table_of_surprises(facts: dict[str, Facts]) -> None:
    one = facts["surprise"]
    due = "6.64 4.32 3.32 2.00 1.00 0.42 0.15 0.01 0.00"
    assert " ".join(rounded(column(one, "surprises", "surprise"))) == due
    for row in one["surprises"]:
        # 10,000 tokens share what the coder spends on the message.
        assert 0 <= row["measured"] - row["surprise"] < 3e-4


def test_two_dice_exactly_and_from_two_decimals(facts: dict[str, Facts]) -> None:
    one = facts["surprise"]
    assert rounded(column(one, "dice", "surprise"))[:6] == ["5.17", "4.17", "3.58", "3.17", "2.85", "2.58"]
    assert rounded(column(one, "dice", "measured"))[:3] == ["5.17", "4.17", "3.58"]
    assert rounded(column(one, "dice", "its surprise"))[:3] == ["5.06", "4.06", "3.64"]
    assert column(one, "dice", "p, two decimals")[:3] == [0.03, 0.06, 0.08]


def test_three_coins_and_the_dice(facts: dict[str, Facts]) -> None:
    two = facts["entropy"]
    assert rounded(column(two, "things", "H(P)")) == ["1.00", "0.47", "0.00", "3.27"]
    assert f"{two['rounded_entropy']:.2f} {two['rounded_sum']:.2f}" == "3.30 1.01"
    for row in two["things"]:
        # 100,000 tokens: five standard errors of the widest are 0.015.
        assert abs(row["measured"] - row["H(P)"]) < 0.016
        assert int(row["bytes"].replace(",", "")) == math.ceil(100_000 * row["measured"] / 8)
    [arithmetic, *others] = two["coders"]
    # The text says that these throws were lucky, and that none is below on average.
    assert arithmetic["measured"] < two["dice"] <= arithmetic["expected"] + 1e-9
    assert all(other["expected"] > two["dice"] for other in others)


def test_six_friends_and_a_coin(facts: dict[str, Facts]) -> None:
    three = facts["cross-entropy"]
    assert rounded(column(three, "friends", "H(P,Q)")) == ["23.25", "1.72", "1.00", "0.88", "1.10", "9.97"]
    for row in three["friends"]:
        assert row["H(P)"] + row["D(P||Q)"] == pytest.approx(row["H(P,Q)"])
        assert row["measured"] == pytest.approx(row["H(P,Q)"], rel=0.02)
    assert three["nats"] * three["nat"] == pytest.approx(three["bits"])
    assert 0 <= three["five_payload"] - three["five"] < 2
    assert 0 <= three["thousand_payload"] - three["thousand"] < 2


def test_single_numbers_by_another_way(facts: dict[str, Facts]) -> None:
    """What stands within a sentence: sums of logarithms of whole numbers, to what a sentence shows."""
    three, five, six, seven = (math.log(number, 2) for number in (3, 5, 6, 7))
    ten, tickets = five + 1, 49 * 48 * 47 * 46 * 45 * 44 // 720
    nine_to_one = ten - 0.9 * 2 * three
    due = {
        "surprise": {
            "coin": 1,
            "six": six,
            "both": 1 + six,
            "eighth": 3,
            "both_rare": 5,
            "ten_bits": 1 / 1024,
            "tickets": tickets,
            "lottery": math.log(tickets, 2),
        },
        "entropy": {
            "heads": ten - 2 * three,
            "tails": ten,
            "bent": nine_to_one,
            "two_bent": 2 * nine_to_one,
            "die": six,
            "most": math.log(11, 2),
            "third": ten - 0.7 * seven - 0.3 * three,
            "card": math.log(52, 2),
            "deck": sum(math.log(card, 2) for card in range(1, 53)),
        },
        "cross-entropy": {
            "heads": ten - 2 * three,
            "tails": ten,
            "uniform": three,
            "ten_classes": math.log(2) * ten,
            # A die that is fair, and one of .1 five times and .5: H(P,Q) - H(P).
            "loaded": (5 * ten + 1) / 6 - six,
            "loaded_total": 100 * (5 * ten + 1) - 600 * six,
        },
        "codes": {
            "even_entropy": 1.75,
            "bent_entropy": nine_to_one,
            "spare": 1,
            "thousandth": 1,
            "steps_bits": 6,
            "thousandth_entropy": 3 * ten - 0.999 * math.log(999, 2),
        },
    }
    for lesson, numbers in due.items():
        assert {name: facts[lesson][name] for name in numbers} == pytest.approx(numbers, rel=1e-9), lesson


def test_codes_and_learning(facts: dict[str, Facts]) -> None:
    assert facts["codes"]["kraft_possible"] == 1
    assert facts["codes"]["kraft_impossible"] == Fraction(5, 4)
    four, five = facts["codes"], facts["learning"]
    assert f"{four['trap']['cross_entropy']:.4f} {four['trap']['expected']:.4f}" == "1.7219 1.0000"
    assert [row["word"] for row in four["even"]] == ["0", "10", "110", "111"]
    assert four["steps_payload"] == "101101"
    payloads = [int(row["payload"].replace(",", "")) for row in five["epochs"]]
    assert payloads == sorted(payloads, reverse=True)
    for row in five["counting"]:
        # Krichevsky and Trofimov: half of log2 n, and never a bit more.
        assert row["½·log2 n"] - 0.2 < row["to learn"] < row["½·log2 n"] + 1


@pytest.mark.parametrize("name", LESSONS)
def test_every_screen_fits_a_terminal_of_80_by_24(name: str) -> None:
    told = screens(chapter(name))
    assert len(told) >= 5
    # The exercises: each answer waits.
    assert len(told[-1]) >= 4
    assert all(len(screen) == 1 for screen in told[:-1])
    for screen in told:
        lines = "\n".join(screen).splitlines()
        assert len(lines) <= 22, lines[0]
        assert max(map(len, lines)) <= 80
        assert not re.search(r"[{}@]", "\n".join(screen))


def test_what_the_lessons_tell_to_type_exists() -> None:
    told = " ".join(" ".join(part.split()) for name in LESSONS for screen in screens(chapter(name)) for part in screen)
    commands = {command for section in COMMANDS.values() for command in section}
    named = re.findall(r"codelen ([a-z]+)", told)
    assert len(named) >= 6
    assert set(named) <= commands
    laws = re.findall(r"--explain ([a-z-]+(?:- [a-z]+)*)", told)
    assert len(laws) == 4
    assert {law.replace("- ", "-") for law in laws} <= LAWS.keys()


def test_a_lesson_is_named_by_its_number_or_its_name() -> None:
    assert [lesson_named(word) for word in ("1", "5", "codes")] == ["surprise", "learning", "codes"]
    with pytest.raises(SpecError, match="there is no lesson 6; there are 1 to 5: surprise, "):
        lesson_named("6")
    with pytest.raises(SpecError, match=r"no lesson is called 'entropie'; did you mean entropy\?"):
        lesson_named("entropie")


def test_without_a_terminal_all_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lesson", "1"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Lesson 1: surprise\n\nYou may")
    assert out.endswith("23.7 bits. Three bytes are enough.\n")
    assert out.count("\n" + 24 * "─" + "\n") == 6
    assert run(["lesson", "--no-pause"]) == 0
    out = capsys.readouterr().out
    assert [line for line in out.splitlines() if re.match(r"Lesson \d: ", line)] == [
        f"Lesson {number}: {name}" for number, name in enumerate(LESSONS, 1)
    ]
    assert run(["lesson", "nine"]) == 2


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Keys that are pressed one after the other."""
    pressed: list[str] = []
    monkeypatch.setattr(click, "getchar", lambda: pressed.pop(0))
    monkeypatch.setattr(click, "clear", lambda: print("(clear)"))
    yield pressed
    assert pressed == []


PAGES = [("one",), ("two", "answer"), ("three",)]


def shown(out: str) -> list[str]:
    return [line for line in re.sub(r"Enter.*\r *\r", "", out).splitlines() if line]


def test_keys_turn_the_pages(keys: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    keys += ["\r", "x", " ", "\n", "\r"]
    assert turning.turn_over(PAGES)
    out = capsys.readouterr().out
    assert shown(out) == ["(clear)", "one", "(clear)", "two", "answer", "(clear)", "three"]
    assert "Enter shows the answer, b goes back, q ends   2 of 3" in out
    assert "Enter ends, b goes back, q ends   3 of 3" in out


def test_keys_go_back_and_end(keys: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    keys += ["\r", "b", "b", "\r", "\r", "q"]
    assert not turning.turn_over(PAGES)
    assert shown(capsys.readouterr().out) == [
        *("(clear)", "one", "(clear)", "two", "(clear)", "one", "(clear)", "one", "(clear)", "two", "answer")
    ]


def test_a_terminal_that_goes_away_ends_the_lesson(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> str:
        raise EOFError

    monkeypatch.setattr(click, "getchar", gone)
    monkeypatch.setattr(click, "clear", lambda: None)
    assert not turning.turn_over(PAGES)


class Screen(io.StringIO):
    """A standard output that is a terminal."""

    def isatty(self) -> bool:
        return True


def test_on_a_terminal_a_lesson_waits_for_its_reader(keys: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr("sys.stdin", Screen())
    monkeypatch.setattr("sys.stdout", screen)
    keys += ["\r"] * 10
    assert run(["lesson", "1"]) == 0
    assert screen.getvalue().endswith("Go on with: codelen lesson entropy\n")
    assert "1 of 6" in screen.getvalue()
    whole = len(screen.getvalue())
    assert run(["lesson", "1", "--no-pause"]) == 0
    assert "Enter" not in screen.getvalue()[whole:]
    keys += ["q"]
    assert run(["lesson", "5"]) == 0
    assert "Go on with" not in screen.getvalue()[-200:]


def test_a_sheet_has_every_exercise_and_answers_only_if_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lesson", "--exercises"]) == 0
    questions = capsys.readouterr().out
    assert run(["lesson", "--answers"]) == 0
    answers = capsys.readouterr().out
    flat, flatter = " ".join(questions.split()), " ".join(answers.split())
    for name in LESSONS:
        made = chapter(name)
        assert len(made.exercises) >= 3
        assert [exercise.number for exercise in made.exercises] == list(range(1, len(made.exercises) + 1))
        for exercise in made.exercises:
            asked, answer = " ".join(exercise.question.split()), " ".join(exercise.answer.split())
            assert f"{made.number}.{exercise.number} {asked}" in flat
            assert answer not in flat
            assert f"{asked} {answer}" in flatter


def test_a_plan_takes_its_minutes_and_names_what_can_be_typed(capsys: pytest.CaptureFixture[str]) -> None:
    plans = plan_of_lessons().split("\n## ")[1:]
    assert [int(plan.split()[0]) for plan in plans] == [45, 90]
    group = LazyGroup()
    for plan in plans:
        rows = re.findall(r"^\| (\d+) \| (.+?) \| (.+) \|$", plan, re.MULTILINE)
        assert sum(int(minutes) for minutes, _, _ in rows) == int(plan.split()[0])
        for _, typed, asked in rows:
            assert asked.rstrip().endswith(("?", "."))
            for line in re.findall(r"`codelen ([^`]+)`", typed):
                name, *words = line.split()
                command = group.get_command(click.Context(group), name)
                assert command is not None
                # Raises UsageError for what the command does not know.
                command.make_context(name, words)
    assert run(["lesson", "--plan"]) == 0
    assert "90 minutes" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["1", "--chapter", "2"], ["1", "--plan"], ["--plan", "--exercises"]])
def test_what_does_not_go_together_is_refused(words: list[str]) -> None:
    assert run(["lesson", *words]) == 2
