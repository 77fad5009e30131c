# Manufacturing: machines and safety devices.
# One clause for each relation of rules/hazards: which rule an event breaks in which the relation holds.
package longmen.plan

import rego.v1

findings contains {"rule": "electricity.contact", "relation": "ladder_at_line", "event": event} if some event in electricity.ladder_at_line
findings contains {"rule": "electricity.contact", "relation": "services_live", "event": event} if some event in electricity.services_live

findings contains {"rule": "machines.reach", "relation": "body_in_machine", "event": event} if some event in machines.body_in_machine
findings contains {"rule": "machines.reach", "relation": "body_in_machine_only", "event": event} if some event in machines.body_in_machine_only
findings contains {"rule": "machines.reach", "relation": "enters_enclosed", "event": event} if some event in machines.enters_enclosed
findings contains {"rule": "machines.reach", "relation": "enters_enclosed_object", "event": event} if some event in machines.enters_enclosed_object
findings contains {"rule": "machines.reach", "relation": "machine_reached", "event": event} if some event in machines.machine_reached
findings contains {"rule": "machines.reach", "relation": "machine_reached_object", "event": event} if some event in machines.machine_reached_object
findings contains {"rule": "machines.reach", "relation": "machine_with_person", "event": event} if some event in machines.machine_with_person
findings contains {"rule": "machines.reach", "relation": "serviced_running", "event": event} if some event in machines.serviced_running
findings contains {"rule": "machines.reach", "relation": "serviced_running_target", "event": event} if some event in machines.serviced_running_target

findings contains {"rule": "objects.heavy", "relation": "unsecured", "event": event} if some event in objects.unsecured

findings contains {"rule": "people.harm", "relation": "fast_vehicle", "event": event} if some event in people.fast_vehicle
findings contains {"rule": "people.harm", "relation": "near_people", "event": event} if some event in people.near_people

findings contains {"rule": "safety.devices", "relation": "safety_blocked", "event": event} if some event in safety.safety_blocked
findings contains {"rule": "safety.devices", "relation": "safety_covered", "event": event} if some event in safety.safety_covered
findings contains {"rule": "safety.devices", "relation": "safety_disabled", "event": event} if some event in safety.safety_disabled
findings contains {"rule": "safety.devices", "relation": "safety_disabled_more", "event": event} if some event in safety.safety_disabled_more
findings contains {"rule": "safety.devices", "relation": "safety_thing_misused", "event": event} if some event in safety.safety_thing_misused
