from __future__ import annotations

import json
import os
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compress.errors import CompressError, DataError, SpecError
from compress.notation import exact_number, size
from compress.probability.distribution import Distribution
from compress.probability.relative import Relative, beside
from compress.sources.iid import IidSource
from compress.sources.recorded import StreamSource
from compress.sources.tokens import tokeniser
from compress.specs import Reading, is_self_contained

COIN = Distribution(("H", "T"), (7, 3))


def exact_table(q: Distribution) -> dict[str, Fraction]:
    return {token: q.exact(token) for token in q.tokens}


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


# Plain and relative specs


@pytest.mark.parametrize("spec", ["H=0.7,T=0.3", "bernoulli:0.7", "dice:2", "benford", "normal:step=0.5"])
def test_a_plain_spec_is_the_distribution_that_distribution_parse_reads(spec: str) -> None:
    assert Reading().distribution(spec) == Distribution.parse(spec)
    assert Reading().assumed(spec) == Distribution.parse(spec)
    source = Reading().source(spec)
    assert isinstance(source, IidSource)
    assert source.distribution == Distribution.parse(spec)


def test_normalize_reaches_every_reader(tmp_path: Path) -> None:
    table = f"@{written(tmp_path, 't.json', json.dumps({'H': 7, 'T': 3}))}"
    for spec in ("H=7,T=3", table):
        assert Reading(normalize=True).distribution(spec).same_as(COIN)
        assert beside(Reading(normalize=True).assumed(spec), COIN).same_as(COIN)
        assert Reading(normalize=True).source(spec).distribution.same_as(COIN)
        with pytest.raises(CompressError, match="weights sum to 10, not to 1; normalize=True rescales them"):
            Reading().distribution(spec)


@pytest.mark.parametrize("spec", [relative.value for relative in Relative])
def test_a_relative_spec_cannot_stand_for_itself(spec: str) -> None:
    for read in (Reading().distribution, Reading().source):
        with pytest.raises(SpecError, match=f"'{spec}' needs a true distribution or a file") as caught:
            read(spec)
        assert caught.value.exit_status == 2


def test_true_is_p_itself() -> None:
    assert Relative.TRUE.of(COIN) is COIN


def test_uniform_is_equal_over_the_alphabet_of_p() -> None:
    p = Distribution(("x", "y", "z"), (5, 0, 1))
    q = Relative.UNIFORM.of(p)
    assert exact_table(q) == dict.fromkeys("xyz", Fraction(1, 3))
    assert q.spec == "uniform"


def test_empirical_is_the_counts_of_the_stream() -> None:
    q = Relative.EMPIRICAL.of(COIN, [1, 3])
    assert exact_table(q) == {"H": Fraction(1, 4), "T": Fraction(3, 4)}
    assert q.spec == "empirical"


def test_empirical_without_a_stream_is_refused() -> None:
    with pytest.raises(SpecError, match="'empirical' needs a stream to count") as caught:
        Relative.EMPIRICAL.of(COIN)
    assert caught.value.exit_status == 2
    with pytest.raises(SpecError, match="'empirical' needs a stream of at least one token"):
        Relative.EMPIRICAL.of(COIN, [0, 0])


def test_a_relative_word_is_found_beside_p_and_a_distribution_is_itself() -> None:
    assert [Reading().assumed(word) for word in ("true", "uniform", "empirical")] == list(Relative)
    assert beside(Relative.UNIFORM, COIN) == Relative.UNIFORM.of(COIN)
    other = Distribution.parse("a=1")
    assert beside(other, COIN) is other


@pytest.mark.parametrize("spec", ["", "True", "uniform ", "H=0.7,T=0.4", "zipf:0", "coin:0.7"])
def test_bad_words_on_the_command_line_are_spec_errors_with_exit_status_2(spec: str) -> None:
    for read in (Reading().distribution, Reading().source, Reading().assumed):
        with pytest.raises(SpecError) as caught:
            read(spec)
        assert caught.value.exit_status == 2


# file:PATH


