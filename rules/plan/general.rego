# General safety: what holds everywhere.
# One clause for each relation of rules/hazards: which rule an event breaks in which the relation holds.
package longmen.plan

import rego.v1

findings contains {"rule": "bank.advice", "relation": "money_into_product", "event": event} if some event in bank.money_into_product

findings contains {"rule": "bank.cash", "relation": "card_inserted", "event": event} if some event in bank.card_inserted
findings contains {"rule": "bank.cash", "relation": "cash_counting", "event": event} if some event in bank.cash_counting
findings contains {"rule": "bank.cash", "relation": "types_secret", "event": event} if some event in bank.types_secret

findings contains {"rule": "chemicals.mixed", "relation": "chemicals_mixed", "event": event} if some event in chemicals.chemicals_mixed
findings contains {"rule": "chemicals.mixed", "relation": "chemicals_mixed_pair", "event": event} if some event in chemicals.chemicals_mixed_pair
findings contains {"rule": "chemicals.mixed", "relation": "chemicals_mixed_tool", "event": event} if some event in chemicals.chemicals_mixed_tool
findings contains {"rule": "chemicals.mixed", "relation": "chemicals_poured_together", "event": event} if some event in chemicals.chemicals_poured_together
findings contains {"rule": "chemicals.mixed", "relation": "oxidizer_pair", "event": event} if some event in chemicals.oxidizer_pair

findings contains {"rule": "chemicals.spread", "relation": "chemical_on_person", "event": event} if some event in chemicals.chemical_on_person
findings contains {"rule": "chemicals.spread", "relation": "chemical_spread", "event": event} if some event in chemicals.chemical_spread
findings contains {"rule": "chemicals.spread", "relation": "discarded_danger", "event": event} if some event in chemicals.discarded_danger
findings contains {"rule": "chemicals.spread", "relation": "environment_polluted", "event": event} if some event in chemicals.environment_polluted
findings contains {"rule": "chemicals.spread", "relation": "oil_down_drain", "event": event} if some event in chemicals.oil_down_drain

findings contains {"rule": "climbing", "relation": "climbs_unsafe", "event": event} if some event in climbing.climbs_unsafe
findings contains {"rule": "climbing", "relation": "climbs_unsafe_object", "event": event} if some event in climbing.climbs_unsafe_object
findings contains {"rule": "climbing", "relation": "dangerous_bath", "event": event} if some event in climbing.dangerous_bath
findings contains {"rule": "climbing", "relation": "rides_load", "event": event} if some event in climbing.rides_load
findings contains {"rule": "climbing", "relation": "rides_load_object", "event": event} if some event in climbing.rides_load_object
findings contains {"rule": "climbing", "relation": "unsecured_climb", "event": event} if some event in climbing.unsecured_climb

findings contains {"rule": "electricity.bath", "relation": "mains_near_bath", "event": event} if some event in electricity.mains_near_bath
findings contains {"rule": "electricity.bath", "relation": "wet_hands", "event": event} if some event in electricity.wet_hands
findings contains {"rule": "electricity.bath", "relation": "wet_switching", "event": event} if some event in electricity.wet_switching

findings contains {"rule": "electricity.contact", "relation": "into_holes", "event": event} if some event in electricity.into_holes
findings contains {"rule": "electricity.contact", "relation": "metal_into_live", "event": event} if some event in electricity.metal_into_live
findings contains {"rule": "electricity.contact", "relation": "poke_into_holes", "event": event} if some event in electricity.poke_into_holes

findings contains {"rule": "electricity.liquid", "relation": "electric_into_liquid", "event": event} if some event in electricity.electric_into_liquid
findings contains {"rule": "electricity.liquid", "relation": "electric_washed", "event": event} if some event in electricity.electric_washed
findings contains {"rule": "electricity.liquid", "relation": "liquid_near_live", "event": event} if some event in electricity.liquid_near_live
findings contains {"rule": "electricity.liquid", "relation": "liquid_on_electric", "event": event} if some event in electricity.liquid_on_electric
findings contains {"rule": "electricity.liquid", "relation": "liquid_on_heater", "event": event} if some event in electricity.liquid_on_heater
findings contains {"rule": "electricity.liquid", "relation": "liquid_sucked", "event": event} if some event in electricity.liquid_sucked
findings contains {"rule": "electricity.liquid", "relation": "pair_shock", "event": event} if some event in electricity.pair_shock

