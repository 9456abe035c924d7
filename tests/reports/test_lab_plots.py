"""Pictures of the lab: what they say and how long their bars are."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from compress.experiments.predict import PairForecast
from compress.experiments.validate import validate
from compress.probability.distribution import Distribution, Pair
from compress.reports.plots.lab import beliefs_picture, epoch_picture, stack_picture
from compress.training.learn import Plan, learn_coin

P = Distribution.parse("a=0.5,b=0.3,c=0.2")


def texts(svg: bytes) -> list[str]:
    root = ElementTree.fromstring(svg)
    return ["".join(element.itertext()) for element in root.iter("{http://www.w3.org/2000/svg}text")]


def widths(svg: bytes, colour: str) -> list[float]:
    """How far the boxes of a colour reach from left to right."""
    found = []
    for path, look in re.findall(r'<path d="([^"]*)"[^>]*style="fill: ([^";]*)', svg.decode()):
        if look.lower() == colour.lower():
            x = [float(number) for number in re.findall(r"[ML] ([\d.]+) ", path)]
            found.append(max(x) - min(x))
    return found


def test_beliefs_stand_beside_each_other_with_their_surprises() -> None:
    svg = beliefs_picture(PairForecast(Pair(P, Distribution.parse("a=0.2,b=0,c=0.8"))))
    assert {"p", "q", "-log2 p", "-log2 q", "surprise, bits", "probability"} <= set(texts(svg))
    assert texts(svg).count("∞") == 1
    assert "∞" not in texts(beliefs_picture(PairForecast(Pair(P, P))))


@pytest.mark.parametrize(("coder", "n"), [("arithmetic", 100), ("huffman", 10_000)])
def test_what_was_measured_is_as_long_as_it_is(coder: str, n: int) -> None:
    run = validate(P, "a=0.2,b=0.2,c=0.6", coder=coder, n=n)
    svg = stack_picture(run, P.entropy)
    said = texts(svg)
    assert f"H(P) {P.entropy:.4f}" in said
    assert f"D(P||Q) {run.kl_divergence:.4f}" in said
    assert f"measured {run.bits_per_token:.4f}" in said
    assert any(text.startswith("code ") for text in said) == (coder == "huffman")
    assert run.bits_per_token is not None
    [grey, measured] = max(widths(svg, "#666666")), max(widths(svg, "#0072B2"))
    assert measured / grey == pytest.approx(run.bits_per_token / P.entropy, rel=1e-3)


def test_an_epoch_is_marked_with_its_payload() -> None:
    made = learn_coin(n=200, plan=Plan(epochs=4, batch=200, rate=1))
    for number, epoch in enumerate(made.epochs):
        assert f"{epoch.held_out.payload_bits:,}" in texts(epoch_picture(made, number))
    assert "P itself" in texts(epoch_picture(made, 0))
