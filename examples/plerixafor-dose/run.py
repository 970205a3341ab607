"""Three doses of plerixafor in the same 100 patients: how many reach 2 x 10^6 CD34+ cells/kg, and by how much more."""

import unmoor

study = unmoor.load_study("study.yaml")
result = unmoor.simulate(study, unmoor.sample(study.population, n=100, seed=study.seed))
table = unmoor.evaluate(study, result)
print(table[["label", "arm", "estimate", "lower", "upper", "n"]].to_string(index=False))