findings contains {"rule": "electricity.misuse", "relation": "cell_pierced", "event": event} if some event in electricity.cell_pierced
findings contains {"rule": "electricity.misuse", "relation": "damaged_tool", "event": event} if some event in electricity.damaged_tool
findings contains {"rule": "electricity.misuse", "relation": "damaged_used", "event": event} if some event in electricity.damaged_used
findings contains {"rule": "electricity.misuse", "relation": "damaged_used_target", "event": event} if some event in electricity.damaged_used_target
findings contains {"rule": "electricity.misuse", "relation": "one_socket", "event": event} if some event in electricity.one_socket
findings contains {"rule": "electricity.misuse", "relation": "overload", "event": event} if some event in electricity.overload
findings contains {"rule": "electricity.misuse", "relation": "toggled_often", "event": event} if some event in electricity.toggled_often

findings contains {"rule": "exits.blocked", "relation": "battery_in_exit", "event": event} if some event in exits.battery_in_exit
findings contains {"rule": "exits.blocked", "relation": "exit_barred", "event": event} if some event in exits.exit_barred
findings contains {"rule": "exits.blocked", "relation": "exit_blocked", "event": event} if some event in exits.exit_blocked
findings contains {"rule": "exits.blocked", "relation": "exit_blocked_direct", "event": event} if some event in exits.exit_blocked_direct
findings contains {"rule": "exits.blocked", "relation": "exit_blocked_target", "event": event} if some event in exits.exit_blocked_target
findings contains {"rule": "exits.blocked", "relation": "exit_converted", "event": event} if some event in exits.exit_converted
findings contains {"rule": "exits.blocked", "relation": "fire_door_wedged", "event": event} if some event in exits.fire_door_wedged
findings contains {"rule": "exits.blocked", "relation": "held_open", "event": event} if some event in exits.held_open
findings contains {"rule": "exits.blocked", "relation": "pair_blocked", "event": event} if some event in exits.pair_blocked
findings contains {"rule": "exits.blocked", "relation": "service_blocked", "event": event} if some event in exits.service_blocked
findings contains {"rule": "exits.blocked", "relation": "stands_in_exit", "event": event} if some event in exits.stands_in_exit

findings contains {"rule": "fire.near", "relation": "burning_near_fire", "event": event} if some event in fire.burning_near_fire
findings contains {"rule": "fire.near", "relation": "cover_heater", "event": event} if some event in fire.cover_heater
findings contains {"rule": "fire.near", "relation": "cover_vent", "event": event} if some event in fire.cover_vent
findings contains {"rule": "fire.near", "relation": "fire_near_burning", "event": event} if some event in fire.fire_near_burning
findings contains {"rule": "fire.near", "relation": "fire_with_fuel", "event": event} if some event in fire.fire_with_fuel
findings contains {"rule": "fire.near", "relation": "flame_enclosed", "event": event} if some event in fire.flame_enclosed
findings contains {"rule": "fire.near", "relation": "flame_in_place", "event": event} if some event in fire.flame_in_place
findings contains {"rule": "fire.near", "relation": "flame_indoors", "event": event} if some event in fire.flame_indoors
findings contains {"rule": "fire.near", "relation": "flame_under", "event": event} if some event in fire.flame_under
findings contains {"rule": "fire.near", "relation": "flammable_spread", "event": event} if some event in fire.flammable_spread
findings contains {"rule": "fire.near", "relation": "flammable_wetted", "event": event} if some event in fire.flammable_wetted
findings contains {"rule": "fire.near", "relation": "fuel_while_hot", "event": event} if some event in fire.fuel_while_hot
findings contains {"rule": "fire.near", "relation": "fuel_while_hot_target", "event": event} if some event in fire.fuel_while_hot_target
findings contains {"rule": "fire.near", "relation": "gas_near_fire", "event": event} if some event in fire.gas_near_fire
findings contains {"rule": "fire.near", "relation": "hot_work", "event": event} if some event in fire.hot_work
findings contains {"rule": "fire.near", "relation": "oil_and_heat", "event": event} if some event in fire.oil_and_heat
findings contains {"rule": "fire.near", "relation": "pair_fire", "event": event} if some event in fire.pair_fire
findings contains {"rule": "fire.near", "relation": "smoking_near_fuel", "event": event} if some event in fire.smoking_near_fuel
findings contains {"rule": "fire.near", "relation": "smoking_near_fuel_object", "event": event} if some event in fire.smoking_near_fuel_object
findings contains {"rule": "fire.near", "relation": "water_on_oil_fire", "event": event} if some event in fire.water_on_oil_fire

