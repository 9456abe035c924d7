"""From words to intervals: a word that you type, as a walk down a tree and as a point of an interval.

codelen lab words                 the page
python -m compress.lab.words      the same once, as a script
"""

import marimo

app = marimo.App(width="medium", app_title="codelen: from words to intervals")

with app.setup:
    import marimo as mo

    from compress.lab import pieces as lab


@app.cell
def _():
    mo.md(
        """
        # From words to intervals

        Type a word, up to 64 letters, and press Enter. Huffman's code gives each letter a word of whole bits: the
        rarer the longer. The arithmetic coder gives the whole message one word, a point of the interval that is left
        when each letter has kept its part. Built from the word's own letters, neither pays less than the *surprise*,
        and the arithmetic coder pays less than two bits more.
        """
    )
    return


@app.cell
def _():
    text = mo.ui.text(value="abracadabra", label="a word", max_length=64)
    assumed = mo.ui.dropdown(
        {"its own letters, as often as they come": "empirical", "all alike": "uniform", "learned on the way": "kt"},
        value="its own letters, as often as they come",
        label="Q",
    )
    mo.hstack([text, assumed], wrap=True, justify="start", gap=1.5)
    return assumed, text


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
    mo.Html(lab.intervals(made, first.value))
    return


@app.cell
def _():
    mo.md(
        """
        Each row is what was left of the one above, enlarged. The orange mark is the point that the payload names: it
        lies in the part of every letter, and so a decoder finds them again, row after row.

        - Type a word whose letters are all different: each costs about log2 of their number, with both coders.
        - Type *aaaaaaaaaaaaaaab*. Huffman's code needs a bit for each a, and the arithmetic coder a few for them all.
        - Let Q be learned on the way. Nothing has to be told in advance, and the parts move.
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
