# /// script
# [tool.marimo.display]
# theme = "system"
# ///
"""Words and intervals: a word that you type, as a walk down a tree and as a point of an interval.

codelen lab words                 the page
python -m compress.lab.words      the same once, as a script
"""

import marimo

app = marimo.App(width="medium", app_title="codelen: words and intervals")

with app.setup:
    import marimo as mo

    from compress.lab import pieces as lab


@app.cell
def _():
    mo.md(
        """
        # Words and intervals

        Type a word of up to 64 letters, and press Enter. Huffman's code gives each letter a word of whole bits: a rare
        letter gets a long word. The arithmetic coder gives one word to the whole message: a point in the interval that
        is left when each letter has kept its part. If Q is the word's own letters, neither coder spends less than the
        *surprise*, and the arithmetic coder spends less than two bits more.
        """
    )
    return


@app.cell
def _(assumed, text):
    made = trouble = None
    try:
        made = lab.spelled(text.value, assumed.value)
    except lab.CompressError as error:
        trouble = error
    mo.Html(lab.sizes(made) if made else lab.complaint(trouble))
    return (made,)


@app.cell
def _():
    text = mo.ui.text(value="abracadabra", label="a word", max_length=64)
    assumed = mo.ui.dropdown(
        {"the counts of its own letters": "empirical", "all letters alike": "uniform", "learned on the way": "kt"},
        value="the counts of its own letters",
        label="Q",
    )
    mo.hstack([text, assumed], wrap=True, justify="start", gap=1.5)
    return assumed, text


@app.cell
def _(made):
    mo.stop(made is None)
    mo.vstack([mo.md("## A word for each letter"), mo.Html(lab.tree(made))])
    return


@app.cell
def _(made):
    mo.stop(made is None)
    last = max(len(made.interval.tokens) - lab.MOST_ROWS, 0)
    first = mo.ui.slider(0, max(last, 1), value=0, label="letters left out at the beginning", show_value=True)
    mo.vstack([mo.md("## One word for them all"), *([first] if last else [])])
    return (first,)


@app.cell
def _(first, made):
    words = mo.md(
        """
        Each row is what the row above left of the interval, enlarged. The orange mark is the point that the payload
        names. It lies in the part of every letter, so a decoder finds the letters again, row after row.
        """
    )
    mo.vstack([mo.Html(lab.intervals(made, first.value)), words])
    return


@app.cell
def _():
    mo.md(
        """
        - Type a word whose letters are all different: with both coders each letter costs about log2 of their number.
        - Type *aaaaaaaaaaaaaaab*. Huffman's code spends a bit on each a; the arithmetic coder spends a few on all.
        - Let Q be learned on the way. The receiver needs no counts, and the parts move.
        """
    )
    return


@app.cell
def _(assumed, text):
    asked = ("trace", text.value, "--assumed", assumed.value)
    mo.Html(lab.command(*asked))
    return


@app.cell
def _(made):
    if mo.app_meta().mode == "script":
        print(made.interval.to_markdown())
    return


if __name__ == "__main__":
    app.run()
