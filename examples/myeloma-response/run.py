"""Response by IMWG 2016, its duration and time to progression in 100 patients, with and without plerixafor."""

import unmoor

study = unmoor.load_study("study.yaml")
result = unmoor.simulate(study, unmoor.sample(study.population, n=100, seed=study.seed))
table = unmoor.evaluate(study, result)
print(table[["label", "arm", "estimate", "lower", "upper", "unit", "n"]].to_string(index=False))
