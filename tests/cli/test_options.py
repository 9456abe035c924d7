"""Every option of every command does something, and the right thing."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import numpy as np
import pytest

import compress
from compress.cli.main import COMMANDS, LazyGroup, run
from compress.judging.cases import LONG

TEXT = b"the quick brown fox jumps over the lazy dog\n" * 3


def array(values: Any) -> bytes:
    """The .npy file of an array."""
    file = io.BytesIO()
    np.save(file, values)
    return file.getvalue()


def kept(sizes: dict[str, int], sha: str = "1", speed: float = 1e6) -> bytes:
    """The JSON of a report of one file, as far as `compare` reads it."""
    cells = [{"file": "text", "assumed": "empirical", "coder": coder} for coder in sizes]
    rows = [{**each, "payload_bits": 1, "file_bytes": sizes[each["coder"]], "verdict": "pass"} for each in cells]
    speeds = [{**each, "encode_speed": speed, "decode_speed": speed} for each in cells]
    record: dict[str, object] = {"schema": "codelen.report/1", "tokens": "bytes", "hows": []}
    record |= {"inputs": [{"name": "text", "sha256": sha}], "rows": rows, "speeds": speeds}
    return json.dumps({**record, "baselines": [], "failures": []}, separators=(",", ":")).encode()


FILES = {
    "text": TEXT,
    "ab": b"abab",
    "taken": b"as it was",
    "old": TEXT,
    "old.clen": b"as it was",
    "words.clen": compress.encode(TEXT, coder="huffman", tokens="words"),
    "taken.clen": compress.encode(b"new"),
    "a.json": kept({"huffman": 1000, "fixed": 2000}),
    "b.json": kept({"huffman": 1000, "shannon": 1500}),
    "larger.json": kept({"huffman": 1040, "fixed": 2000}),
    "slower.json": kept({"huffman": 1000, "fixed": 2000}, speed=5e5),
    "other.json": kept({"huffman": 1000, "fixed": 2000}, sha="2"),
    "throws": b"1\n2\n3\n4\n5\n6\n" * 5 + b"6\n" * 5,
    "p.npy": array(np.array([[0.5, 0.5], [0.25, 0.75], [0.75, 0.25]])),
    "d.csv": b"a,b\n" + b"1,x\n2,y\n2,x\n" * 10,
    "half.npy": array(np.array([[0.5, 0.25], [0.25, 0.5], [0.5, 0.25]])),
    "ids.npy": array(np.array([[1, 2], [1, 2], [1, 2]])),
    "zero.npy": array(np.array([[0.0, 1.0], [0.25, 0.75], [0.75, 0.25]])),
    "t.npy": array(np.array([0, 1, 0])),
    "given.clen": compress.encode_with(np.array([[0.5, 0.5], [0.25, 0.75], [0.75, 0.25]]), [0, 1, 0]),
    "fixed.py": b"class Mine:\n    def __init__(self, q): pass\n    def encode(self, s): return bytes(s)\n"
    b"    def decode(self, p, n): return list(p[:n])\n",
    "names": b"text\n",
    "grid.toml": b'true = "dice:1"\nn = 30',
    "outer/inner/deep": TEXT,
    "outer/flat": TEXT,
}
NOTHING = r"out: \nerr: \n"

# A call, an option that it is called with or without, and what must be seen with it alone (None: a difference).
# What is seen: the exit status, both streams, every file, and then the output of `then`.
SWEEP = "sweep --true H=.6,T=.4"
MANY = "sweep --true bernoulli:{.2,.4} --coder huffman --coder fixed -n 30,40"
CASES: list[tuple[str, str, str | None, str]] = [
    ("demo --json -", "-n 50", r'"n": 50,', ""),
    ("demo -n 50 --json -", "--seed 3", r'"seed": 3', ""),
    ("demo -n 50", "--json -", r'"schema": "codelen.validate/1"', ""),
    ("demo -n 50", "--csv -", r'out: true,assumed,coder,n,.*\n"H=0\.7,T=0\.3","H=1,T=0",huffman,50,', ""),
    ("demo -n 50", "--markdown -", r"\n\| 0\.9 +\| +0\.2217 \|", ""),
    ("demo -n 50", "--plot x.svg", r"x\.svg: b'<\?xml", ""),
    ("demo -n 50 --plot x.svg", "--plot-kind funnel", r"mean surprise so far", ""),
    ("demo -n 50", "--html -", r"out: <!doctype html>", ""),
    ("coders file:text", "--tokens words", r"H\(P\) = 2\.7255", ""),
    ("coders a=1,b=1", "--normalize", r"P = Q = a=1,b=1", ""),
    ("coders", "--coder golomb:3", r"golomb:3 .*(?!huffman)", ""),
    ("coders --coder huffman", "--plot x.svg", r"x\.svg: b'<\?xml.*above entropy", ""),
    ("coders", "--json -", r'"schema": "codelen.coders/1"', ""),
    ("coders", "--markdown -", r"\| arithmetic", ""),
    ("coders", "--quiet", NOTHING, ""),
    ("lesson", "--chapter 2", r"out: Lesson 2: entropy", ""),
    ("lesson 1", "--exercises", r"\n1\.1  An event has probability 1/8", ""),
    ("lesson 1", "--answers", r"\n     3 bits, because", ""),
    ("lesson", "--plan", r"45 minutes", ""),
    ("lesson 1", "--html -", r"out: <!doctype html>", ""),
    ("demo -n 50", "--quiet", NOTHING, ""),
    ("validate --true dice:1 -n 60 --json -", "--assumed uniform", r'"spec": "uniform"', ""),
    ("validate --true dice:1 -n 60 --json -", "--coder huffman", r'"coder": "huffman"', ""),
    ("validate --true dice:1 --json -", "-n 7", r'"n": 7,', ""),
    ("validate --true file:text --json -", "--tokens words", r'"n": 54,.*"tokens": "words"', ""),
    ("validate --true a=1,b=2 -n 9 --json -", "--normalize", r'exit 0.*"normalize": true', ""),
    ("validate --true a=.5,b=.5 --assumed a=1 -n 9 --json -", "--zeros floor:.1", r'exit 0.*"zeros": "floor:.1"', ""),
    ("validate --true dice:1 -n 60 --json -", "--seed 4", r'"seed": 4', ""),
    ("validate --true dice:1 -n 60", "--json -", r'out: {\n  "schema": "codelen.validate/1"', ""),
    ("validate --true dice:1 -n 60", "--csv -", r"out: true,assumed,.*\ndice:1,dice:1,arithmetic,60,0,", ""),
    ("validate --true dice:1 -n 60", "--markdown -", r"\n\| dice:1 +\| arithmetic +\| +0\.0000 \|", ""),
    ("validate --true dice:1 --tokens tokens", "--stream throws", r"these 35 tokens waste .* the claim stands", ""),
    (
        "validate --true dice:1 --tokens tokens --stream throws",
        "--alpha 90%",
        r"exit 3.*below 0\.9: the claim fails",
        "",
    ),
    (
        "validate --true dice:1 --tokens tokens --stream throws",
        "--independent",
        r"\norder: not tested, for too few",
        "",
    ),
    ("validate --true dice:2 -n 60", "--repeat 3", r"streams  3 of 60 tokens, seeds 0 to 2", ""),
    ("validate --true dice:2 -n 60", "--break short", r"exit 3.*caught by round_trip", ""),
    ("validate --true dice:1 -n 60", "--plot x.svg", r"x\.svg: b'<\?xml", ""),
    ("validate --true dice:1 -n 60 --plot x.svg", "--plot-kind waterfall", r"mismatch 0", ""),
    ("validate --true dice:1 -n 60", "--html -", r"out: <!doctype html>", ""),
    ("validate --true dice:1 -n 60", "--quiet", NOTHING, ""),
    ("info dice:1", "--versus uniform:6", r"D\(P\|\|Q\)", ""),
    ("info", "--surprise 0.25", r"0\.25 +2\.00\n", ""),
    ("info uniform:8", "--base e", r"2\.0794 nats/token", ""),
    ("info uniform:50", "--all", r"\n50 +0\.02 ", ""),
    ("info file:text", "--tokens words", r"\nfox ", ""),
    ("info a=1,b=1", "--normalize", r"H\(P\) +1\.0000 bits/token", ""),
    ("info a=.5,b=.5 --versus a=1", "--zeros floor:.001", r"H\(P,Q\) +4\.98", ""),
    ("info dice:1", "--json -", r'"schema": "codelen.info/1"', ""),
    ("info dice:1", "--plot x.svg", r"x\.svg: b'<\?xml", ""),
    ("info dice:1 --versus uniform:6 --plot x.svg", "--plot-kind surprise", r"the probability believed", ""),
    ("info dice:1", "--quiet", NOTHING, ""),
    ("code uniform:4", "--coder arithmetic", r"Q̂ +whole numbers", ""),
    ("code uniform:4", "--true 1=.7,2=.1,3=.1,4=.1", r"p·length", ""),
    ("code uniform:50", "--all", r"\n50 +0\.02 ", ""),
    ("code file:text", "--tokens words", r"\nfox ", ""),
    ("code a=1,b=1", "--normalize", r"Kraft sum +1, complete", ""),
    ("code uniform:4", "--json -", r'"schema": "codelen.code/1"', ""),
    ("code uniform:4", "--steps", r"   2  3 +0\.25  4 +0\.25  ●2 +0\.5\n", ""),
    ("code uniform:4", "--dot -", r'out: digraph code \{.* r00 \[shape=box, label="1', ""),
    ("code uniform:4", "--svg -", r"out: <svg .*</svg>", ""),
    ("code uniform:4", "--plot x.svg", r"x\.svg: b'<\?xml", ""),
    ("code uniform:4 --plot x.svg", "--plot-kind tree", r"left is 0, right is 1", ""),
    ("code uniform:4", "--quiet", NOTHING, ""),
    ("sample uniform:6", "-n 3", r"out: \d\n\d\n\d\n\nerr", ""),
    ("sample a=1 -n 2", "-o drawn", r"drawn: b'a\\na\\n'", ""),
    ("sample a=1 -n 3", "--raw", r"out: aaa\n", ""),
    ("sample a=1 -n 3 -o taken", "-f", r"exit 0.*taken: b'a\\na\\na\\n'", ""),
    ("sample file:text -n 40", "--tokens words", r"\nquick\n", ""),
    ("sample a=1,b=1", "--normalize", r"exit 0", ""),
    ("sample uniform:1000", "--seed 9", None, ""),
    ("report outer", "-r", r"out: 2 files", ""),
    ("report text --json -", "--assumed uniform", r'"assumed": "uniform"', ""),
    ("report text --json -", "--coder fixed", r'"coder": "fixed"', ""),
    ("report text --json -", "--tokens words", r'"tokens": "words".*"n": 54,', ""),
    ("report ab --assumed a=1", "--zeros floor:.1", r"exit 0", ""),
    ("report ab --assumed a=1,b=1", "--normalize", r"exit 0", ""),
    ("report text", "--baselines none", r"exit 0(?!.*zlib)", ""),
    ("report ab", "--files-from names", r"out: 2 files", ""),
    ("report text", "--keep kept", r"1 coded now", ""),
    ("report text", "--no-speed", r"ratio  verdict", ""),
    ("report text --no-speed", "--json -", r'out: {\n  "schema": "codelen.report/1"', ""),
    ("report text --no-speed", "--csv -", r"out: file,assumed,coder,.*\ntext,empirical,huffman,", ""),
    ("report text --no-speed", "--markdown -", r"\n\| text +\| empirical +\| huffman +\|", ""),
    ("report text --no-speed", "--html -", r"out: <!doctype html>", ""),
    ("report text --no-speed", "--plot x.svg", r"x\.svg: b'<\?xml", ""),
    ("report text ab", "--cross", r"D\(P̂\|\|Q\): the price of taking a file for another", ""),
    ("report text --no-speed", "--quiet", NOTHING, ""),
    ("compare a.json b.json", "--all", r"huffman .* same\n", ""),
    ("compare a.json larger.json", "--tolerance 5%", r"exit 0.*2 same", ""),
    ("compare a.json slower.json", "--speed-tolerance 60%", r"exit 0(?!.*slower\n)", ""),
    ("compare a.json other.json", "--force", r"exit 0.*no difference", ""),
    ("compare a.json b.json", "--by file", r"exit 1.*--a-assumed and --a-coder choose one", ""),
    ("compare a.json b.json --by file --b-coder shannon", "--a-coder fixed", r"fixed → shannon .*0\.750", ""),
    ("compare a.json b.json --by file --a-coder fixed", "--b-coder shannon", r"fixed → shannon .*0\.750", ""),
    ("compare a.json b.json", "--a-assumed uniform", r"exit 1.*no cell has assumed 'uniform', but empirical", ""),
    ("compare a.json b.json", "--b-assumed uniform", r"exit 1.*no cell has assumed 'uniform', but empirical", ""),
    ("compare a.json b.json", "--json -", r'out: {\n  "schema": "codelen.compare/1"', ""),
    ("compare a.json b.json", "--csv -", r"out: file,assumed,coder,before_payload_bits,", ""),
    ("compare a.json b.json", "--markdown -", r"\n\| text +\| empirical +\| fixed +\|", ""),
    ("compare a.json b.json", "--html -", r"out: <!doctype html>", ""),
    ("compare a.json b.json", "--quiet", NOTHING, ""),
    ("plan --assumed H=.5,T=.5", "--true H=.6,T=.4", r"to tell P from Q.*: 224 tokens", ""),
    ("plan --true H=.6,T=.4", "--assumed H=.5,T=.5", r"to tell P from Q.*: 224 tokens", ""),
    ("plan --true H=.6,T=.4 --assumed H=.5,T=.5", "--power 50%", r"power 0\.5, level 0\.05: \d\d tokens", ""),
    ("plan --true H=.6,T=.4 --assumed H=.5,T=.5", "--alpha 1%", r"level 0\.01: 3\d\d tokens", ""),
    ("plan --true H=.6,T=.4", "--within .1", r"within ±0\.1 bits: \d+ tokens", ""),
    ("plan", "--divergence .001", r"6,178 tokens", ""),
    ("plan --true file:text --assumed uniform", "--tokens words", r"H\(P\) = 2\.7255", ""),
    ("plan --true H=6,T=4 --assumed H=.5,T=.5", "--normalize", r"224 tokens", ""),
    ("plan --divergence .001", "--json -", r'"schema": "codelen.plan/1"', ""),
    ("plan --divergence .001", "--markdown -", r"D\(P\\\|\\\|Q\)", ""),
    ("plan --divergence .001", "--quiet", NOTHING, ""),
    (f"{SWEEP} -n 30", "--assumed bernoulli:{.2,.4}", r"bernoulli:\.4 +", ""),
    (f"{SWEEP} -n 30", "--coder huffman", r"coder +huffman", ""),
    (SWEEP, "-n 30,40", r"\n40 +", ""),
    (f"{SWEEP} -n 30", "--repeat 2", r"2 a cell, seeds 0 to 1", ""),
    ("sweep --true file:text -n 30", "--tokens words", r"H\(P\) = 2\.7255", ""),
    ("sweep --true H=6,T=4 -n 30", "--normalize", r"exit 0", ""),
    ("sweep --true H=.6,T=.4 --assumed H=1 -n 30", "--zeros floor:.1", r" pass\n", ""),
    (f"{SWEEP} -n 30", "--seed 9", r"seeds 9 to", ""),
    (f"{SWEEP} -n 30", "--keep kept.jsonl", r"kept\.jsonl: b'\{\"schema\": \"codelen\.cells/1\"", ""),
    ("sweep --true bernoulli:{.2,.4} -n 30,40,50 --plot x.svg", "--x true", r"number of true: bernoulli:", ""),
    (f"{SWEEP} -n 30,40 --plot x.svg", "--y spread", r"spread, bits a token", ""),
    (f"{MANY} --plot x.svg", "--lines true", None, ""),
    (f"{MANY} --plot x.svg", "--facets coder", None, ""),
    ("sweep grid.toml", "--true a=1", r"true P +a=1", ""),
    (f"{SWEEP} -n 30", "--json -", r'"schema": "codelen.sweep/1"', ""),
    (f"{SWEEP} -n 30", "--csv -", r"out: true,assumed,coder,n,runs,at_n,", ""),
    (f"{SWEEP} -n 30", "--parquet x.parquet", r"x\.parquet: b['\"]PAR1", ""),
    (f"{SWEEP} -n 30,40", "--markdown -", r"\n\| +30 \|", ""),
    (f"{SWEEP} -n 30", "--html -", r"out: <!doctype html>", ""),
    (f"{SWEEP} -n 30", "--plot x.svg", r"x\.svg: b'<\?xml", ""),
    (f"{SWEEP} -n 30", "--quiet", NOTHING, ""),
    ("ladder ab", "--no-speed", r"bits/byte +file bytes +saved +what", ""),
    ("ladder ab --no-speed", "--json -", r'"schema": "codelen.ladder/1"', ""),
    ("ladder ab --no-speed", "--csv -", r"out: file,bytes,name,file_bytes,", ""),
    ("ladder ab --no-speed", "--markdown -", r"\n\| mix +\|", ""),
    ("ladder ab --no-speed", "--html -", r"out: <!doctype html>", ""),
    ("ladder ab --no-speed", "--plot x.svg", r"x\.svg: b'<\?xml", ""),
    ("ladder ab --no-speed", "--quiet", NOTHING, ""),
    ("bench text --peers none --runs 1", "--coder fixed", r"\nfixed +given +\d", ""),
    ("bench text --coder fixed --runs 1", "--peers zlib", r"^(?!.*\(bz2).*\(zlib, Huffman\)", ""),
    ("bench --coder fixed --peers none --runs 1", "-n 700", r"zipf: 700 bytes", ""),
    ("bench text --coder fixed --peers none", "--runs 1", r"1 turn,", ""),
    ("bench text --coder fixed --peers none --runs 1", "--json -", r'"schema": "codelen.bench/1"', ""),
    ("bench text --coder fixed --peers none --runs 1", "--csv -", r"out: workload,bytes,entropy,coder,", ""),
    ("bench text --coder fixed --peers none --runs 1", "--markdown -", r"\n\| encode \|", ""),
    ("bench text --coder fixed --peers none --runs 1", "--html -", r"out: <!doctype html>", ""),
    ("bench text --coder fixed --peers none --runs 1", "--plot x.svg", r"x\.svg: b'<\?xml", ""),
    ("bench text --coder fixed --peers none --runs 1", "--quiet", NOTHING, ""),
    ("weigh --probs p.npy", "--tokens t.npy", r"predictions +3 rows", ""),
    ("weigh --probs p.npy --tokens t.npy", "-o f.clen", r"f.clen: b['\"]\\x8bCLN", ""),
    ("weigh --probs p.npy --tokens t.npy -o old.clen", "-f", r"exit 0.*old.clen: b['\"]\\x8bCLN", ""),
    ("weigh --probs p.npy -o out.npy", "--decode given.clen", r"out: out.npy: 3 tokens", ""),
    ("weigh --probs p.npy -o out.npy --decode given.clen", "--max-output 5", r"exit 1.*content is 6 bytes", ""),
    ("weigh --probs half.npy --tokens t.npy --vocabulary 9", "--top-k ids.npy", r"3 rows of 2 out of 9", ""),
    ("weigh --probs half.npy --tokens t.npy --top-k ids.npy", "--vocabulary 9", r"3 rows of 2 out of 9", ""),
    ("weigh --probs p.npy --tokens t.npy", "--bytes 8", r"bits/byte", ""),
    ("weigh --probs p.npy --tokens t.npy --logits", "--base 2", r"0\.847702 bits/token", ""),
    ("weigh --probs zero.npy --tokens t.npy", "--zeros floor:.01", r"exit 0.*\nzeros +floor:.01; 1 token ", ""),
    ("weigh --probs p.npy --tokens t.npy", "--logits", r"3 rows of 2 logits", ""),
    ("weigh --probs p.npy --tokens t.npy", "--json -", r'"schema": "codelen.weigh/1"', ""),
    ("weigh --probs p.npy --tokens t.npy", "--markdown -", r"\n\| loss +\|", ""),
    ("weigh --probs p.npy --tokens t.npy", "--quiet", NOTHING, ""),
    ("validate --true dice:1 -n 9 --coder zlib:", "--timeout 1e-9", r"exit 1.*did not (answer|end) within 1e-09 s", ""),
    ("validate --true dice:1 -n 9 --coder lzma:", "--max-memory 9", r"exit 1.*MemoryError", ""),
    ("judge zlib: --case zipf:k=100", "--seed 5", r"seed 5", ""),
    ("report text --coder zlib: --no-speed", "--timeout 1e-9", r"exit 1.*did not (answer|end) within 1e-09 s", ""),
    ("report text --coder lzma: --no-speed", "--max-memory 9", r"exit 1.*MemoryError", ""),
    ("judge zlib: --case zipf:k=100", "--timeout 1e-9", r"exit [13].*did not (answer|end) within 1e-09 s", ""),
    ("judge zlib: --case zipf:k=100", "--max-memory 9", r"exit 3.*verdict +fail", ""),
    ("judge zlib:", "--case alternation", r"verdict +pass: 2 of 2 passed", ""),
    ("judge zlib: --case zipf:k=45", "--long", r"zipf:k=45 +50,000 ", ""),
    ("judge zlib: --case zipf:k=100", "--json -", r'"schema": "codelen.judge/1"', ""),
    ("judge zlib: --case zipf:k=100", "--markdown -", r"\n\| stream ", ""),
    ("judge zlib: --case zipf:k=100", "--junit -", r"out: <\?xml .*<testsuite ", ""),
    ("judge zlib: --case zipf:k=100", "--quiet", NOTHING, ""),
    ("judge fixed.py --case zipf:k=100", "--name Mine", r"exit [03].*fixed\.py:Mine", ""),
    ("judge zlib: --case zipf:k=100", "--junit-dir kept", r"1 coder, seed 0: 1 passed", ""),
    ("trace aab", "--assumed kt", r"Q = kt", ""),
    ("trace aab", "--coder huffman", r"  3  b      3     1\n", ""),
    ("trace 12", "--tokens bits", r" 16  0", ""),
    ("trace ab --assumed a=5,b=5", "--normalize", r"\[1/4, 1/2\)", ""),
    ("trace ab --assumed a=1", "--zeros floor:.5", r"\[2/3, 1\)", ""),
    ("trace aab", "--json -", r'"schema": "codelen.trace/1"', ""),
    ("trace aab", "--markdown -", r"\n\| +2 \| a", ""),
    ("trace aab", "--svg -", r"out: <svg .*</svg>", ""),
    ("trace aab", "--quiet", NOTHING, ""),
    ("laws", "--explain gibbs", r"out: gibbs: ", ""),
    ("laws", "--list", r"\ngibbs\n  D\(P\|\|Q\) >= 0, and it is 0 only if Q = P\.\n", ""),
    ("laws gibbs", "--seed 4", r"seed 4", ""),
    ("laws gibbs", "--json -", r'"schema": "codelen.laws/1"', ""),
    ("laws gibbs", "--markdown -", r"\n\| gibbs", ""),
    ("laws gibbs", "--quiet", NOTHING, ""),
    ("learn labels --label b", "--data d.csv", r"labels: 2 classes", ""),
    ("learn labels --data d.csv", "--label b", r"labels: 2 classes", ""),
    ("learn coin --epochs 2", "--lr 1", None, ""),
    ("learn text --epochs 1 --hidden 4", "--file text", r"text: 28 classes", ""),
    ("learn coin", "--epochs 2", r"all 2 epochs", ""),
    ("learn coin --epochs 2", "--batch 500", None, ""),
    ("learn labels --epochs 1 --data d.csv --label b", "--hidden 3", r"learned +14 numbers", ""),
    ("learn labels --epochs 90 --lr .3 --data d.csv --label b", "--patience 1", r"ended +epoch \d+: no smaller", ""),
    ("learn coin --epochs 1", "--zeros floor:.1", r"zeros +floor:.1: costs", ""),
    ("learn coin --epochs 1", "--seed 3", None, ""),
    ("learn coin --epochs 1", "--json -", r'"schema": "codelen.learn/1"', ""),
    ("learn coin --epochs 1", "--csv -", r"out: task,seed,epoch", ""),
    ("learn coin --epochs 1", "--markdown -", r"\n\| epoch \|", ""),
    ("learn coin --epochs 1", "--html -", r"<title>", ""),
    ("learn coin --epochs 1", "--plot x.svg", r"x.svg: b", ""),
    ("learn coin --epochs 1", "--quiet", NOTHING, ""),
    ("encode text", "--coder huffman", r"coder +huffman", "inspect text.clen"),
    ("encode text", "--assumed uniform", r"assumed Q +uniform", "inspect text.clen"),
    ("encode text", "--tokens words", r"54 words, ", "inspect text.clen"),
    ("encode ab --assumed a=1", "--zeros floor:.1", r"exit 0.*\nassumed Q +a=1", "inspect ab.clen"),
    ("encode ab --assumed a=1,b=1", "--normalize", r"exit 0.*\nassumed Q +a=1,b=1", "inspect ab.clen"),
    ("encode text", "-o other", r"other: b['\"]\\x8bCLN", ""),
    ("encode text", "-c", r"out: \\x8bCLN", ""),
    ("encode old", "-f", r"exit 0.*old.clen: b['\"]\\x8bCLN", ""),
    ("encode text", "--quiet", r"\nerr: \n", ""),
    ("encode text", "--verbose", r"arithmetic, \d+ bytes, .*MB/s", ""),
    ("encode outer", "--recursive", r"exit 0.*inner/deep.clen: ok", "test outer/inner/deep.clen"),
    ("encode ab --rm", "--keep", r"exit 2.*give one of them.*\nab: b", ""),
    ("encode ab", "--rm", r"exit 0(?!.*\nab: )", ""),
    ("encode text", "--max-input 50", r"exit 1.*text: holds more than 50 bytes", ""),
    ("decode words.clen", "-o other", r"other: b'the quick", ""),
    ("decode words.clen", "-c", r"out: the quick", ""),
    ("decode taken.clen", "-f", r"exit 0.*taken: b'new'", ""),
    ("decode words.clen", "--quiet", r"\nerr: \n", ""),
    ("decode words.clen", "--verbose", r"encoded, .*MB/s", ""),
    ("decode words.clen --rm", "--keep", r"exit 2.*give one of them.*\nwords.clen: b", ""),
    ("decode .", "--recursive", r"words.clen : 132 bytes", ""),
    ("decode words.clen", "--rm", r"exit 0(?!.*\nwords.clen: )", ""),
    ("decode words.clen", "--max-output 100", r"exit 1.*132 bytes, and 100 are allowed; see --max-output", ""),
    ("decode words.clen", "--max-memory 9", r"exit 1.*; --max-memory allows 9", ""),
    ("inspect .", "--recursive", r"words.clen\ncoder", ""),
    ("test .", "--recursive", r"words.clen: ok", ""),
    ("inspect words.clen", "--max-output 100", r"exit 1.*132 bytes, and 100 are allowed; see --max-output", ""),
    ("inspect words.clen", "--max-memory 9", r"exit 1.*; --max-memory allows 9", ""),
    ("inspect words.clen", "--json -", r'"schema": "codelen.inspect/1"', ""),
    ("inspect words.clen", "--quiet", NOTHING, ""),
    ("test words.clen", "--max-output 100", r"exit 1.*132 bytes, and 100 are allowed; see --max-output", ""),
    ("test words.clen", "--max-memory 9", r"exit 1.*; --max-memory allows 9", ""),
    ("test words.clen", "--quiet", NOTHING, ""),
    ("test", "--vectors", r"coder huffman: ok", ""),
]


def identity(case: tuple[str, str, str | None, str]) -> str:
    """The command and the option: "validate --seed"."""
    return f"{case[0].split()[0]} {case[1].split()[0]}"


def seen(folder: Path, call: str, then: str, streams: pytest.CaptureFixture[bytes]) -> str:
    """All that a call leaves behind, as one text."""
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name, content in FILES.items():
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            Path(name).write_bytes(content)
        status = run(call.split())
        out, err = (stream.decode("utf-8", "backslashreplace") for stream in streams.readouterr())
        parts = [f"exit {status}", f"out: {out}", f"err: {err}"]
        parts += [f"{path.name}: {path.read_bytes()!r}" for path in sorted(folder.iterdir()) if path.is_file()]
        if then:
            run(then.split())
            parts.append(streams.readouterr()[0].decode())
    return "\n".join(parts)


@pytest.fixture(autouse=True)
def _long_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten million tokens are weighed in `tests/peers`, and not here."""
    monkeypatch.setattr("compress.judging.judge.LONG", replace(LONG, n=50_000))
    monkeypatch.setattr("compress.benching.bench._WHILE", 0.0)


