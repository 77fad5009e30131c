# The robot itself.
# One clause for each relation of rules/hazards: which rule an event breaks in which the relation holds.
package longmen.plan

import rego.v1

findings contains {"rule": "safety.rules", "relation": "rules_overridden", "event": event} if some event in safety.rules_overridden
findings contains {"rule": "robot.water", "relation": "enters_water", "event": event} if some event in robot.enters_water
findings contains {"rule": "robot.water", "relation": "enters_water_object", "event": event} if some event in robot.enters_water_object
