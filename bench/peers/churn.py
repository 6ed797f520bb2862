"""What a data scientist would reach for instead of the network, on one churn table and its own folds.

    python churn.py TABLE --label COLUMN=POSITIVE [--drop COLUMN ...] [--cluster COLUMN] [--trials 50] [--seed 0]

TABLE is CSV, or two Parquet files of one form, TRAIN TEST, for a split in time. Models: logistic regression, LightGBM as it comes,
LightGBM with settings that suit small tables, and LightGBM after a random search: for each outer fold, each setting is
measured by three-fold cross-validation of the log loss within the training rows alone, where rows of one cluster stay together.

Prints one JSON object: per model, in the order of the predicted rows, the probability of each, and the seconds that it took.
"""

import argparse
import json
import time
import warnings

import lightgbm as lgb
import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

warnings.filterwarnings("ignore")


def read(paths, label, drop):
    frames = [pd.read_parquet(p) if p.endswith(".parquet") else pd.read_csv(p, skipinitialspace=True) for p in paths]
    data = pd.concat(frames, ignore_index=True)
    column, positive = label.split("=")
    truth = (data.pop(column).astype(str) == positive).astype(int).to_numpy()
    if len(frames) == 2:
        folds = [np.arange(len(data)) >= len(frames[0])]
    else:
        fold = data.pop("fold").to_numpy()
        folds = [fold == k for k in np.unique(fold)]
    data = data.drop(columns=drop)
    for name in data:
        text = data[name].astype(str).str.strip().replace({"": None, "nan": None, "None": None, "<NA>": None})
        number = pd.to_numeric(text, errors="coerce")
        is_number = number.notna().sum() > 0.95 * max(1, text.notna().sum())
        data[name] = number if is_number else text.fillna("missing").astype("category")
    return data, truth, folds


def lightgbm(seed, **settings):
    # One thread: on tables of some thousand rows, several are slower, many times so on a busy machine.
    return lgb.LGBMClassifier(verbose=-1, n_jobs=1, random_state=seed, **settings)


def draw(random):
    return dict(
        learning_rate=float(10 ** random.uniform(-2.3, -0.7)),
        n_estimators=int(random.choice([100, 150, 200, 300, 450, 600])),
        num_leaves=int(random.choice([4, 6, 8, 12, 16, 24, 32, 48])),
        min_child_samples=int(random.choice([5, 10, 20, 30, 50, 80])),
        subsample=float(random.uniform(0.5, 1)),
        subsample_freq=1,
        colsample_bytree=float(random.uniform(0.3, 1)),
        reg_lambda=float(10 ** random.uniform(-2, 2)),
        reg_alpha=float(10 ** random.uniform(-3, 1)),
    )


def searched(rows, truth, clusters, trials, seed):
    """LightGBM with the best of `trials` drawn settings."""
    random = np.random.default_rng(seed)
    splitter = StratifiedKFold if clusters is None else StratifiedGroupKFold
    inner = list(splitter(3, shuffle=True, random_state=seed).split(rows, truth, clusters))
    best, least = None, np.inf
    for _ in range(trials):
        settings = draw(random)
        loss = np.mean(
            [
                log_loss(
                    truth[test],
                    lightgbm(seed, **settings).fit(rows.iloc[train], truth[train]).predict_proba(rows.iloc[test])[:, 1],
                )
                for train, test in inner
            ]
        )
        if loss < least:
            best, least = settings, loss
    return lightgbm(seed, **best)


def logistic(rows):
    text = [c for c in rows if str(rows[c].dtype) == "category"]
    numbers = [c for c in rows if c not in text]
    return make_pipeline(
        ColumnTransformer(
            [("text", OneHotEncoder(handle_unknown="ignore"), text), ("numbers", StandardScaler(), numbers)]
        ),
        LogisticRegression(max_iter=2000),
    )


def main():
    args = argparse.ArgumentParser()
    args.add_argument("tables", nargs="+")
    args.add_argument("--label", required=True)
    args.add_argument("--drop", nargs="*", default=[])
    args.add_argument("--cluster")
    args.add_argument("--trials", type=int, default=50)
    args.add_argument("--seed", type=int, default=0)
    args = args.parse_args()
    data, truth, folds = read(args.tables, args.label, args.drop)
    clusters = data.pop(args.cluster).to_numpy() if args.cluster else None
    numbers = [c for c in data if str(data[c].dtype) != "category"]
    small = dict(
        learning_rate=0.03, n_estimators=300, num_leaves=8, min_child_samples=30,
        subsample=0.8, subsample_freq=1, colsample_bytree=0.6, reg_lambda=5,
    )
    results = {}
    for test in folds:
        models = {
            "logistic_regression": lambda rows, _: logistic(rows),
            "lightgbm_default": lambda *_: lightgbm(args.seed),
            "lightgbm_tuned": lambda *_: lightgbm(args.seed, **small),
        }
        if args.trials > 0:
            train_clusters = None if clusters is None else clusters[~test]
            models["lightgbm_searched"] = lambda rows, y: searched(rows, y, train_clusters, args.trials, args.seed)
        for name, make in models.items():
            rows = data.copy()
            if name == "logistic_regression":
                rows[numbers] = rows[numbers].fillna(rows[numbers][~test].median()).fillna(0)
            start = time.time()
            model = make(rows[~test], truth[~test]).fit(rows[~test], truth[~test])
            result = results.setdefault(name, {"probabilities": [None] * len(data), "fit_seconds": 0})
            result["fit_seconds"] += time.time() - start
            for row, p in zip(np.flatnonzero(test), model.predict_proba(rows[test])[:, 1]):
                result["probabilities"][row] = float(p)
    print(json.dumps(results))


if __name__ == "__main__":
    main()
