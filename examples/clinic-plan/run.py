"""A patient with lymphoma and 9 CD34+ cells/uL on day 4: the chances of each option, and a page beside this file."""

import unmoor
from unmoor.reporting import plan_report

plan = unmoor.plan("patient.json")
for option in plan.options:
    two, five = option.chance["2"], option.chance["5"]
    print(f"{option.title:52} >= 2: {two.value:4.0%}   >= 5: {five.value:4.0%}   sessions: {option.sessions:.1f}")
print(f"effective sample {plan.ess:.0f} of {plan.tried}")
print("page:", plan_report(plan, "plan.html"))