@pytest.mark.parametrize(
    ("tokens", "content", "counts"),
    [
        ("bytes", b"abba\n\xff", {"\\x0a": 1, "a": 2, "b": 2, "\\xff": 1}),
        ("bits", b"\x80\x01", {"0": 14, "1": 2}),
        ("chars", "été\n".encode(), {"\n": 1, "t": 1, "é": 2}),
        ("words", b"to be or not to be", {" ": 5, "be": 2, "not": 1, "or": 1, "to": 2}),
        ("lines", b"a b\nc\na b\n", {"\n": 3, "a b": 2, "c": 1}),
        ("nucleotides", b">id 1\nACGA\n", {"\n": 2, ">id 1": 1, "A": 2, "C": 1, "G": 1}),
        ("ints", b"10 9, 9;-1", {"-1": 1, "9": 2, "10": 1}),
        ("csv:side", b"n,side\n1,H\n2,T\n3,H\n", {"H": 2, "T": 1}),
        ("csv:1", b"n,side\n1,H\n2,T\n1,H\n", {"1": 2, "2": 1}),
        ("tokens", b"H\nT\nH\n", {"H": 2, "T": 1}),
    ],
)
def test_a_file_is_the_counts_of_its_tokens(
    tmp_path: Path, tokens: str, content: bytes, counts: dict[str, int]
) -> None:
    spec = f"file:{written(tmp_path, 'data', content)}"
    q = Reading(tokeniser(tokens)).distribution(spec)
    total = sum(counts.values())
    assert list(q.tokens) == list(counts)
    assert exact_table(q) == {token: Fraction(count, total) for token, count in counts.items()}
    assert q.spec == spec
    assert Reading(tokeniser(tokens)).assumed(spec) == q
    assert Reading(tokeniser(tokens)).source(spec).distribution == q


def test_a_file_is_read_as_bytes_unless_told_otherwise(tmp_path: Path) -> None:
    assert Reading().distribution(f"file:{written(tmp_path, 'data', b'a b')}").tokens == ("\\x20", "a", "b")


def test_a_whole_file_is_its_own_sample_and_otherwise_draws_are_independent(tmp_path: Path) -> None:
    spec = f"file:{written(tmp_path, 'data', b'abba')}"
    whole = Reading().source(spec, whole=True)
    assert isinstance(whole, StreamSource)
    assert whole.is_sample
    assert whole.stream.symbols.tolist() == [0, 1, 1, 0]
    drawn = Reading().source(spec)
    assert isinstance(drawn, IidSource)
    assert not drawn.is_sample
    assert isinstance(Reading().source("H=0.7,T=0.3", whole=True), IidSource)


def test_the_tokens_of_a_whole_file_are_numbered(tmp_path: Path) -> None:
    source = Reading(tokeniser("words")).source(f"file:{written(tmp_path, 'data', b'b a b')}", whole=True)
    assert isinstance(source, StreamSource)
    assert source.stream.tokens == (" ", "a", "b")
    assert source.stream.symbols.tolist() == [2, 0, 1, 0, 2]


@pytest.mark.parametrize(
    ("tokens", "content", "message"),
    [
        ("chars", b"ab\xff", r"not UTF-8 text \(byte 2\)"),
        ("nucleotides", b"ACX", r"'X' is not a nucleotide \(byte 2\)"),
        ("ints", b"1 two", r"'two' is not a whole number \(byte 2\)"),
        ("csv:z", b"a,b\n", "no column 'z'"),
        ("bytes", b"", "holds no token, so it has no distribution"),
    ],
)
def test_what_is_wrong_inside_a_file_is_a_data_error_that_names_its_path(
    tmp_path: Path, tokens: str, content: bytes, message: str
) -> None:
    path = written(tmp_path, "data", content)
    reading = Reading(tokeniser(tokens))
    for read in (reading.distribution, reading.source):
        with pytest.raises(DataError, match=message) as caught:
            read(f"file:{path}")
        assert str(path) in str(caught.value)
        assert caught.value.exit_status == 1


@pytest.mark.parametrize("prefix", ["file:", "@"])
def test_a_missing_file_is_an_os_error_that_names_it(tmp_path: Path, prefix: str) -> None:
    path = tmp_path / "missing.json"
    with pytest.raises(FileNotFoundError) as caught:
        Reading().distribution(f"{prefix}{path}")
    assert caught.value.filename in (path, str(path))


# @PATH