findings contains {"rule": "fire.set", "relation": "sets_fire", "event": event} if some event in fire.sets_fire

findings contains {"rule": "food.harmful", "relation": "allergen_given", "event": event} if some event in food.allergen_given
findings contains {"rule": "food.harmful", "relation": "allergen_known", "event": event} if some event in food.allergen_known
findings contains {"rule": "food.harmful", "relation": "by_mouth", "event": event} if some event in food.by_mouth
findings contains {"rule": "food.harmful", "relation": "chemical_in_cup", "event": event} if some event in food.chemical_in_cup
findings contains {"rule": "food.harmful", "relation": "chemical_to_food", "event": event} if some event in food.chemical_to_food
findings contains {"rule": "food.harmful", "relation": "cracked_food", "event": event} if some event in food.cracked_food
findings contains {"rule": "food.harmful", "relation": "dangerous_to_weak_food", "event": event} if some event in food.dangerous_to_weak_food
findings contains {"rule": "food.harmful", "relation": "drugged", "event": event} if some event in food.drugged
findings contains {"rule": "food.harmful", "relation": "food_laced", "event": event} if some event in food.food_laced
findings contains {"rule": "food.harmful", "relation": "harmful_food", "event": event} if some event in food.harmful_food
findings contains {"rule": "food.harmful", "relation": "laced_drink", "event": event} if some event in food.laced_drink
findings contains {"rule": "food.harmful", "relation": "object_in_drink", "event": event} if some event in food.object_in_drink
findings contains {"rule": "food.harmful", "relation": "overdose", "event": event} if some event in food.overdose
findings contains {"rule": "food.harmful", "relation": "overdose_person", "event": event} if some event in food.overdose_person
findings contains {"rule": "food.harmful", "relation": "overdose_target", "event": event} if some event in food.overdose_target
findings contains {"rule": "food.harmful", "relation": "pair_pet", "event": event} if some event in food.pair_pet
findings contains {"rule": "food.harmful", "relation": "pet_poisoned", "event": event} if some event in food.pet_poisoned
findings contains {"rule": "food.harmful", "relation": "spoiled_served", "event": event} if some event in food.spoiled_served
findings contains {"rule": "food.harmful", "relation": "takes_in_danger", "event": event} if some event in food.takes_in_danger
findings contains {"rule": "food.harmful", "relation": "takes_in_target", "event": event} if some event in food.takes_in_target
findings contains {"rule": "food.harmful", "relation": "undercooked", "event": event} if some event in food.undercooked

findings contains {"rule": "gas.released", "relation": "fumes_indoors", "event": event} if some event in gas.fumes_indoors
findings contains {"rule": "gas.released", "relation": "gas_loosened", "event": event} if some event in gas.gas_loosened
findings contains {"rule": "gas.released", "relation": "gas_released", "event": event} if some event in gas.gas_released

