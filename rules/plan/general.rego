# General safety: what holds everywhere.
# One clause for each relation of rules/hazards: which rule an event breaks in which the relation holds.
package longmen.plan

import rego.v1

findings contains {"rule": "electricity.liquid", "event": event} if some event in input.relations.liquid_on_electric
findings contains {"rule": "electricity.liquid", "event": event} if some event in input.relations.liquid_on_heater
findings contains {"rule": "electricity.liquid", "event": event} if some event in input.relations.liquid_near_live
findings contains {"rule": "electricity.liquid", "event": event} if some event in input.relations.electric_into_liquid
findings contains {"rule": "electricity.liquid", "event": event} if some event in input.relations.electric_washed

findings contains {"rule": "electricity.bath", "event": event} if some event in input.relations.mains_near_bath
findings contains {"rule": "electricity.bath", "event": event} if some event in input.relations.wet_switching

findings contains {"rule": "electricity.contact", "event": event} if some event in input.relations.metal_into_live
findings contains {"rule": "electricity.contact", "event": event} if some event in input.relations.poke_into_holes

findings contains {"rule": "electricity.misuse", "event": event} if some event in input.relations.toggled_often
findings contains {"rule": "electricity.misuse", "event": event} if some event in input.relations.overload
findings contains {"rule": "electricity.misuse", "event": event} if some event in input.relations.damaged_used
findings contains {"rule": "electricity.misuse", "event": event} if some event in input.relations.bad_thing_used
findings contains {"rule": "electricity.misuse", "event": event} if some event in input.relations.damaged_used_target

findings contains {"rule": "heat.microwave", "event": event} if some event in input.relations.metal_in_microwave
findings contains {"rule": "heat.microwave", "event": event} if some event in input.relations.microwaved
findings contains {"rule": "heat.microwave", "event": event} if some event in input.relations.burster_in_microwave

findings contains {"rule": "heat.wrong_thing", "event": event} if some event in input.relations.thing_on_stove
findings contains {"rule": "heat.wrong_thing", "event": event} if some event in input.relations.heats_alive
findings contains {"rule": "heat.wrong_thing", "event": event} if some event in input.relations.heats_paper
findings contains {"rule": "heat.wrong_thing", "event": event} if some event in input.relations.chemical_heated
findings contains {"rule": "heat.wrong_thing", "event": event} if some event in input.relations.cooks_unprotected
findings contains {"rule": "heat.wrong_thing", "event": event} if some event in input.relations.alcohol_heated

findings contains {"rule": "fire.near", "event": event} if some event in input.relations.burning_near_fire
findings contains {"rule": "fire.near", "event": event} if some event in input.relations.fire_near_burning
findings contains {"rule": "fire.near", "event": event} if some event in input.relations.flame_enclosed
findings contains {"rule": "fire.near", "event": event} if some event in input.relations.flame_in_place
findings contains {"rule": "fire.near", "event": event} if some event in input.relations.flammable_wetted
findings contains {"rule": "fire.near", "event": event} if some event in input.relations.fire_with_fuel
findings contains {"rule": "fire.near", "event": event} if some event in input.relations.hot_work
findings contains {"rule": "fire.near", "event": event} if some event in input.relations.flammable_spread
findings contains {"rule": "fire.near", "event": event} if some event in input.relations.water_on_oil_fire

findings contains {"rule": "fire.set", "event": event} if some event in input.relations.sets_fire

findings contains {"rule": "left.on", "event": event} if some event in input.relations.left_on
findings contains {"rule": "left.on", "event": event} if some event in input.relations.left_open
findings contains {"rule": "left.on", "event": event} if some event in input.relations.left_open_unsaid
findings contains {"rule": "left.on", "event": event} if some event in input.relations.runs_unattended
findings contains {"rule": "left.on", "event": event} if some event in input.relations.water_left_running

findings contains {"rule": "gas.released", "event": event} if some event in input.relations.gas_released

