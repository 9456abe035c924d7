# /// script
# [tool.marimo.display]
# theme = "system"
# ///
"""Beliefs and bits: P and Q as sliders, and what was measured beside what was predicted.

codelen lab beliefs                 the page
python -m compress.lab.beliefs      the same once, as a script
"""

import marimo

app = marimo.App(width="medium", app_title="codelen: beliefs and bits")

with app.setup:
    import marimo as mo

    from compress.lab import pieces as lab


@app.cell
def _():
    mo.md(
        """
        # Beliefs and bits

        Tokens are drawn from **P**, the truth, and encoded with a code that is built from **Q**, a belief. Move a
        slider: the tokens are drawn, encoded, decoded and counted again. *Measured* is the length of the result.
        """
    )
    return


@app.cell
def _(assumed, coder, n, seed, true):
    p = q = made = trouble = None
    try:
        p, q = lab.beliefs(true, assumed)
        made = lab.experiment(p, q, coder.value, n.value, seed.value)
    except lab.CompressError as error:
        trouble = error
    mo.Html(lab.figures_of(made) if made else lab.complaint(trouble))
    return made, p, q


@app.cell
def _():
    n = mo.ui.slider(steps=[10**power for power in range(1, 7)], value=1_000, label="tokens drawn", show_value=True)
    coder = mo.ui.dropdown(lab.CODER_NAMES, value="arithmetic", label="coder")
    seed = mo.ui.number(0, 1_000_000, value=0, label="seed")
    mo.hstack([n, coder, seed], wrap=True, justify="start", gap=1.5)
    return coder, n, seed


@app.cell
def _():
    # Each has a name of its own: of sliders that share one, moves that come fast are lost.
    def sliders(*weights):
        each = zip(lab.TOKENS, weights, strict=True)
        return [mo.ui.slider(0, 20, value=weight, label=token, show_value=True) for token, weight in each]

    pa, pb, pc, pd, pe, pf = sliders(7, 3, 0, 0, 0, 0)
    qa, qb, qc, qd, qe, qf = sliders(9, 1, 0, 0, 0, 0)
    mo.hstack(
        [
            mo.vstack([mo.md("**P**: how often each token comes"), pa, pb, pc, pd, pe, pf]),
            mo.vstack([mo.md("**Q**: how often you believe it comes"), qa, qb, qc, qd, qe, qf]),
        ],
        wrap=True,
        justify="start",
        gap=3,
    )
    return pa, pb, pc, pd, pe, pf, qa, qb, qc, qd, qe, qf


@app.cell
def _(pa, pb, pc, pd, pe, pf, qa, qb, qc, qd, qe, qf):
    true = [slider.value for slider in (pa, pb, pc, pd, pe, pf)]
    assumed = [slider.value for slider in (qa, qb, qc, qd, qe, qf)]
    return assumed, true


@app.cell
def _(made, p, q):
    mo.stop(q is None)
    pictures = [mo.Html(lab.bars(p, q)), mo.Html(lab.stack(made) if made else "")]
    words = mo.md(
        """
        The bar *predicted* is the entropy, and on it, in orange, the price of the wrong belief. Make Q equal to P, and
        the orange bar is gone: if you know the truth, you pay only the entropy.
        """
    )
    mo.vstack([mo.hstack(pictures, wrap=True, justify="start", align="start"), *([words] if made else [])])
    return


@app.cell
def _():
    mo.md(
        """
        - Give the third token some weight in P and in Q: a token without weight in both does not exist.
        - Draw a hundred times as many tokens. The interval around *measured* becomes ten times narrower.
        - Give a token of P no weight in Q. An impossible token has infinite surprise, and no code.
        - Choose Huffman's coder with two tokens. Each of them costs one bit, whatever you believe.
        """
    )
    return


@app.cell
def _(coder, made, n, p, q, seed):
    mo.stop(made is None)
    asked = ("validate", "--true", p.spec, "--assumed", q.spec, "--coder", coder.value, "-n", n.value)
    mo.accordion({"The ledger: where every bit of the file went": mo.Html(lab.ledger(made))})
    return (asked,)


@app.cell
def _(asked, seed):
    mo.Html(lab.command(*asked, "--seed", seed.value))
    return


@app.cell
def _(made):
    if mo.app_meta().mode == "script":
        print(made.to_markdown())
    return


if __name__ == "__main__":
    app.run()
