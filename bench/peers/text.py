"""What a data scientist would reach for first: tf-idf of words 1-2 and logistic regression, as ../../shared/peers has it.

Reads {"texts": [...], "labels": [[0, 1, ...], ...], "folds": [...]} from standard input and prints the pooled
out-of-fold probabilities of each label: {"predictions": [[...], ...], "seconds": 1.2}.
"""
import json
import sys
import time

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

task = json.load(sys.stdin)
texts, folds = np.array(task["texts"], dtype=object), np.array(task["folds"])
predictions = np.zeros((len(task["labels"]), len(texts)))
start = time.time()
for fold in np.unique(folds):
    inside, outside = folds == fold, folds != fold
    vectoriser = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)
    train = vectoriser.fit_transform(texts[outside])
    test = vectoriser.transform(texts[inside])
    for row, label in enumerate(np.array(task["labels"])):
        model = LogisticRegression(C=10, max_iter=1000).fit(train, label[outside])
        predictions[row, inside] = model.predict_proba(test)[:, 1]
print(json.dumps({"predictions": predictions.tolist(), "seconds": round(time.time() - start, 2)}))
