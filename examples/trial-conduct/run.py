"""The same 200 patients seen throughout, and as a trial sees them that loses some, misses visits and is cut."""

from dataclasses import replace

import unmoor

study = unmoor.load_study("study.yaml")
result = unmoor.simulate(study, unmoor.sample(study.population, n=200, seed=study.seed))
for title, each in (("seen throughout", replace(study, conduct=None)), ("as conducted", study)):
    table = unmoor.evaluate(each, result)
    print(title, table[["label", "estimate", "lower", "upper", "unit", "n"]].to_string(index=False), sep="\n")
