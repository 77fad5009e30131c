# The bank lobby: no advice, no cash, no account data aloud.
# One clause for each relation of rules/hazards: which rule an event breaks in which the relation holds.
package longmen.plan

import rego.v1

findings contains {"rule": "bank.advice", "relation": "financial_advice", "event": event} if some event in bank.financial_advice
findings contains {"rule": "bank.advice", "relation": "financial_advice_target", "event": event} if some event in bank.financial_advice_target
findings contains {"rule": "bank.advice", "relation": "advice_given", "event": event} if some event in bank.advice_given

findings contains {"rule": "bank.cash", "relation": "cash_handled", "event": event} if some event in bank.cash_handled

# Counting money is for tellers where there are any.
findings contains {"rule": "bank.cash", "relation": "cash_counted", "event": event} if {
	input.scene.bank
	some event in bank.cash_counted
}

findings contains {"rule": "bank.advice", "relation": "advice_said", "event": event} if some event in bank.advice_said
findings contains {"rule": "bank.cash", "relation": "money_handled", "event": event} if some event in bank.money_handled
