# The bank lobby: no advice, no cash, no account data aloud.
# Each relation of rules/hazards that the events hold is judged by one rule.
package longmen.plan

import rego.v1

bank := {
	"financial_advice": "bank.advice",
	"financial_advice_target": "bank.advice",
	"advice_given": "bank.advice",
	"cash_handled": "bank.cash",
}

findings contains finding(bank[relation], event) if {
	some relation, events in input.relations
	some event in events
}

# Counting money is for tellers where there are any.
findings contains finding("bank.cash", event) if {
	input.scene.bank
	some event in input.relations.cash_counted
}
