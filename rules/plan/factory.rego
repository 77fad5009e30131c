# Manufacturing: machines and safety devices.
# One clause for each relation of rules/hazards: which rule an event breaks in which the relation holds.
package longmen.plan

import rego.v1

findings contains {"rule": "machines.reach", "event": event} if some event in input.relations.machine_reached
findings contains {"rule": "machines.reach", "event": event} if some event in input.relations.machine_reached_object
findings contains {"rule": "machines.reach", "event": event} if some event in input.relations.body_in_machine
findings contains {"rule": "machines.reach", "event": event} if some event in input.relations.body_in_machine_only
findings contains {"rule": "machines.reach", "event": event} if some event in input.relations.machine_with_person

findings contains {"rule": "safety.devices", "event": event} if some event in input.relations.safety_disabled
findings contains {"rule": "safety.devices", "event": event} if some event in input.relations.safety_covered