findings contains {"rule": "handling.unprotected", "relation": "bare_hands", "event": event} if some event in handling.bare_hands
findings contains {"rule": "handling.unprotected", "relation": "cryogenic", "event": event} if some event in handling.cryogenic
findings contains {"rule": "handling.unprotected", "relation": "dust_unprotected", "event": event} if some event in handling.dust_unprotected
findings contains {"rule": "handling.unprotected", "relation": "exposed_without_badge", "event": event} if some event in handling.exposed_without_badge
findings contains {"rule": "handling.unprotected", "relation": "handles_unprotected", "event": event} if some event in handling.handles_unprotected
findings contains {"rule": "handling.unprotected", "relation": "hot_to_person", "event": event} if some event in handling.hot_to_person
findings contains {"rule": "handling.unprotected", "relation": "moves_fast", "event": event} if some event in handling.moves_fast
findings contains {"rule": "handling.unprotected", "relation": "plays_with_danger", "event": event} if some event in handling.plays_with_danger
findings contains {"rule": "handling.unprotected", "relation": "runs_with", "event": event} if some event in handling.runs_with
findings contains {"rule": "handling.unprotected", "relation": "sharp_fast", "event": event} if some event in handling.sharp_fast
findings contains {"rule": "handling.unprotected", "relation": "smells_unknown", "event": event} if some event in handling.smells_unknown
findings contains {"rule": "handling.unprotected", "relation": "turn_on_unprotected", "event": event} if some event in handling.turn_on_unprotected

findings contains {"rule": "heat.microwave", "relation": "burster_in_microwave", "event": event} if some event in heat.burster_in_microwave
findings contains {"rule": "heat.microwave", "relation": "metal_in_microwave", "event": event} if some event in heat.metal_in_microwave
findings contains {"rule": "heat.microwave", "relation": "microwaved", "event": event} if some event in heat.microwaved

findings contains {"rule": "heat.wrong_thing", "relation": "alcohol_heated", "event": event} if some event in heat.alcohol_heated
findings contains {"rule": "heat.wrong_thing", "relation": "chemical_heated", "event": event} if some event in heat.chemical_heated
findings contains {"rule": "heat.wrong_thing", "relation": "cooks_unprotected", "event": event} if some event in heat.cooks_unprotected
findings contains {"rule": "heat.wrong_thing", "relation": "dried_on_heat", "event": event} if some event in heat.dried_on_heat
findings contains {"rule": "heat.wrong_thing", "relation": "glass_pressed", "event": event} if some event in heat.glass_pressed
findings contains {"rule": "heat.wrong_thing", "relation": "heats_alive", "event": event} if some event in heat.heats_alive
findings contains {"rule": "heat.wrong_thing", "relation": "heats_paper", "event": event} if some event in heat.heats_paper
findings contains {"rule": "heat.wrong_thing", "relation": "thing_on_stove", "event": event} if some event in heat.thing_on_stove

findings contains {"rule": "honesty", "relation": "crooked_used", "event": event} if some event in honesty.crooked_used
findings contains {"rule": "honesty", "relation": "deceives", "event": event} if some event in honesty.deceives
findings contains {"rule": "honesty", "relation": "hides_thing", "event": event} if some event in honesty.hides_thing
findings contains {"rule": "honesty", "relation": "labels_swapped", "event": event} if some event in honesty.labels_swapped
findings contains {"rule": "honesty", "relation": "malicious_spread", "event": event} if some event in honesty.malicious_spread
findings contains {"rule": "honesty", "relation": "record_falsified", "event": event} if some event in honesty.record_falsified
findings contains {"rule": "honesty", "relation": "untrue_told", "event": event} if some event in honesty.untrue_told