TABLES = {
    "t.json": '{"H": 0.7, "T": 0.3}',
    "t.JSON": '{"H": 7e-1, "T": "3/10"}',
    "t": '{"H": 0.7, "T": 0.3}',
    "bom.json": '\ufeff{"H": 0.7, "T": 0.3}',
    "t.csv": "H,0.7\nT,0.3\n",
    "t.CSV": "H,7/10\r\nT,3/10\r\n",
    "heading.csv": "token,weight\nH,0.7\nT,0.3",
    "probability.csv": "token, Probability \nH,0.7\nT,0.3",
    "blank.csv": "\ufeffH,0.7\n\n\nT,0.3\n",
    "quoted.csv": '"H","0.7"\n"T","0.3"\n',
    "t.toml": "H = 0.7\nT = 0.3\n",
    "quoted.toml": '"H" = "7/10"  # heads\n"T" = 0.3\n',
}


@pytest.mark.parametrize(("name", "text"), TABLES.items(), ids=TABLES)
def test_a_table_is_read_by_its_ending(tmp_path: Path, name: str, text: str) -> None:
    spec = f"@{written(tmp_path, name, text)}"
    q = Reading().distribution(spec)
    assert q == COIN
    assert q.spec == spec


@pytest.mark.parametrize("name", ["t.json", "t.csv", "t.toml"])
def test_decimals_in_a_table_are_read_exactly(tmp_path: Path, name: str) -> None:
    # As floats these three would sum to 1 - 2^-53 or be cut at 17 digits.
    rows = {"a": "0.1", "b": "0.8999999999999999999999999999999999999999", "c": "1e-40"}
    text = {
        "t.json": "{" + ", ".join(f'"{token}": {weight}' for token, weight in rows.items()) + "}",
        "t.csv": "".join(f"{token},{weight}\n" for token, weight in rows.items()),
        "t.toml": "".join(f"{token} = {weight}\n" for token, weight in rows.items()),
    }[name]
    q = Reading().distribution(f"@{written(tmp_path, name, text)}")
    assert exact_table(q) == {
        "a": Fraction(1, 10),
        "b": Fraction(9, 10) - Fraction(1, 10**40),
        "c": Fraction(1, 10**40),
    }


def test_tokens_in_a_table_may_hold_anything(tmp_path: Path) -> None:
    tokens = ["=", ",", "\n", " ", "é", '"', "a b", "\\x0a", "😀"]
    table = json.dumps(dict.fromkeys(tokens, 1))
    assert list(Reading(normalize=True).distribution(f"@{written(tmp_path, 't.json', table)}").tokens) == tokens
    rows = "\r\n".join('"' + token.replace('"', '""') + '",1' for token in tokens)
    assert list(Reading(normalize=True).distribution(f"@{written(tmp_path, 't.csv', rows)}").tokens) == tokens


def test_the_order_of_a_table_is_the_order_of_its_tokens(tmp_path: Path) -> None:
    for name, text in (("t.json", '{"z": 0.5, "a": 0.5}'), ("t.csv", "z,0.5\na,0.5\n"), ("t.toml", "z=0.5\na=0.5")):
        assert Reading().distribution(f"@{written(tmp_path, name, text)}").tokens == ("z", "a")


