"""Who leaves, on a telephone company's 7,043 customers.

There is no time in the set: the split is by a hash of the customer's number.
Half of the customers teach; the other half, which nothing was chosen on, is judged.
"""

import csv
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import make_column_transformer
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

FIGURES = ("Tenure Months", "Monthly Charges", "Total Charges")
WORDS = (
    "Gender", "Senior Citizen", "Partner", "Dependents", "Phone Service", "Multiple Lines", "Internet Service",
    "Online Security", "Online Backup", "Device Protection", "Tech Support", "Streaming TV", "Streaming Movies",
    "Contract", "Paperless Billing", "Payment Method",
)  # fmt: skip
BINS = 10


def run(data: Path) -> dict[str, Any]:
    with (data / "telco_cltv" / "Telco_customer_churn.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    teaches = np.array([sha256(row["CustomerID"].encode()).digest()[0] % 2 == 0 for row in rows])
    known, left = _table(rows), np.array([row["Churn Value"] == "1" for row in rows], dtype=int)
    report: dict[str, Any] = {
        "taught": int(teaches.sum()),
        "judged": int((~teaches).sum()),
        "left": float(left[~teaches].mean()),
    }
    for name, model in _models().items():
        model.fit(known[teaches], left[teaches])
        report[name] = _judged(model.predict_proba(known[~teaches])[:, 1], left[~teaches])
    return report


def _table(rows: list[dict[str, str]]) -> Any:
    figures = [[float(row[name].strip() or 0) for name in FIGURES] for row in rows]
    words = [[row[name] for name in WORDS] for row in rows]
    return np.array([[*a, *b] for a, b in zip(figures, words, strict=True)], dtype=object)


def _models() -> dict[str, Any]:
    split = len(FIGURES)
    columns = make_column_transformer(
        (StandardScaler(), list(range(split))),
        (OneHotEncoder(handle_unknown="ignore", sparse_output=False), list(range(split, split + len(WORDS)))),
    )
    logistic = make_pipeline(columns, LogisticRegression(C=1.0, max_iter=2_000))
    boosted = make_pipeline(
        columns, HistGradientBoostingClassifier(max_iter=120, learning_rate=0.05, random_state=1)
    )
    return {
        "base_rate": DummyClassifier(),
        "logistic": logistic,
        "boosted_calibrated": CalibratedClassifierCV(boosted, method="isotonic", cv=5),
    }


def _judged(chance: Any, left: Any) -> dict[str, Any]:
    """Brier's score, the area under ROC, and what was said against what came, in tenths."""
    places = np.minimum((chance * BINS).astype(int), BINS - 1)
    table = [
        {
            "said": round(float(chance[places == place].mean()), 3),
            "came": round(float(left[places == place].mean()), 3),
            "customers": int((places == place).sum()),
        }
        for place in range(BINS)
        if (places == place).any()
    ]
    error = sum(row["customers"] * abs(row["said"] - row["came"]) for row in table) / len(left)
    return {
        "brier": round(float(brier_score_loss(left, chance)), 4),
        "area_under_roc": round(float(roc_auc_score(left, chance)), 4),
        "calibration_error": round(error, 4),
        "calibration": table,
    }