findings contains {"rule": "hygiene", "relation": "contagious_bin", "event": event} if some event in hygiene.contagious_bin
findings contains {"rule": "hygiene", "relation": "dirty_on_food", "event": event} if some event in hygiene.dirty_on_food
findings contains {"rule": "hygiene", "relation": "dirty_reused", "event": event} if some event in hygiene.dirty_reused
findings contains {"rule": "hygiene", "relation": "dirty_shared", "event": event} if some event in hygiene.dirty_shared
findings contains {"rule": "hygiene", "relation": "hygiene", "event": event} if some event in hygiene.hygiene
findings contains {"rule": "hygiene", "relation": "hygiene_tool", "event": event} if some event in hygiene.hygiene_tool
findings contains {"rule": "hygiene", "relation": "needle_handed", "event": event} if some event in hygiene.needle_handed
findings contains {"rule": "hygiene", "relation": "pair_food", "event": event} if some event in hygiene.pair_food
findings contains {"rule": "hygiene", "relation": "raw_with_ready", "event": event} if some event in hygiene.raw_with_ready
findings contains {"rule": "hygiene", "relation": "reused", "event": event} if some event in hygiene.reused

findings contains {"rule": "left.on", "relation": "cooking_left", "event": event} if some event in left.cooking_left
findings contains {"rule": "left.on", "relation": "cooking_left_on", "event": event} if some event in left.cooking_left_on
findings contains {"rule": "left.on", "relation": "kept_on", "event": event} if some event in left.kept_on
findings contains {"rule": "left.on", "relation": "left_burning", "event": event} if some event in left.left_burning
findings contains {"rule": "left.on", "relation": "left_near_heat", "event": event} if some event in left.left_near_heat
findings contains {"rule": "left.on", "relation": "left_on", "event": event} if some event in left.left_on
findings contains {"rule": "left.on", "relation": "left_open", "event": event} if some event in left.left_open
findings contains {"rule": "left.on", "relation": "left_open_unsaid", "event": event} if some event in left.left_open_unsaid
findings contains {"rule": "left.on", "relation": "runs_unattended", "event": event} if some event in left.runs_unattended
findings contains {"rule": "left.on", "relation": "water_left_running", "event": event} if some event in left.water_left_running

findings contains {"rule": "liquids.spill", "relation": "fabric_soaked_stain", "event": event} if some event in liquids.fabric_soaked_stain
findings contains {"rule": "liquids.spill", "relation": "liquid_in_drawer", "event": event} if some event in liquids.liquid_in_drawer
findings contains {"rule": "liquids.spill", "relation": "liquid_into_storage", "event": event} if some event in liquids.liquid_into_storage
findings contains {"rule": "liquids.spill", "relation": "liquid_misplaced", "event": event} if some event in liquids.liquid_misplaced
findings contains {"rule": "liquids.spill", "relation": "slippery_floor", "event": event} if some event in liquids.slippery_floor
findings contains {"rule": "liquids.spill", "relation": "spill_any", "event": event} if some event in liquids.spill_any
findings contains {"rule": "liquids.spill", "relation": "wrong_on_plant", "event": event} if some event in liquids.wrong_on_plant

findings contains {"rule": "machines.reach", "relation": "pair_over", "event": event} if some event in machines.pair_over
findings contains {"rule": "machines.reach", "relation": "pair_person_machine", "event": event} if some event in machines.pair_person_machine
findings contains {"rule": "machines.reach", "relation": "reaches_machine", "event": event} if some event in machines.reaches_machine

findings contains {"rule": "objects.broken", "relation": "breaks_thing", "event": event} if some event in objects.breaks_thing
findings contains {"rule": "objects.broken", "relation": "dirties_thing", "event": event} if some event in objects.dirties_thing
findings contains {"rule": "objects.broken", "relation": "egg_broken", "event": event} if some event in objects.egg_broken
findings contains {"rule": "objects.broken", "relation": "egg_crushed", "event": event} if some event in objects.egg_crushed
findings contains {"rule": "objects.broken", "relation": "forceful_use", "event": event} if some event in objects.forceful_use
findings contains {"rule": "objects.broken", "relation": "misuse", "event": event} if some event in objects.misuse
findings contains {"rule": "objects.broken", "relation": "property_damaged", "event": event} if some event in objects.property_damaged
findings contains {"rule": "objects.broken", "relation": "property_damaged_target", "event": event} if some event in objects.property_damaged_target

