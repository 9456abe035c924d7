"""Coders: symbols to bits and back.

Which one?  `arithmetic` costs what Q says, to within 2 bits a message and a slack of rounding that
it derives, for any Q: it is the instrument.  `huffman` is the best code of whole-bit words.  `shannon` is the code
of the proof: a word of ceil(-log2 q) bits.  `fixed` ignores Q.  `catalog` names them all.
"""
