"""Five designs on the same 200 patients, whose toxicities come from the model, in the same 500 trials."""

import unmoor

study = unmoor.load_study("study.yaml")
result = unmoor.simulate(study, unmoor.sample(study.population, n=200, seed=1))
found = unmoor.compare_designs(study, result, trials=500)
print(found.table().pivot(index="level", columns="design", values="selected"))
print(found.totals().round(2).to_string())
print(found.runs[0].path(found.runs[0].typical))
