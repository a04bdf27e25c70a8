"""Labels of made-up pages on cooking and on engines, which a few words tell apart, and some that could be either."""

import random

import pyarrow as pa

from classifiers import labels
from classifiers.task import Task
from schemas.labels import LABELS

TASK = Task(name="cooking", question="Is it about cooking?", scale={0: "no", 1: "yes"}, positive="1")
TOPICS = Task(name="topic", question="What about?", classes={"food": "f", "engines": "e", "music": "m"})
WORDS = {
    "food": ["flour", "butter", "oven", "whisk", "dough", "simmer", "salt", "onion"],
    "engines": ["piston", "valve", "torque", "diesel", "clutch", "gearbox", "oil"],
    "music": ["chord", "tempo", "violin", "melody", "rhythm", "sonata", "choir"],
    "any": ["the", "a", "of", "and", "with", "some", "more", "then", "into", "before", "中文", "naïve"],
}
OF_TASK = {"1": "food", "0": "engines"}


def made(task=TASK, count=600, keys=60, seed=0, rare=1.0):
    """`count` documents; a class but the first is drawn `rare` times as often."""
    drawn, rows = random.Random(seed), []
    answers = ["0", "1"] if task is TASK else list(task.names)
    for uid in range(count):
        answer = drawn.choices(answers, [1.0] + [rare] * (len(answers) - 1))[0]
        own = WORDS[OF_TASK.get(answer, answer)]
        words = drawn.choices(WORDS["any"], k=drawn.randrange(5, 40)) + drawn.choices(own, k=drawn.randrange(0, 4))
        drawn.shuffle(words)
        text = " ".join(words).replace(" then ", "\n")
        rows.append({"uid": uid, "text": text, "answer": answer, "key": f"site{drawn.randrange(keys)}.example"})
    filled = {"language": "en", "group": "web", "stratum": "", "weight": 1.0, "judge": "given", "tokens": 0}
    return labels.of(pa.Table.from_pylist([{**filled, **row} for row in rows], LABELS.schema), task)