findings contains {"rule": "objects.heavy", "relation": "at_edge", "event": event} if some event in objects.at_edge
findings contains {"rule": "objects.heavy", "relation": "high_more", "event": event} if some event in objects.high_more
findings contains {"rule": "objects.heavy", "relation": "high_unstable", "event": event} if some event in objects.high_unstable
findings contains {"rule": "objects.heavy", "relation": "load_over_person", "event": event} if some event in objects.load_over_person
findings contains {"rule": "objects.heavy", "relation": "pair_unsteady", "event": event} if some event in objects.pair_unsteady
findings contains {"rule": "objects.heavy", "relation": "pushes_over", "event": event} if some event in objects.pushes_over
findings contains {"rule": "objects.heavy", "relation": "puts_heavy_on", "event": event} if some event in objects.puts_heavy_on
findings contains {"rule": "objects.heavy", "relation": "tips_over", "event": event} if some event in objects.tips_over
findings contains {"rule": "objects.heavy", "relation": "under_load", "event": event} if some event in objects.under_load
findings contains {"rule": "objects.heavy", "relation": "under_load_target", "event": event} if some event in objects.under_load_target

findings contains {"rule": "objects.thrown", "relation": "drops_onto", "event": event} if some event in objects.drops_onto
findings contains {"rule": "objects.thrown", "relation": "drops_thing", "event": event} if some event in objects.drops_thing
findings contains {"rule": "objects.thrown", "relation": "from_height", "event": event} if some event in objects.from_height
findings contains {"rule": "objects.thrown", "relation": "throws_at_alive", "event": event} if some event in objects.throws_at_alive
findings contains {"rule": "objects.thrown", "relation": "throws_soft", "event": event} if some event in objects.throws_soft
findings contains {"rule": "objects.thrown", "relation": "throws_thing", "event": event} if some event in objects.throws_thing

findings contains {"rule": "objects.wrong_place", "relation": "in_wrong_place", "event": event} if some event in objects.in_wrong_place
findings contains {"rule": "objects.wrong_place", "relation": "locked_away", "event": event} if some event in objects.locked_away
findings contains {"rule": "objects.wrong_place", "relation": "toilet_misuse", "event": event} if some event in objects.toilet_misuse
findings contains {"rule": "objects.wrong_place", "relation": "valuable_discarded", "event": event} if some event in objects.valuable_discarded
findings contains {"rule": "objects.wrong_place", "relation": "valuable_thrown_away", "event": event} if some event in objects.valuable_thrown_away

findings contains {"rule": "people.distance", "relation": "stands_between", "event": event} if some event in people.stands_between

findings contains {"rule": "people.harm", "relation": "aims_danger", "event": event} if some event in people.aims_danger
findings contains {"rule": "people.harm", "relation": "aims_danger_at", "event": event} if some event in people.aims_danger_at
findings contains {"rule": "people.harm", "relation": "aims_danger_tool", "event": event} if some event in people.aims_danger_tool
findings contains {"rule": "people.harm", "relation": "barges_object", "event": event} if some event in people.barges_object
findings contains {"rule": "people.harm", "relation": "clean_body_with_air", "event": event} if some event in people.clean_body_with_air
findings contains {"rule": "people.harm", "relation": "coerced", "event": event} if some event in people.coerced
findings contains {"rule": "people.harm", "relation": "endangered", "event": event} if some event in people.endangered
findings contains {"rule": "people.harm", "relation": "forceful_person", "event": event} if some event in people.forceful_person
findings contains {"rule": "people.harm", "relation": "head_under_water", "event": event} if some event in people.head_under_water
findings contains {"rule": "people.harm", "relation": "hurts_alive", "event": event} if some event in people.hurts_alive
findings contains {"rule": "people.harm", "relation": "hurts_alive_target", "event": event} if some event in people.hurts_alive_target
findings contains {"rule": "people.harm", "relation": "iron_on_body", "event": event} if some event in people.iron_on_body
findings contains {"rule": "people.harm", "relation": "iron_on_body_object", "event": event} if some event in people.iron_on_body_object
findings contains {"rule": "people.harm", "relation": "mobility_blocked", "event": event} if some event in people.mobility_blocked
findings contains {"rule": "people.harm", "relation": "moves_fast_more", "event": event} if some event in people.moves_fast_more
findings contains {"rule": "people.harm", "relation": "person_from_height", "event": event} if some event in people.person_from_height
findings contains {"rule": "people.harm", "relation": "person_harmed_wish", "event": event} if some event in people.person_harmed_wish
findings contains {"rule": "people.harm", "relation": "plastic_on_face", "event": event} if some event in people.plastic_on_face
findings contains {"rule": "people.harm", "relation": "rolls_at_people", "event": event} if some event in people.rolls_at_people
findings contains {"rule": "people.harm", "relation": "sharp_at_person", "event": event} if some event in people.sharp_at_person
findings contains {"rule": "people.harm", "relation": "sharp_at_person_tool", "event": event} if some event in people.sharp_at_person_tool
findings contains {"rule": "people.harm", "relation": "suffocates", "event": event} if some event in people.suffocates
findings contains {"rule": "people.harm", "relation": "tied_neck", "event": event} if some event in people.tied_neck
findings contains {"rule": "people.harm", "relation": "wish_before", "event": event} if some event in people.wish_before
findings contains {"rule": "people.harm", "relation": "wish_to_harm", "event": event} if some event in people.wish_to_harm