@given(weights=st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=5), st.integers(0, 10**30), min_size=1))
def test_a_json_table_of_any_weights_is_read_back_exactly(
    tmp_path_factory: pytest.TempPathFactory, weights: dict[str, int]
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.json"
    path.write_text(json.dumps(weights), encoding="utf-8")
    total = sum(weights.values())
    if total:
        q = Reading(normalize=True).distribution(f"@{path}")
        assert exact_table(q) == {token: Fraction(weight, total) for token, weight in weights.items()}
    else:
        with pytest.raises(DataError, match="every weight is 0"):
            Reading(normalize=True).distribution(f"@{path}")


WRONG: dict[str, tuple[str, str | bytes, str]] = {
    "json sum": ("t.json", '{"a": 0.5, "b": 0.6}', "weights sum to 1.1, not to 1; normalize=True rescales them"),
    "json twice": ("t.json", '{"a": 0.5, "a": 0.5}', "token 'a' is given twice"),
    "json negative": ("t.json", '{"a": 1.5, "b": -0.5}', "token 'b' has a negative weight"),
    "json word": ("t.json", '{"a": "half"}', "'half' is not a number"),
    "json true": ("t.json", '{"a": true}', "token 'a' has weight True, which is not a number"),
    "json null": ("t.json", '{"a": null}', "token 'a' has weight None, which is not a number"),
    "json nested": ("t.json", '{"a": {"b": 1}}', "token 'a' has weight .* not a number"),
    "json nested list": ("t.json", '{"a": [1]}', "token 'a' has weight .* not a number"),
    "json nan": ("t.json", '{"a": NaN}', "'NaN' is not a finite number"),
    "json infinity": ("t.json", '{"a": -Infinity}', "'-Infinity' is not a finite number"),
    "json exponent": ("t.json", '{"a": 1e999999999}', "not a finite number of sensible size"),
    "json list": ("t.json", '[["a", 1]]', 'not a table of weights; a JSON table is {"token": weight, ...}'),
    "json list of tables": ("t.json", '[{"a": 1}]', "not a table of weights"),
    "json number": ("t.json", "1", "not a table of weights"),
    "json string": ("t.json", '"a=1"', "not a table of weights"),
    "json null alone": ("t.json", "null", "not a table of weights"),
    "json nothing": ("t.json", "", "not a table of weights: Expecting value"),
    "json cut": ("t.json", '{"a": 0.5', "not a table of weights: Expecting"),
    "json deep": ("t.json", "[" * 100_000, "not a table of weights: maximum recursion depth"),
    "json empty": ("t.json", "{}", "weights sum to 0, not to 1"),
    "json latin": ("t.json", b'{"\xe9": 1}', r"not UTF-8 text \(byte 2\)"),
    "csv sum": ("t.csv", "a,0.5\nb,0.6\n", "weights sum to 1.1, not to 1"),
    "csv twice": ("t.csv", "a,0.5\na,0.5\n", "token 'a' is given twice"),
    "csv one cell": ("t.csv", "a\n", "not a table of weights; a CSV table has rows of two cells, token,weight"),
    "csv three cells": ("t.csv", "a,0.5,x\nb,0.5\n", "a CSV table has rows of two cells"),
    "csv word": ("t.csv", "a,half\n", "'half' is not a number"),
    "csv late heading": ("t.csv", "a,1\ntoken,weight\n", "'weight' is not a number"),
    "csv quotes": ("t.csv", '"a,1', "line 1 is not CSV: unexpected end of data"),
    "csv large cell": (
        "t.csv",
        "a," + "1" * 200_000,
        "'1{40}\\.\\.\\.' has 200,000 characters, and a number has 1,000",
    ),
    "csv nothing": ("t.csv", "", "weights sum to 0, not to 1"),
    "csv latin": ("t.csv", b"\xe9,1\n", r"not UTF-8 text \(byte 0\)"),
    "toml sum": ("t.toml", "a = 0.5\nb = 0.6\n", "weights sum to 1.1, not to 1"),
    "toml twice": ("t.toml", "a = 0.5\na = 0.5\n", "not a table of weights: Cannot overwrite"),
    "toml section": ("t.toml", "[a]\nb = 1\n", "token 'a' has weight .* not a number"),
    "toml date": ("t.toml", "a = 2020-01-01\n", "token 'a' has weight .* not a number"),
    "toml true": ("t.toml", "a = true\n", "token 'a' has weight True, which is not a number"),
    "toml nan": ("t.toml", "a = nan\n", "'nan' is not a finite number"),
    "toml inf": ("t.toml", "a = inf\n", "'inf' is not a finite number"),
    "toml nonsense": ("t.toml", "a 1", "not a table of weights: "),
    # The library takes 3 GB for the first.
    "toml deep key": (
        "t.toml",
        "b = 0.5\na" + ".a" * 28_000 + " = 1\n",
        "line 2 is nested too deeply for a table of w",
    ),
    "toml deep list": ("t.toml", "a = " + "[" * 28_000, "line 1 is nested too deeply"),
    "toml deep table": ("t.toml", "a = " + "{b = " * 28_000, "line 1 is nested too deeply"),
    "toml nothing": ("t.toml", "", "weights sum to 0, not to 1"),
    # 5000 digits are more than Python turns into an int.
    "json long": ("t.json", '{"a": ' + "1" * 5000 + "}", r"t\.json: "),
    "toml long": ("t.toml", "a = " + "1" * 5000, r"t\.toml: "),
    "toml long hexadecimal": ("t.toml", "a = 0x" + "f" * 5000, r"t\.toml: "),
    "csv long": ("t.csv", "a," + "1" * 999, "not a finite number of sensible size"),
    # Two weights whose sum is more than a float holds.
    "json larger than a float": ("t.json", '{"a": "1e300/1e-300", "b": 1}', r"t\.json: "),
    "json large": ("t.json", '{"a": 1e299, "b": 1e299}', "not to 1"),
}


@pytest.mark.parametrize("case", WRONG.values(), ids=WRONG)
def test_what_is_wrong_inside_a_table_is_a_data_error_that_names_its_path(
    tmp_path: Path, case: tuple[str, str | bytes, str]
) -> None:
    name, content, message = case
    path = written(tmp_path, name, content)
    with pytest.raises(DataError, match=message) as caught:
        Reading().distribution(f"@{path}")
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)
    assert caught.value.exit_status == 1