def is_slow(call: str, option: str) -> bool:
    """Whether a case asks a coder in processes of its own, tries all theorems, times a ladder, or draws pictures."""
    asks = call.startswith("judge") or "--coder zlib:" in call or "--coder lzma:" in call
    draws = "--html" in option or "--plot" in f"{call} {option}"
    return asks or call == "laws" or (option == "--no-speed" and "ladder" in call) or draws


@pytest.mark.parametrize(
    ("call", "option", "says", "then"),
    [pytest.param(*case, id=identity(case), marks=[pytest.mark.slow] * is_slow(*case[:2])) for case in CASES],
)
def test_an_option_has_its_effect(
    call: str, option: str, says: str | None, then: str, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    without = seen(tmp_path / "without", call, then, capsysbinary)
    with_it = seen(tmp_path / "with", f"{call} {option}", then, capsysbinary)
    assert with_it != without
    if says is not None:
        assert re.search(says, with_it, re.DOTALL), with_it
        assert not re.search(says, without, re.DOTALL), without


def commands() -> Iterator[tuple[str, click.Command]]:
    for section in COMMANDS.values():
        for name in section:
            command = LazyGroup().get_command(click.Context(click.Group("codelen")), name)
            assert command is not None
            yield name, command


def options() -> Iterator[tuple[str, click.Option]]:
    for name, command in commands():
        yield from ((name, option) for option in command.params if isinstance(option, click.Option))


def names(command: str, option: click.Option) -> set[str]:
    return {f"{command} {spelling}" for spelling in option.opts}


# What has an effect on a terminal only, or serves for ever.
ELSEWHERE = [
    *("validate --jobs", "sweep --jobs", "sweep --resume"),  # test_running.py, tests/sweeps/
    *("judge --jobs", "report --jobs"),  # tests/foreign/test_classroom.py, tests/surveys/test_survey.py
    *("laws --jobs", "laws --scheduler"),  # theorems/test_laws.py
    *("report --resume", "report --send"),  # tests/surveys/test_tally.py
    *("validate --scheduler", "sweep --scheduler", "judge --scheduler", "report --scheduler"),  # test_cluster.py
    *("lesson --no-pause", "lab --port", "lab --open"),  # tests/cli/test_lesson.py, tests/lab/test_lab.py
    *("encode -T", "decode -T", "test -T", "inspect -T", "encode --memory", "encode --max-memory"),  # test_cli_files.py
]


def test_every_option_that_may_be_left_out_is_tried_once() -> None:
    tried = [*map(identity, CASES), *ELSEWHERE]
    assert len(tried) == len(set(tried))
    free = [(command, option) for command, option in options() if not option.required]
    assert [names(*each) for each in free if not names(*each) & set(tried)] == []
    assert len(free) == len(tried)
