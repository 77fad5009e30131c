"""A sentence becomes a plan; the plan gate says what may run."""

import longmen

answer = longmen.plan("walk to the workbench and point at the shelf")
print(longmen.judge(answer["plan"]).status)

foreign = {"id": "1", "model": "mine", "text": "", "steps": [{"skill": "turn", "args": {"angle_deg": 90}}]}
verdict = longmen.judge(foreign)
print(verdict.status, verdict.rules)
print(verdict.reasons["en"])
