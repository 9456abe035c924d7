"""The arithmetic coder beside it as a program: codelen judge "exec:python samples/coders/program.py".

    program.py encode MODEL.json          symbols in, payload out
    program.py decode MODEL.json COUNT    payload in, COUNT symbols out
    program.py serve MODEL.json           many of both, each with its size in front

The first two are started anew for each message, the third once for many.
"""

from __future__ import annotations

import json
import sys

import numpy as np
from arithmetic import Arithmetic
from bitarray import bitarray

task, file, *count = sys.argv[1:]
with open(file) as opened:
    model = json.load(opened)
coder = Arithmetic(model["probabilities"])


def done(task: str, data: bytes, count: str = "0") -> bytes:
    """What a task makes of its data."""
    if task == "encode":
        return coder.encode(np.frombuffer(data, model["dtype"]).tolist()).tobytes()
    payload = bitarray()
    payload.frombytes(data)
    return np.array(coder.decode(payload, int(count)), model["dtype"]).tobytes()


if task != "serve":
    sys.stdout.buffer.write(done(task, sys.stdin.buffer.read(), *count))
else:
    sys.stdout.buffer.write(b"ready\n")
    sys.stdout.flush()
    while line := sys.stdin.buffer.readline().decode().split():
        made = done(line[0], sys.stdin.buffer.read(int(line[1])), *line[2:])
        sys.stdout.buffer.write(b"%d\n%s" % (len(made), made))
        sys.stdout.flush()