findings contains {"rule": "people.self_harm", "relation": "self_harm", "event": event} if some event in people.self_harm

findings contains {"rule": "privacy.data", "relation": "data_told", "event": event} if some event in privacy.data_told
findings contains {"rule": "privacy.data", "relation": "data_told_target", "event": event} if some event in privacy.data_told_target
findings contains {"rule": "privacy.data", "relation": "exposes_data", "event": event} if some event in privacy.exposes_data
findings contains {"rule": "privacy.data", "relation": "private_things_taken", "event": event} if some event in privacy.private_things_taken
findings contains {"rule": "privacy.data", "relation": "screen_shown", "event": event} if some event in privacy.screen_shown

findings contains {"rule": "privacy.watching", "relation": "bug_planted", "event": event} if some event in privacy.bug_planted
findings contains {"rule": "privacy.watching", "relation": "films_in_private", "event": event} if some event in privacy.films_in_private
findings contains {"rule": "privacy.watching", "relation": "films_person", "event": event} if some event in privacy.films_person
findings contains {"rule": "privacy.watching", "relation": "films_private", "event": event} if some event in privacy.films_private
findings contains {"rule": "privacy.watching", "relation": "films_secretly", "event": event} if some event in privacy.films_secretly
findings contains {"rule": "privacy.watching", "relation": "id_copied", "event": event} if some event in privacy.id_copied
findings contains {"rule": "privacy.watching", "relation": "pair_recorder", "event": event} if some event in privacy.pair_recorder
findings contains {"rule": "privacy.watching", "relation": "spies", "event": event} if some event in privacy.spies
findings contains {"rule": "privacy.watching", "relation": "watched_secretly", "event": event} if some event in privacy.watched_secretly

findings contains {"rule": "property.access", "relation": "access_given", "event": event} if some event in property.access_given
findings contains {"rule": "property.access", "relation": "copies_access", "event": event} if some event in property.copies_access
findings contains {"rule": "property.access", "relation": "let_in_target", "event": event} if some event in property.let_in_target
findings contains {"rule": "property.access", "relation": "let_in_unauthorized", "event": event} if some event in property.let_in_unauthorized
findings contains {"rule": "property.access", "relation": "no_right", "event": event} if some event in property.no_right
findings contains {"rule": "property.access", "relation": "pair_unauthorized", "event": event} if some event in property.pair_unauthorized

findings contains {"rule": "property.theft", "relation": "steals", "event": event} if some event in property.steals
findings contains {"rule": "property.theft", "relation": "steals_target", "event": event} if some event in property.steals_target

