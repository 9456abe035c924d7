"""The tree of a code: where its nodes lie, how it grew, and its text and picture for any tokens."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compress.cli.main import run
from compress.coders.catalog import choose
from compress.coders.words.codebook import ABSENT
from compress.coders.words.huffman import huffman, merges
from compress.errors import SpecError
from compress.experiments.predict import CodeForecast, expected_code
from compress.experiments.trace import trace
from compress.probability.distribution import Distribution
from compress.reports.drawings.trees import placed, tree_dot, tree_svg, walk_svg
from compress.sources.tokens import tokeniser

weights_of_codes = st.lists(st.integers(0, 1000), min_size=1, max_size=40).filter(any)


def forecast(weights: list[int], coder: str = "huffman") -> CodeForecast:
    return expected_code(Distribution(tuple(f"t{at:02}" for at in range(len(weights))), tuple(weights)), choose(coder))


@given(weights_of_codes, st.sampled_from(["huffman", "shannon", "fixed"]))
def test_a_node_lies_above_the_middle_of_what_is_below_it(weights: list[int], coder: str) -> None:
    nodes = {node.word: node for node in placed(forecast(weights, coder))}
    leaves = sorted(node.word for node in nodes.values() if node.token is not None)
    assert [nodes[word].x for word in leaves] == list(range(len(leaves)))
    assert len(leaves) == sum(weight > 0 for weight in weights)
    for word, node in nodes.items():
        children = [nodes[word + bit] for bit in "01" if word + bit in nodes]
        assert bool(children) == (node.token is None)
        assert node.depth == len(word)
        if children:
            assert node.x == pytest.approx(sum(child.x for child in children) / len(children))
            assert node.q == pytest.approx(sum(child.q for child in children))
        if word:
            assert word[:-1] in nodes
    assert nodes[""].q == pytest.approx(1)


@given(weights_of_codes)
def test_a_token_is_as_deep_as_it_was_merged_often(weights: list[int]) -> None:
    made = merges(weights)
    weight_of = [*weights, *[0] * len(made)]
    inside = {symbol: {symbol} for symbol, weight in enumerate(weights) if weight}
    merged = dict.fromkeys(inside, 0)
    for merge in made:
        for node in (merge.first, merge.second):
            # They are the two lightest of all that are left.
            others = [weight_of[other] for other in inside if other not in (merge.first, merge.second)]
            assert weight_of[node] <= min(others, default=weight_of[node])
        weight_of[merge.node] = weight_of[merge.first] + weight_of[merge.second]
        inside[merge.node] = inside.pop(merge.first) | inside.pop(merge.second)
        for symbol in inside[merge.node]:
            merged[symbol] += 1
    assert len(inside) == 1
    assert huffman(weights).lengths.tolist() == [merged.get(symbol, ABSENT) for symbol in range(len(weights))]


def test_any_token_may_stand_in_the_text_and_in_the_picture() -> None:
    tokens = ("<b>&", 'say "no"', "back\\slash", "\n", "\x07", "a name that is much too long")
    code = expected_code(Distribution(tokens, (1,) * 6), choose("huffman"))
    svg = ElementTree.fromstring(tree_svg(code))
    said = [text.text for text in svg.iter("{http://www.w3.org/2000/svg}text")]
    for name in ("<b>&", 'say "no"', "back\\slash", r"'\n'", r"'\x07'", "'a name tha…"):
        assert name in said or repr(name) in said, name
    dot = tree_dot(code)
    assert re.search(r'label="\'?say \\"no\\"', dot)
    assert r"back\\slash\n0.1667" in dot
    # Outside of its labels nothing of a token is left.
    bare = re.sub(r'"(\\.|[^"\\])*"', "", dot)
    assert set(bare) <= set("digraph code {}[];\n->=shapeboxlabelnodecircle,r01 ")


def test_the_picture_has_each_node_once_and_each_line() -> None:
    code = forecast([5, 2, 1, 1, 2, 0])
    svg = ElementTree.fromstring(tree_svg(code))
    kinds = [element.tag.rpartition("}")[2] for element in svg.iter()]
    assert (kinds.count("line"), kinds.count("circle"), kinds.count("rect")) == (8, 4, 6)
    width, height = float(svg.attrib["width"]), float(svg.attrib["height"])
    for rect in list(svg.iter("{http://www.w3.org/2000/svg}rect"))[1:]:
        assert 0 <= float(rect.attrib["x"]) <= width - float(rect.attrib["width"])
        assert 0 <= float(rect.attrib["y"]) <= height - float(rect.attrib["height"])
    assert tree_dot(code).count("->") == 8
    # A certain token is the root and a leaf.
    assert tree_svg(forecast([1])).count("<line") == 0


def test_a_coder_without_words_has_no_tree_and_one_without_merges_no_steps() -> None:
    with pytest.raises(SpecError, match="arithmetic sends no words, so there is no tree"):
        tree_svg(forecast([1, 2], "arithmetic"))
    for coder in ("shannon", "arithmetic", "fixed"):
        with pytest.raises(SpecError, match=f"{coder} does not merge tokens"):
            expected_code(Distribution.parse("a=.5,b=.5"), choose(coder), steps=True)


def test_the_steps_are_shown_and_kept(capsys: pytest.CaptureFixture[str]) -> None:
    spec = "a=5/11,b=2/11,c=1/11,d=1/11,r=2/11"
    assert run(["code", spec, "--steps"]) == 0
    out = capsys.readouterr().out
    assert "   1  c         0.0909091  d    0.0909091  ●1      0.181818\n" in out
    assert "   4  a          0.454545  ●3    0.545455  ●4             1\n" in out
    assert run(["code", spec, "--steps", "--json", "-"]) == 0
    merged = json.loads(capsys.readouterr().out)["merges"]
    assert merged[0] == {"first": 2, "second": 3, "node": 5}
    assert run(["code", spec, "--json", "-"]) == 0
    assert "merges" not in json.loads(capsys.readouterr().out)
    assert run(["code", "uniform:60", "--steps"]) == 0
    assert "... and 19 more steps; --all shows them\n" in capsys.readouterr().out
    assert run(["code", spec, "--coder", "arithmetic", "--svg", "-"]) == 2


# ---------------------------------------------------------------- what a message walks of it


@pytest.mark.parametrize("coder", ["huffman", "shannon", "fixed"])
def test_a_message_walks_the_edges_of_its_words(coder: str) -> None:
    made = trace(
        tokeniser("chars").split(b"abracadabra"), Distribution.parse("a=.4,b=.2,r=.2,c=.1,d=.05,e=.05"), choose(coder)
    )
    root = ElementTree.fromstring(walk_svg(made))
    looks = {
        name: [element for element in root.iter() if element.get("class") == name]
        for name in ("walk", "mine", "box", "n", "b", "q")
    }
    assert made.book is not None
    word = {token: bits.to01() for token, bits in zip("abrcde", made.book.words, strict=True) if bits is not None}
    walked = {word[token][:length] for token in "abrcd" for length in range(1, len(word[token]) + 1)}
    assert len(looks["walk"]) == len(walked)
    # The edge that is walked most is the widest.
    assert max(float(edge.get("stroke-width", 0)) for edge in looks["walk"]) == 6.0
    # Five leaves are reached, and one that no token of the message is.
    assert (len(looks["mine"]), len(looks["box"])) == (5, 1)
    said = [element.text for element in looks["q"]]
    assert sorted(each for each in said if each and each.endswith("×")) == ["0×", "1×", "1×", "2×", "2×", "5×"]
    # Below it, token by token, the payload.
    spelled = [str(element.text) for element in looks["b"]]
    assert "".join(spelled[-11:]) == made.payload.to01()
    assert [element.text for element in looks["n"]][-11:] == list("abracadabra")


def test_the_picture_of_a_trace_is_of_its_kind(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["trace", "abba", "--coder", "huffman", "--svg", "-"]) == 0
    assert 'class="walk"' in capsys.readouterr().out
    assert run(["trace", "abba", "--svg", "-"]) == 0
    assert 'class="zoom"' in capsys.readouterr().out
    with pytest.raises(SpecError, match="arithmetic sends no words, so there is no tree"):
        walk_svg(trace(tokeniser("chars").split(b"abba"), Distribution.parse("a=.5,b=.5"), choose("arithmetic")))


def test_a_message_of_one_certain_token_walks_nowhere() -> None:
    made = trace(tokeniser("chars").split(b"aaa"), Distribution.parse("a=1"), choose("huffman"))
    text = walk_svg(made)
    assert ElementTree.fromstring(text).get("width") == "340"
    assert "0 bits, for 0.00 bits of surprise" in text
