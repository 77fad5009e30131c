"""Asks the motion gate about a command that is too strong."""

import longmen

gate = longmen.MotionGate("qinglong")
torque = 0.5 * gate.robot.torque_max_Nm
torque[0] *= 3
verdict = gate.check(torque_Nm=torque)
print("changed:", verdict.changed, "| rule:", verdict.rule, "| joint:", verdict.joint)
print(verdict.why)
print(verdict.why_zh)
