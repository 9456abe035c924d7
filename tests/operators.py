"""Small faults that nobody wrote down: an operator of the package's own syntax tree is exchanged for its neighbour.

    a < b  a <= b      and  or        +  -     <<  >>     True  False      7  8
    if a   if not a    return a, b    and a statement that only acts is left out

A fault is told by its module, its function and what is exchanged, never by a line, so that a name outlives an edit.
"""

from __future__ import annotations

import ast
import copy
import functools
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["EQUAL", "Site", "all_sites", "sites"]

# Faults that change nothing that anybody could see, each with its reason.
EQUAL: dict[str, str] = {
    "coders/words/fixed.py _promise: abs(mean(pair.p.probabilities, coder.sur ... ()) <= ROUNDING -> abs(mean"
    "(pair.p.probabilities, coder.sur ... h()) < ROUNDING": "no distance is exactly the rounding that is allowed",
    "models/mixing/logistic.py _e_to_the: 20 -> 21": "a term more, which is 0 in units of 2^-60",
    "models/mixing/mix.py _as_bytes: False -> True": "a copy has the same bytes",
    "models/mixing/memory.py begun: 8 -> 9 (3)": "an array is twice as long as what is used of it",
    "models/mixing/memory.py begun: 2 -> 3": "an array is longer than what is used of it",
    "models/mixing/memory.py begun: 1 -> 2 (3)": "what is repeated once more is cut off again",
    "models/mixing/memory.py begun: 0 -> 1 (1)": "there are 2^16 of them, or none",
    "models/mixing/memory.py begun: 0 -> 1 (3)": "before the first byte nothing of the message is read",
    "models/mixing/memory.py begun: 1 -> 2 (8)": "a count more, which nothing asks for",
    "models/mixing/bits.py sets: 256 -> 257": "a set of weights more, which nothing asks for",
    "models/mixing/bits.py sets: 1 -> 2": "a set of weights more, which nothing asks for",
    "models/mixing/bits.py _buckets: memory.slots.size - BUCKET -> memory.slots.size + BUCKET": "of three contexts or "
    "more, two buckets are none for each",
    "models/mixing/bits.py learn: node >= 8 -> node > 8": "what is asked for early is only quicker",
    "models/mixing/bits.py learn: 8 -> 9": "what is asked for early is only quicker",
    "models/mixing/bits.py learn: _ask(memory, after) -> nothing": "what is asked for early is only quicker",
    "models/mixing/bits.py foretell: contexts + 1 -> contexts - 1": "with a match most contexts are known, so that "
    "no two of these sets are one",
    "models/mixing/bits.py learn: 256 -> 257": "what is moved up from below is another byte's, and never looked at",
    "models/mixing/blend.py between: x + FARTHEST -> x - FARTHEST (1)": "the scale is a multiple of 256",
    "models/mixing/contexts.py remember: 1 -> 2 (4)": "before the first byte all is 0",
    "models/mixing/contexts.py remember: 1 -> 2 (5)": "before the first byte all is 0",
    "models/mixing/contexts.py remember: 0 -> 1 (1)": "one number that is always the same is as good as another",
    "models/mixing/contexts.py remember: 0 -> 1 (2)": "one number that is always the same is as good as another",
    "models/mixing/contexts.py remember: 0 -> 1 (3)": "one number that is always the same is as good as another",
    "models/mixing/matches.py length_class: length < 16 -> length <= 16": "16 is the class of 16 by either rule",
    "models/mixing/matches.py length_class: 16 -> 17": "16 is the class of 16 by either rule",
    "models/mixing/matches.py length_class: length < 80 -> length <= 80": "24 is the class of 80 by either rule",
    "models/mixing/matches.py length_class: 80 -> 81": "24 is the class of 80 by either rule",
    "models/mixing/mix.py Mixing.ideal_bits: 1 -> 2": "a count more, which stays 0",
    "models/mixing/mix.py Mixing.slack_bits: 20 -> 21": "a millionth of a bound of thousandths of a bit",
    "models/mixing/mix.py Mixing.room_to_price: 80 -> 81": "a bound, a hundredth larger",
    "models/mixing/mix.py MixingPredictor.__init__: 1 -> 2": "a byte more, which nothing asks for",
    "models/mixing/strides.py longest_row: end - 1 -> end + 1": "of a distance that is too long there is nothing",
    "models/chains.py Chained.longest: 1 -> 2": "no message is so long",
    "models/mixing/mix.py Mixing.slack_bits: 1 + 2.0 ** (-20) -> 1 - 2.0 ** (-20)": "a millionth of a bound of "
    "thousandths of a bit",
    "models/mixing/bits.py sets: 256 -> 257 (1)": "a set of weights more, which nothing asks for",
    "models/chains.py Chained.room: 3 -> 4": "a bound, larger",
    "teaching/lessons.py codes: 2 -> 3 (5)": "the words of Huffman's code fill their tree, whatever the weights are",
    "teaching/lessons.py surprise: 1 -> 2 (7)": "of the twenty throws nothing is said that is not so of any twenty",
    "symbols.py smallest_dtype: 0 -> 1": "0 and 1 fit in the same type",
    "probability/continuous.py _integrate.<locals>.panel: middle + half * x -> middle - half * x": "the points of a "
    "rule lie alike on both sides of its middle",
    "surveys/ladder.py Climb.content_bytes: 0 -> 1": "every rung has the same content",
    "benching/peers.py _zstandard: 17 -> 18": "of literals its search for repetition finds nothing, however it is set",
    "benching/peers.py _zstandard: 6 -> 7": "of literals its search for repetition finds nothing, however it is set",
    "inputs.py csv_rows: 1 -> 2": "a limit that is larger still lets every cell pass",
    "probability/chain.py Chain.period: steps[follower] < 0 -> steps[follower] <= 0": "the start is passed "
    "twice, with a number of steps that the period divides",
    "probability/information.py _pmf: abs(total - 1) <= _ROUGH_TOLERANCE.get(g ...  SUM_TOLERANCE) -> abs(total - 1)"
    " < _ROUGH_TOLERANCE.get(gi ...  SUM_TOLERANCE)": "no sum is as far from 1 as exactly that",
    "probability/information.py kl_divergence: t > 1 -> t >= 1": "at 1 both formulas give the same number",
    "sources/splitting.py whole_chars: 3 -> 4 (1)": "a character that began four bytes back has ended",
    "coders/streams/arithmetic.py ArithmeticCoder._room: 8 -> 9 (1)": "a room that is larger than the last step needs, "
    "either way",
    "coders/streams/rans_lanes.py steps_of: above > 0 -> above >= 0": "of nothing more the other condition is not true",
    "coders/messages/sequences.py Sequences.of: 1 -> 2": "any negative number lets numpy find how many rows there are",
    "coders/messages/sequences.py Sequences.of: 0 -> 1": "a token that cannot come is in no type",
    "coders/streams/tans.py TansCoder.stationary: 1 -> 2": "the shares are divided by their sum",
    "models/counts.py Counting.room_to_price: n < ENOUGH -> n <= ENOUGH": "a bound, larger for one number of tokens",
    "experiments/power.py _reached: 0 -> 1": "the first count or a larger one comes with chance 1",
    "theorems/codes.py arithmetic_within_two_bits: 100 -> 101": "a law holds for messages of any length",
    "theorems/groups.py groups_come_near_entropy: 6 -> 7": "a law holds for groups of any size",
    "coders/streams/rans.py RansCoder.decode: STATE_BITS // 8 + 1 -> STATE_BITS // 8 - 1": "three bytes of zeros "
    "and the first one, which is none, are a state as well",
    "models/quantise.py decode_each: below + int(owned[symbol]) <= least -> below + int(owned[symbol]) < least": "the "
    "loop behind goes on where this one ends",
    "experiments/validate.py _write: 1 -> 2": "one token is one block, either way",
    "coders/streams/range.py RangeCoder.encode_lanes: self.frequencies.entropy < _SELDOM -> self.frequencies.entropy "
    "<= _SELDOM": "no entropy is exactly so much, and the payload is the same",
    "coders/family.py Choice.name: known is None or self.parameter is None -> known is None and self.parameter is "
    "None": "a choice has a parameter exactly where its family has one",
    "coders/words/loops.py push: length > _HALF -> length >= _HALF": "a piece of no bits changes nothing",
    "coders/words/prefix.py PrefixCoder.decode: 4 -> 5 (1)": "a byte more behind the end, which nothing asks for",
    "coders/streams/rans.py RansCoder.encode_lanes: 2 -> 3 (1)": "a room, a byte larger",
    "theorems/groups.py groups_come_near_entropy: expected_cost(p, choose(f'block:{size}')) + excess -> expected_cost"
    "(p, choose(f'block:{size}')) - excess": "what is wrong on purpose is wrong either way",
    "theorems/measures.py wrong_belief: SIGMAS * (run.standard_error or 0.0) + 2 / n -> SIGMAS * (run.standard_error "
    "or 0.0) - 2 / n": "no run comes so near to what is allowed",
    "theorems/samples.py certain_stream: chance < 1 -> chance <= 1": "a token of weight 0 never comes",
    "frames/coding.py stored: 1 -> 2": "as many weights that are alike have the same words",
    "frames/decoding.py decode_frame: 0 -> 1": "the last part is kept a while, and not looked at",
    "frames/decoding.py Decoder.to_price: 0 -> 1": "a block needs a byte anyway",
    "frames/decoding.py _Joiner.__init__: 0 -> 1": "of no tokens nothing is joined",
    "frames/decoding.py _in_whole_bytes: 1 -> 2": "a block has as many tokens, and a step is no shorter",
    "frames/decoding.py _in_whole_bytes.<locals>.work: 1 -> 2": "a byte has one token, or eight",
    "frames/reader.py Reader.take: len(data) < size -> len(data) <= size": "what is whole already is left as it is",
    "sources/pieces.py numbering: 1 -> 2 (1)": "it is the type of a table, not that of the symbols",
    "sources/pieces.py numbering.<locals>.number: len(tokens) < values.size -> len(tokens) <= values.size": "where all "
    "values are tokens, no symbol is as large as their number",
    "sources/pieces.py numbering.<locals>.number: False -> True": "a copy has the same symbols",
    "training/characters.py CharacterNetwork._read: 1 -> 2": "to numpy -2 is the size that is left, too",
    "training/characters.py CharacterNetwork.gradient: 1 -> 2": "to numpy -2 is the size that is left, too",
    "cli/screens.py turn_over: 0 -> 1 (1)": "either key goes on, and it is asked for before it is looked at",
    "frames/atomic.py _usual_mode: 0 -> 1": "the mask is put back at once",
    "theorems/contexts.py pairs_cost_the_sum: 4000 -> 4001": "a law holds for messages of any length",
    "theorems/measures.py softmax_gradient.<locals>.loss: 1 -> 2": "a row more, the same as the one: their mean is "
    "its loss",
    "theorems/samples.py quantised_normal: 8 -> 9": "what is left is step^2·log2(e)/24, less than either bound",
    "coders/walks.py walked_bits: 1 -> 2 (1)": "an array is longer than what is used of it",
    "models/counts.py Counting.encode_into: symbols.size >= WORTH_IT -> symbols.size > WORTH_IT": "both "
    "loops write the same bits",
    "judging/cases.py _uneven: 41 -> 42": "a number more is drawn, which nothing asks for",
    "theorems/contexts.py loss_is_the_file: drawn_numbers(seed + 1, n)[:, None] - 0.5 -> drawn_numbers(seed + 1, "
    "n)[:, None] + 0.5": "a law holds for whatever tokens come",
    "kernel.py kernel: False -> True": "it is put into the loop that calls it, or called by it: the same bits",
    "kernel.py _Instruction.__init__: True -> False": "the two forms that would ask for it are its own",
    "kernel.py _Process.__init__: 0 -> 1": "machine code comes a token sooner",
    "theorems/measures.py likelihood_is_cross_entropy: int(c) + 1 -> int(c) - 1": "a law holds for any counts",
    "theorems/measures.py likelihood_is_cross_entropy: 0 -> 1": "what is drawn costs five bits more or further",
    "theorems/samples.py certain_stream: 1 -> 2 (2)": "a token that has all the weight is certain, whatever that is",
    "theorems/samples.py huffman_may_beat_its_belief: float(p.probabilities @ build('huffman', ... entropy - 1e-06 "
    "-> float(p.probabilities @ build('huffman', ... entropy - 1e-06": "no code of what is drawn comes so near to "
    "H(P,Q)",
    "models/contexts.py _grams: many * size > _LARGEST -> many * size >= _LARGEST": "the largest number fits, and may "
    "be made smaller too",
    "models/counts.py _work: 16 -> 17": "an estimate, which says only when machine code is worth it",
    "coders/streams/rans_lanes.py encode_four_rans: 1 -> 2 (2)": "a multiple of four less multiples of four is never "
    "-1",
    "coders/streams/textbook.py _found: 0 -> 1 (2)": "of the narrower interval only its upper end is looked at",
    "experiments/sabotage.py _Liar.sample: 10 -> 11": "weights that are nearly those are as wrong a source",
    "coders/messages/tunstall.py TunstallCoder.decode: 0 -> 1 (2)": "what stands for a number that is no word is not "
    "looked at",
    "coders/messages/siblings.py decode_grown: 1 << width < left -> 1 << width <= left": "of "
    "a power of two all words are short ones then, and as long",
    "coders/messages/block.py BlockCoder.expected_bits: size and groups -> size or groups": "no "
    "groups, and one of no tokens, cost nothing",
    "probability/families.py zipf: 1 -> 2 (2)": "a number more, which nothing asks for",
    "theorems/samples.py typical_messages: 600 -> 601": "a law holds for any number of messages",
    "experiments/claim.py likelihood_ratio_test: bound < chance -> bound <= chance": "the bound is no fraction of so "
    "many draws",
    "experiments/trace.py _encoding: 1 -> 2 (3)": "one more bit is shared only where the last number ends in some "
    "fifty zeros",
    "coders/reference.py limited_lengths: 2 -> 3": "packages of one weight are made in the order of their tokens, and "
    "stay in it",
    "models/quantise.py decode_each: symbol < last -> symbol <= last": "what the last token owns ends where the "
    "interval ends",
    "coders/streams/interval.py finish: 2 -> 3": "an interval is so wide that these bits of its point are zeros",
    "coders/streams/rans.py RansCoder.decode_lanes: 0 -> 1": "a room that has two bytes to spare",
    "coders/streams/tans.py TansCoder.decode_lanes: 8 -> 9": "a room, a byte larger",
    "coders/streams/tans.py decode_tans: held < cut -> held <= cut": "a byte is read one token sooner",
    "coders/words/lanes.py decode_lanes: e2 == 0 -> e2 != 0": "a lane that stands still is read to its end afterwards",
    "coders/words/prefix.py PrefixCoder.decode_lanes: 8 -> 9": "a room, a byte larger",
    "experiments/checks.py accounting: abs(ledger.total - bits) <= max(1e-06, 1e-12 * bits) -> abs(ledger.total - "
    "bits) < max(1e-06, 1e-12 * bits)": "no sum is off by exactly what is allowed",
    "probability/moments.py Moments.is_constant: self.largest <= ROUNDING -> self.largest < ROUNDING": "no "
    "token strays by exactly the rounding that is allowed",
    "running/journal.py Journal._gone_on_with: False -> True": "a file that is not empty has a first line, which says "
    "so itself",
    "coders/words/lanes.py decode_lanes: 0 -> 1 (6)": "an entry is looked up before it is asked for",
    "probability/frequencies.py apportion: weight * spread >= whole -> weight * spread > whole": "what "
    "is left is less than the number of remainders above 0",
    "theorems/samples.py typical_messages: np.abs(means - p.entropy) <= near -> np.abs(means - p.entropy) < near": "no "
    "mean is exactly so near",
    "judging/judge.py Cost.laws: 2 + slack + 1e-06 -> 2 + slack - 1e-06": "no payload is exactly so much longer than "
    "what is ideal",
}