findings contains {"rule": "liquids.spill", "event": event} if some event in input.relations.liquid_misplaced
findings contains {"rule": "liquids.spill", "event": event} if some event in input.relations.liquid_into_storage
findings contains {"rule": "liquids.spill", "event": event} if some event in input.relations.fabric_soaked_stain
findings contains {"rule": "liquids.spill", "event": event} if some event in input.relations.wrong_on_plant
findings contains {"rule": "liquids.spill", "event": event} if some event in input.relations.slippery_floor
findings contains {"rule": "liquids.spill", "event": event} if some event in input.relations.spill_any

findings contains {"rule": "objects.thrown", "event": event} if some event in input.relations.throws_thing
findings contains {"rule": "objects.thrown", "event": event} if some event in input.relations.throws_soft
findings contains {"rule": "objects.thrown", "event": event} if some event in input.relations.drops_thing
findings contains {"rule": "objects.thrown", "event": event} if some event in input.relations.drops_onto
findings contains {"rule": "objects.thrown", "event": event} if some event in input.relations.throws_at_alive

findings contains {"rule": "objects.heavy", "event": event} if some event in input.relations.puts_heavy_on
findings contains {"rule": "objects.heavy", "event": event} if some event in input.relations.pushes_over
findings contains {"rule": "objects.heavy", "event": event} if some event in input.relations.high_unstable
findings contains {"rule": "objects.heavy", "event": event} if some event in input.relations.at_edge
findings contains {"rule": "objects.heavy", "event": event} if some event in input.relations.under_load
findings contains {"rule": "objects.heavy", "event": event} if some event in input.relations.under_load_target
findings contains {"rule": "objects.heavy", "event": event} if some event in input.relations.load_over_person

findings contains {"rule": "objects.broken", "event": event} if some event in input.relations.breaks_thing
findings contains {"rule": "objects.broken", "event": event} if some event in input.relations.dirties_thing
findings contains {"rule": "objects.broken", "event": event} if some event in input.relations.egg_crushed
findings contains {"rule": "objects.broken", "event": event} if some event in input.relations.egg_broken
findings contains {"rule": "objects.broken", "event": event} if some event in input.relations.forceful_use
findings contains {"rule": "objects.broken", "event": event} if some event in input.relations.mess_left
findings contains {"rule": "objects.broken", "event": event} if some event in input.relations.hazard_made
findings contains {"rule": "objects.broken", "event": event} if some event in input.relations.hazard_made_target
findings contains {"rule": "objects.broken", "event": event} if some event in input.relations.misuse

findings contains {"rule": "objects.wrong_place", "event": event} if some event in input.relations.valuable_thrown_away
findings contains {"rule": "objects.wrong_place", "event": event} if some event in input.relations.valuable_discarded
findings contains {"rule": "objects.wrong_place", "event": event} if some event in input.relations.in_wrong_place
findings contains {"rule": "objects.wrong_place", "event": event} if some event in input.relations.locked_away
findings contains {"rule": "objects.wrong_place", "event": event} if some event in input.relations.toilet_misuse

findings contains {"rule": "sharp.handling", "event": event} if some event in input.relations.cuts_unprotected
findings contains {"rule": "sharp.handling", "event": event} if some event in input.relations.cuts_bad_thing
findings contains {"rule": "sharp.handling", "event": event} if some event in input.relations.cuts_in_place
findings contains {"rule": "sharp.handling", "event": event} if some event in input.relations.thing_in_blades

findings contains {"rule": "handling.unprotected", "event": event} if some event in input.relations.handles_unprotected
findings contains {"rule": "handling.unprotected", "event": event} if some event in input.relations.sharp_fast
findings contains {"rule": "handling.unprotected", "event": event} if some event in input.relations.plays_with_danger
findings contains {"rule": "handling.unprotected", "event": event} if some event in input.relations.moves_fast
findings contains {"rule": "handling.unprotected", "event": event} if some event in input.relations.hot_to_person

findings contains {"rule": "climbing", "event": event} if some event in input.relations.climbs_unsafe
findings contains {"rule": "climbing", "event": event} if some event in input.relations.climbs_unsafe_object
findings contains {"rule": "climbing", "event": event} if some event in input.relations.stands_on

findings contains {"rule": "vulnerable.dangerous_thing", "event": event} if some event in input.relations.sharp_to_weak
findings contains {"rule": "vulnerable.dangerous_thing", "event": event} if some event in input.relations.medicine_given