findings contains {"rule": "safety.devices", "relation": "life_support", "event": event} if some event in safety.life_support
findings contains {"rule": "safety.devices", "relation": "safety_door_propped", "event": event} if some event in safety.safety_door_propped

findings contains {"rule": "safety.rules", "relation": "rules_off", "event": event} if some event in safety.rules_off

findings contains {"rule": "sharp.handling", "relation": "blade_first", "event": event} if some event in sharp.blade_first
findings contains {"rule": "sharp.handling", "relation": "cuts_bad_thing", "event": event} if some event in sharp.cuts_bad_thing
findings contains {"rule": "sharp.handling", "relation": "cuts_in_place", "event": event} if some event in sharp.cuts_in_place
findings contains {"rule": "sharp.handling", "relation": "cuts_unprotected", "event": event} if some event in sharp.cuts_unprotected
findings contains {"rule": "sharp.handling", "relation": "sharp_caught", "event": event} if some event in sharp.sharp_caught
findings contains {"rule": "sharp.handling", "relation": "thing_in_blades", "event": event} if some event in sharp.thing_in_blades

findings contains {"rule": "vulnerable.dangerous_thing", "relation": "child_at_danger", "event": event} if some event in vulnerable.child_at_danger
findings contains {"rule": "vulnerable.dangerous_thing", "relation": "child_drives", "event": event} if some event in vulnerable.child_drives
findings contains {"rule": "vulnerable.dangerous_thing", "relation": "choking", "event": event} if some event in vulnerable.choking
findings contains {"rule": "vulnerable.dangerous_thing", "relation": "in_cot", "event": event} if some event in vulnerable.in_cot
findings contains {"rule": "vulnerable.dangerous_thing", "relation": "in_reach", "event": event} if some event in vulnerable.in_reach
findings contains {"rule": "vulnerable.dangerous_thing", "relation": "medicine_given", "event": event} if some event in vulnerable.medicine_given
findings contains {"rule": "vulnerable.dangerous_thing", "relation": "pair_child", "event": event} if some event in vulnerable.pair_child
findings contains {"rule": "people.harm", "relation": "points_danger", "event": event} if some event in people.points_danger
findings contains {"rule": "people.harm", "relation": "points_held", "event": event} if some event in people.points_held
findings contains {"rule": "vulnerable.dangerous_thing", "relation": "held_to_weak", "event": event} if some event in vulnerable.held_to_weak
findings contains {"rule": "vulnerable.dangerous_thing", "relation": "held_to_weak_object", "event": event} if some event in vulnerable.held_to_weak_object
findings contains {"rule": "vulnerable.dangerous_thing", "relation": "sharp_to_weak", "event": event} if some event in vulnerable.sharp_to_weak

findings contains {"rule": "vulnerable.enclosed", "relation": "alive_enclosed", "event": event} if some event in vulnerable.alive_enclosed
findings contains {"rule": "vulnerable.enclosed", "relation": "covers_face", "event": event} if some event in vulnerable.covers_face
findings contains {"rule": "vulnerable.enclosed", "relation": "locks_person", "event": event} if some event in vulnerable.locks_person
findings contains {"rule": "vulnerable.enclosed", "relation": "shut_in", "event": event} if some event in vulnerable.shut_in
findings contains {"rule": "vulnerable.enclosed", "relation": "shut_in_manner", "event": event} if some event in vulnerable.shut_in_manner
findings contains {"rule": "vulnerable.enclosed", "relation": "vulnerable_alone", "event": event} if some event in vulnerable.vulnerable_alone
findings contains {"rule": "vulnerable.enclosed", "relation": "vulnerable_at_height", "event": event} if some event in vulnerable.vulnerable_at_height

findings contains {"rule": "weapons", "relation": "points_weapon", "event": event} if some event in weapons.points_weapon
findings contains {"rule": "weapons", "relation": "weapon_made", "event": event} if some event in weapons.weapon_made
findings contains {"rule": "weapons", "relation": "weapon_touched", "event": event} if some event in weapons.weapon_touched