_NEIGHBOURS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.And: ast.Or,
    ast.Or: ast.And,
}


@dataclass(frozen=True)
class Site:
    """A place where a fault can be made: the module's file, the function's qualified name, and what is exchanged."""

    file: str
    function: str
    label: str
    number: int

    @property
    def name(self) -> str:
        """What it is told by; more than one of a kind in a function are numbered."""
        return f"{self.file} {self.function}: {self.label}" + (f" ({self.number})" if self.number else "")


def sites(file: str, source: str) -> Iterator[tuple[Site, Callable[[], ast.Module]]]:
    """Every site of a module, and what makes the tree in which the fault is in place."""
    tree = ast.parse(source)
    counted: Counter[tuple[str, str]] = Counter()
    for function, node in _within_functions(tree):
        for label, change in _changes(node):
            number = counted[function, label]
            counted[function, label] += 1
            yield Site(file, function, label, number), functools.partial(_changed, tree, node, change)


def _within_functions(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """Each node of each function's body, with the function's qualified name.

    What is done where a function is made (its defaults, decorators and annotations) is none of it, nor is a text.
    """

    def walk(node: ast.AST, prefix: str, inside: str | None) -> Iterator[tuple[str, ast.AST]]:
        if isinstance(node, ast.FunctionDef):
            name = f"{prefix}{node.name}"
            for statement in node.body:
                yield from walk(statement, f"{name}.<locals>.", name)
        elif isinstance(node, ast.ClassDef):
            for statement in node.body:
                yield from walk(statement, f"{prefix}{node.name}.", None)
        elif isinstance(node, ast.AnnAssign):
            if node.value is not None:
                yield from walk(node.value, prefix, inside)
        elif isinstance(node, ast.Assert) or _is_text(node) or _is_for_checkers(node) or _is_only_asked(node):
            return
        else:
            if inside is not None and not isinstance(node, ast.Lambda):
                yield inside, node
            for each in ast.iter_child_nodes(node):
                # A lambda is a function of its own, whose name nobody knows; a strict zip says what is so anyway.
                is_strict = isinstance(each, ast.keyword) and each.arg == "strict"
                if not isinstance(each, ast.Lambda) and not is_strict:
                    yield from walk(each, prefix, inside)

    yield from walk(tree, "", None)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_only_asked(node: ast.AST) -> bool:
    """Whether this only asks memory for something, on which nothing depends."""
    return isinstance(node, ast.Expr) and ast.unparse(node).startswith("prefetch(")


def _is_for_checkers(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def _changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """What a node may be exchanged for, in words and as it is then."""
    made = copy.copy(node)
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        made.ops = [_NEIGHBOURS[type(node.ops[0])]()]  # type: ignore[attr-defined]
    elif isinstance(node, ast.BinOp | ast.BoolOp | ast.AugAssign) and type(node.op) in _NEIGHBOURS:
        made.op = _NEIGHBOURS[type(node.op)]()  # type: ignore[attr-defined]
    elif isinstance(node, ast.Constant) and type(node.value) is bool:
        made.value = not node.value  # type: ignore[attr-defined]
    elif isinstance(node, ast.Constant) and type(node.value) is int:
        made.value = node.value + 1  # type: ignore[attr-defined]
    elif isinstance(node, ast.If | ast.While | ast.IfExp) and not isinstance(node.test, ast.Compare):
        made.test = ast.copy_location(ast.UnaryOp(ast.Not(), node.test), node.test)  # type: ignore[attr-defined]
        yield f"if {_told(node.test)} -> if not", made
        return
    elif (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)) or isinstance(node, ast.Raise):
        yield f"{_told(node)} -> nothing", ast.copy_location(ast.Pass(), node)
        return
    else:
        return
    yield f"{_told(node)} -> {_told(made)}", made


def _told(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 60 else f"{text[:40]} ... {text[-15:]}"


def _changed(tree: ast.Module, node: ast.AST, change: ast.AST) -> ast.Module:
    """The tree with another node in its place; all else is shared."""

    class Exchange(ast.NodeTransformer):
        def generic_visit(self, here: ast.AST) -> ast.AST:
            if here is node:
                return change
            fields = {name: self._field(value) for name, value in ast.iter_fields(here)}
            if all(fields[name] is value for name, value in ast.iter_fields(here)):
                return here
            made = copy.copy(here)
            for name, value in fields.items():
                setattr(made, name, value)
            return made

        def _field(self, value: object) -> object:
            if isinstance(value, ast.AST):
                return self.generic_visit(value)
            if isinstance(value, list):
                new = [self._field(each) for each in value]
                return value if all(a is b for a, b in zip(new, value, strict=True)) else new
            return value

    made = Exchange().generic_visit(tree)
    assert isinstance(made, ast.Module)
    return made


def all_sites(package: Path, without: Collection[str]) -> Iterator[tuple[Site, Callable[[], ast.Module]]]:
    """The sites of all modules, but of those in some rooms."""
    for path in sorted(package.rglob("*.py")):
        file = str(path.relative_to(package))
        if file.partition("/")[0] not in without and path.stem[:2] != "__":
            yield from sites(file, path.read_text("utf-8"))