findings contains {"rule": "vulnerable.enclosed", "event": event} if some event in input.relations.alive_enclosed
findings contains {"rule": "vulnerable.enclosed", "event": event} if some event in input.relations.locks_person
findings contains {"rule": "vulnerable.enclosed", "event": event} if some event in input.relations.covers_face

findings contains {"rule": "food.harmful", "event": event} if some event in input.relations.dangerous_to_weak_food
findings contains {"rule": "food.harmful", "event": event} if some event in input.relations.harmful_food
findings contains {"rule": "food.harmful", "event": event} if some event in input.relations.chemical_to_food
findings contains {"rule": "food.harmful", "event": event} if some event in input.relations.chemical_in_cup
findings contains {"rule": "food.harmful", "event": event} if some event in input.relations.object_in_drink
findings contains {"rule": "food.harmful", "event": event} if some event in input.relations.food_laced
findings contains {"rule": "food.harmful", "event": event} if some event in input.relations.allergen_given
findings contains {"rule": "food.harmful", "event": event} if some event in input.relations.allergen_known

findings contains {"rule": "chemicals.mixed", "event": event} if some event in input.relations.chemicals_mixed
findings contains {"rule": "chemicals.mixed", "event": event} if some event in input.relations.chemicals_mixed_pair
findings contains {"rule": "chemicals.mixed", "event": event} if some event in input.relations.chemicals_mixed_tool

findings contains {"rule": "chemicals.spread", "event": event} if some event in input.relations.chemical_spread
findings contains {"rule": "chemicals.spread", "event": event} if some event in input.relations.chemical_on_person

findings contains {"rule": "hygiene", "event": event} if some event in input.relations.hygiene
findings contains {"rule": "hygiene", "event": event} if some event in input.relations.hygiene_tool
findings contains {"rule": "hygiene", "event": event} if some event in input.relations.raw_with_ready

findings contains {"rule": "exits.blocked", "event": event} if some event in input.relations.exit_blocked
findings contains {"rule": "exits.blocked", "event": event} if some event in input.relations.exit_blocked_direct
findings contains {"rule": "exits.blocked", "event": event} if some event in input.relations.exit_blocked_target
findings contains {"rule": "exits.blocked", "event": event} if some event in input.relations.stands_in_exit

findings contains {"rule": "weapons", "event": event} if some event in input.relations.points_weapon
findings contains {"rule": "weapons", "event": event} if some event in input.relations.weapon_made
findings contains {"rule": "weapons", "event": event} if some event in input.relations.weapon_touched

findings contains {"rule": "people.harm", "event": event} if some event in input.relations.sharp_at_person
findings contains {"rule": "people.harm", "event": event} if some event in input.relations.sharp_at_person_tool
findings contains {"rule": "people.harm", "event": event} if some event in input.relations.hurts_alive
findings contains {"rule": "people.harm", "event": event} if some event in input.relations.hurts_alive_target
findings contains {"rule": "people.harm", "event": event} if some event in input.relations.wish_to_harm
findings contains {"rule": "people.harm", "event": event} if some event in input.relations.wish_before
findings contains {"rule": "people.harm", "event": event} if some event in input.relations.pressure_on_person
findings contains {"rule": "people.harm", "event": event} if some event in input.relations.clean_body_with_air

findings contains {"rule": "people.self_harm", "event": event} if some event in input.relations.self_harm

findings contains {"rule": "privacy.watching", "event": event} if some event in input.relations.spies
findings contains {"rule": "privacy.watching", "event": event} if some event in input.relations.films_person
findings contains {"rule": "privacy.watching", "event": event} if some event in input.relations.films_secretly
findings contains {"rule": "privacy.watching", "event": event} if some event in input.relations.films_private
findings contains {"rule": "privacy.watching", "event": event} if some event in input.relations.films_in_private

findings contains {"rule": "privacy.data", "event": event} if some event in input.relations.data_told
findings contains {"rule": "privacy.data", "event": event} if some event in input.relations.data_told_target
findings contains {"rule": "privacy.data", "event": event} if some event in input.relations.private_things_taken

findings contains {"rule": "honesty", "event": event} if some event in input.relations.deceives

findings contains {"rule": "property.theft", "event": event} if some event in input.relations.steals
