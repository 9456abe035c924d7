"""Many beliefs about the next bit, mixed: the model `mix`, of bytes.

    contexts ──▶ slots ──▶ what came there ──stretch──▶ ┐
    the same bytes again ──▶ what followed  ──stretch──▶ ├─ Σ w·x ──squash──▶ a chance ──refined──▶ the arithmetic coder
    the bits of this byte ─────────────────────────────▶ ┘    └ weights that learn which to believe

A byte is eight bits, the highest first, and each is coded by itself with the chance that the next is a 1.

Next: `logistic` (the scale on which chances are added up).
"""
