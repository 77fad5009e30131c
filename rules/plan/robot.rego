# The robot itself.
# Each relation of rules/hazards that the events hold is judged by one rule.
package longmen.plan

import rego.v1

robot := {
	"rules_overridden": "safety.rules",
}

findings contains finding(robot[relation], event) if {
	some relation, events in input.relations
	some event in events
}