def test_dots_in_quotes_are_no_depth(tmp_path: Path) -> None:
    path = written(tmp_path, "t.toml", f"\"{'.' * 500}\" = 0.5\n'{'[' * 500}' = 0.5\n")
    assert Reading().distribution(f"@{path}").tokens == ("." * 500, "[" * 500)


@pytest.mark.parametrize("prefix", ["file:", "@", "markov:@"])
def test_a_file_that_never_ends_is_refused_by_its_name(tmp_path: Path, prefix: str) -> None:
    """A device, and a pipe to which nobody writes."""
    os.mkfifo(tmp_path / "pipe")
    for path in ("/dev/zero", str(tmp_path / "pipe")):
        with pytest.raises(DataError, match=f"^{path}: is not a regular file, and may never end; copy its"):
            Reading().source(f"{prefix}{path}")


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs Linux's /proc")
def test_a_file_that_cannot_be_read_is_named() -> None:
    with pytest.raises(OSError, match="/proc/self/mem"):
        Reading().distribution("file:/proc/self/mem")


@pytest.mark.parametrize("prefix", ["file:", "@"])
def test_what_is_wrong_inside_a_file_is_told_alike_of_p_and_of_q(tmp_path: Path, prefix: str) -> None:
    path = written(tmp_path, "empty", b"")
    messages = set()
    for read in (Reading().distribution, Reading().source, Reading().assumed):
        with pytest.raises(DataError) as caught:
            read(f"{prefix}{path}")
        messages.add(str(caught.value))
    assert len(messages) == 1


# What the spec alone says


@pytest.mark.parametrize("spec", ["H=0.7,T=0.3", "bernoulli:0.7", "benford", "file=1", "profile:x=1"])
def test_a_spec_that_writes_its_weights_is_self_contained(spec: str) -> None:
    assert is_self_contained(spec)


@pytest.mark.parametrize("spec", ["", "file:data", "file:", "@table.json", "@"])
def test_a_spec_that_needs_a_file_is_not_self_contained(spec: str) -> None:
    assert not is_self_contained(spec)


def test_a_record_of_codelen_is_no_table_and_says_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "report.json").write_text('{"schema": "codelen.report/1", "rows": []}')
    with pytest.raises(
        DataError, match=r"report\.json: is a record of codelen, codelen\.report/1, not a table of weights"
    ):
        Reading().distribution(f"@{tmp_path / 'report.json'}")
    # A token of that name is a token.
    (tmp_path / "q.json").write_text('{"schema": 0.5, "b": 0.5}')
    assert Reading().distribution(f"@{tmp_path / 'q.json'}").tokens == ("schema", "b")


def test_a_size_has_eighteen_digits_at_most() -> None:
    assert size("9" * 18) == 10**18 - 1
    assert size(" 0000000000000007kib ") == 7 << 10
    for text in ("9" * 19, "٣", "1.5GiB", "GiB", "1KB", "1KiBKiB", ""):
        with pytest.raises(SpecError, match="is not a size; write 1000, 64KiB, 100MiB or 2GiB"):
            size(text)


def test_a_number_has_a_thousand_digits_at_most() -> None:
    assert exact_number("0." + "1" * 998) == Fraction(int("1" * 998), 10**998)
    with pytest.raises(SpecError, match=r"has 1,001 characters, and a number has 1,000 at most"):
        exact_number("0." + "1" * 999)
