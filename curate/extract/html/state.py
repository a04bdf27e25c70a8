"""What the tokeniser knows while it reads, by the name of its place in an array of integers.

An array, since compiled functions share arrays and cannot share local variables. Rows of elements, of the stack and of
blocks are described here too; they are what the rest of the engine reads. Compiled code holds these numbers, so the
name of its cache must follow them: it follows files that name `curate.kernels.jit`.
"""

# state: how much is written, and where we are.
TEXT, BLOCKS, ELEMENTS, FORMULAS, LEVEL = 0, 1, 2, 3, 4  # bytes of text, rows of each table, height of the stack
OPEN, SPACE = 5, 6  # whether a block is open; what is due before the next letter: nothing, a space, a new line
PRE, LINKS, SKIP = 7, 8, 9  # open preformatted elements and links; level below which nothing is written, or -1
WRAPPER_LEVEL = 10  # innermost wrapper of a formula, or 0
LAST_TEXT, LAST_BLOCKS, LAST_STARTED = 11, 12, 13  # the last wrapper's end; whether row 0 of the stack has its start
TITLE, DESCRIPTION, BODY = 14, 16, 18  # (start, end) in the page: <title>, description, articleBody of JSON-LD
DESCRIBED = 20  # whether what pictures show is told: in markup that is all content
SIZE = 21

# elements
TAG, PARENT, DEPTH, BITS, SIGN = 0, 1, 2, 3, 4  # BITS are families of hints; SIGN is of tag and class
ELEMENT_COLUMNS = 5

# stack: the element, what it closes, and the state when it was opened
ELEMENT, ITS_TAG, BLOCK_ELEMENT, WRAPPER_BELOW, FLAGS = range(5)
MARK_TEXT, MARK_BLOCKS, MARK_OPEN, MARK_SPACE = range(5, 9)
STACK_COLUMNS = 9

# blocks
START, END, OF, KIND, LINKED = 0, 1, 2, 3, 4  # bytes of text, element, bits below, bytes of text in links
BLOCK_COLUMNS = 5
IN_PRE, HAS_FORMULA, HAS_BREAK = 1, 2, 4

# formulas
FIRST, LAST, FORM, SHOWN_ALONE = 0, 1, 2, 3
FORMULA_COLUMNS = 4
MATHML, TEX, ALT_TEXT = 0, 1, 2

MOST_DEPTH = 512  # as browsers; deeper elements are part of the one they lie in
MOST_ELEMENTS = 1 << 20
MOST_FORMULAS = 100_000
PLACEHOLDER = 0x1A  # SUBSTITUTE, around the number of a formula; never in a text otherwise
