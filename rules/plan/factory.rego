# Manufacturing: machines and safety devices.
# Each relation of rules/hazards that the events hold is judged by one rule.
package longmen.plan

import rego.v1

factory := {
	"machine_reached": "machines.reach",
	"machine_reached_object": "machines.reach",
	"body_in_machine": "machines.reach",
	"body_in_machine_only": "machines.reach",
	"machine_with_person": "machines.reach",
	"safety_disabled": "safety.devices",
	"safety_covered": "safety.devices",
}

findings contains finding(factory[relation], event) if {
	some relation, events in input.relations
	some event in events
}
