# The relations that hold, by the topics of rules/hazards. A clause asks its topic, which is looked up once: the
# evaluator compares a name with every relation that holds, and most topics have none.
package longmen.plan

import rego.v1

default bank := {}
bank := input.relations.bank

default chemicals := {}
chemicals := input.relations.chemicals

default climbing := {}
climbing := input.relations.climbing

default electricity := {}
electricity := input.relations.electricity

default exits := {}
exits := input.relations.exits

default fire := {}
fire := input.relations.fire

default food := {}
food := input.relations.food

default gas := {}
gas := input.relations.gas

default handling := {}
handling := input.relations.handling

default heat := {}
heat := input.relations.heat

default honesty := {}
honesty := input.relations.honesty

default hygiene := {}
hygiene := input.relations.hygiene

default left := {}
left := input.relations.left

default liquids := {}
liquids := input.relations.liquids

default machines := {}
machines := input.relations.machines

default objects := {}
objects := input.relations.objects

default people := {}
people := input.relations.people

default privacy := {}
privacy := input.relations.privacy

default property := {}
property := input.relations.property

default robot := {}
robot := input.relations.robot

default safety := {}
safety := input.relations.safety

default sharp := {}
sharp := input.relations.sharp

default vulnerable := {}
vulnerable := input.relations.vulnerable

default weapons := {}
weapons := input.relations.weapons
