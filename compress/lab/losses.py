# /// script
# [tool.marimo.display]
# theme = "system"
# ///
"""A loss is a file size: training, epoch by epoch, and the file that shrinks with the loss.

codelen lab losses                 the page
python -m compress.lab.losses      the same once, as a script
"""

import marimo

app = marimo.App(width="medium", app_title="codelen: a loss is a file size")

with app.setup:
    import marimo as mo

    from compress.lab import pieces as lab


@app.cell
def _():
    mo.md(
        """
        # A loss is a file size

        A network learns to tell the species of a bird, by making its cross-entropy small. After each epoch, the labels
        of birds that it has not seen are encoded with a code that is built from its beliefs, and decoded. The loss
        times the number of labels is the length of this file, to within two bits.
        """
    )
    return


@app.cell
def _(made, number):
    mo.Html(lab.epoch_figures(made, number.value))
    return


@app.cell
def _():
    task = mo.ui.dropdown(
        {"the species of a bird": "labels", "how a coin falls": "coin"}, value="the species of a bird", label="learn"
    )
    hidden = mo.ui.slider(0, 16, 4, value=0, label="units of the hidden layer", show_value=True, debounce=True)
    seed = mo.ui.number(0, 1_000_000, value=0, label="seed")
    mo.hstack([task, hidden, seed], wrap=True, justify="start", gap=1.5)
    return hidden, seed, task


@app.cell
def _(hidden, seed, task):
    made = lab.learned(task.value, 0 if task.value == "coin" else hidden.value, seed.value)
    return (made,)


@app.cell
def _(made):
    number = mo.ui.slider(0, len(made.epochs) - 1, value=0, label="epoch", show_value=True, full_width=True)
    mo.vstack([number])
    return (number,)


@app.cell
def _(made, number):
    words = mo.md(
        """
        Move *epoch* from left to right, and watch the file shrink. The dashed line is what the labels cost if you know
        P itself, from which they were drawn; a network goes below it only by luck.
        """
    )
    mo.vstack([mo.Html(lab.epochs(made, number.value)), words])
    return


@app.cell
def _():
    mo.md(
        """
        - At epoch 0 nothing has been learned: with three species, each label costs about log2 3 = 1.585 bits.
        - Accuracy is how often the likeliest species is the right one. The file still shrinks when accuracy stands
          still: the network learns how sure it may be.
        """
    )
    return


@app.cell
def _(made):
    mo.accordion({"Every epoch": mo.Html(lab.tables(made))})
    return


@app.cell
def _(hidden, seed, task):
    layer = ["--hidden", hidden.value] if task.value == "labels" else []
    mo.Html(lab.command("learn", task.value, *layer, "--seed", seed.value))
    return


@app.cell
def _(made):
    if mo.app_meta().mode == "script":
        print(made.to_markdown())
    return


if __name__ == "__main__":
    app.run()
