"""Plerixafor, G-CSF or both in 100 healthy donors: the table on the screen, the report beside this file."""

import unmoor

study = unmoor.load_study("study.yaml")
donors = unmoor.sample(study.population, n=100, seed=study.seed)
result = unmoor.simulate(study, donors)
table = unmoor.evaluate(study, result)
print(table[["label", "arm", "estimate", "lower", "upper", "unit"]].to_string(index=False))
print("report:", unmoor.report(study, result, table, to="report.html"))
