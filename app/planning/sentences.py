"""The sentence of every reason."""

from collections.abc import Sequence

from app.planning.said import Reason

SENTENCES: dict[str, str] = {
    "size_depleting": "{sku} lasts about {days_of_cover:.0f} days; a run takes {lead_time_days:g}.",
    "stock_out_expected": "About {lost_units:g} units are lost before a run could arrive.",
    "on_demand_pays": "Making on demand pays.",
    "small_batch_pays": "A small batch pays.",
    "large_batch_pays": "A large batch pays.",
    "made_to_order": "Each sale without stock has its unit made: about {quantity} until the next "
    "review.",
    "scale_to_large": "It sells well enough for large batches: so far the way was {before}.",
    "fast_run_beside": "Until it lands a run of {quantity} by {offer} pays as well.",
    "slow_run_beside": "Once it is used up a run of {quantity} by {offer} takes over.",
    "second_run_beside": "A run of {quantity} by {offer} beside it pays as well.",
    "rest_made_beside": "{factory} can make {quantity} of what is still wanted.",
    "backup_beside": "{factory} keeps its word on {delivers:.0%} of runs: {quantity} go to "
    "{backup}.",
    "no_backup": "Only {factory} can make it in time: there is no backup.",
    "moq_binding": "The minimum of {moq} binds: {wanted} would be better, by {cost:.2f}.",
    "price_break_reached": "From {min_quantity} units on a unit costs {unit_cost:g}.",
    "maximum_binding": "The factory's maximum of {maximum} binds: {wanted} would be better, by "
    "{cost:.2f}.",
    "capacity_limits": "Capacity allows {maximum} within the lead time: {wanted} would be better, "
    "by {cost:.2f}.",
    "material_limits": "The material left is enough for {maximum}: {wanted} would be better, by "
    "{cost:.2f}.",
    "last_buy": "Last buy: no more {material} will come, and the run takes all that is left: "
    "enough for {left}.",
    "budget_limits": "The money left to buy with is enough for {maximum}: {wanted} would be "
    "better, by {cost:.2f}.",
    "capacity_taken": "The factory's weeks until then are taken: a unit would have to earn "
    "{price:.2f} more.",
    "material_taken": "No material is left, or other styles make more of it: a unit would have to "
    "earn {price:.2f} more.",
    "budget_taken": "No money is left to buy with, or other styles make more of it: a unit would "
    "have to earn {price:.2f} more.",
    "test_budget_binding": "The trial's budget allows {maximum}: {wanted} would be better, by "
    "{cost:.2f}.",
    "kept_previous": "The standing recommendation of {quantity} stays: nothing beats it by what "
    "matters.",
    "no_offer": "No factory's offer to make this style is valid now.",
    "cost_above_value": "A unit costs at least {unit_cost:g} and is worth at most {value:g}.",
    "no_run_allowed": "No offer's terms allow a run.",
    "customers_do_not_wait": "{offer} makes to order, and no customer waits: the style's "
    "backorder_share is 0.",
    "material_missing": "The {material} left is enough for {left}; {offer} makes at least {moq}.",
    "lead_time_beyond_forecast": "{offer} takes {lead_time_days:g} days: a run would land after "
    "the {days} days that demand is foretold for.",
    "too_late_for_any_run": "No run could arrive before the end of life.",
    "moq_too_large": "{offer} makes at least {moq}: {wanted} would pay, but the best run it "
    "takes, of {quantity}, would lose {loss:.2f}.",
    "too_few_orders": "{offer} makes at least {moq} to order; about {ordered} are ordered until "
    "the next review.",
    "stock_sufficient": "Stock and inbound cover the demand expected.",
    "waiting_pays": "Deciding at the next review is worth {gain:.2f} more than a run now.",
    "setup_too_large": "A run by {offer} costs {fixed_cost:.2f} before its first unit, for set-up, "
    "tools and shipping: the best one, of {quantity}, would lose {loss:.2f}, now or later.",
    "run_does_not_pay": "The best run would lose {loss:.2f}.",
    "end_of_life_near": "Nothing released at the next review could arrive before the end of life, "
    "in {days_to_end} days.",
    "test_scale": "The trial has shown enough: on {probability:.0%} of the paths a full launch of "
    "{quantity} pays.",
    "test_hold": "The trial has not shown enough yet: on {probability:.0%} of the paths a full "
    "launch of {quantity} pays.",
    "test_stop": "The trial speaks against a launch: on {probability:.0%} of the paths one of "
    "{quantity} pays.",
    "test_evidence_missing": "Of the style {sold} were sold so far: the trial says nothing for a "
    "launch before {needed}.",
    "test_over": "The trial is over: no further run is made for it. To launch the style take its "
    "`test` off, to go on testing set a later `until`, to give it up set `planning` to ended.",
    "test_budget_spent": "What is left of the trial's budget, {left:.2f}, pays for no run.",
    "no_way_pays": "No way of making it earns more than making nothing.",
    "life_and_spread": "About {units:.0f} units are expected over {days} days, with a spread (CV) "
    "of {cv:.0%}; the shortest lead time is {lead_time_days:g} days.",
    "stay_with_large_batches": "Stay with large batches: they beat the smaller ways by "
    "{gain_over_next_way:.2f}.",
    "bridge_with_smaller": "Bridge the time until it lands by a smaller run: "
    "{quantity} of {offer}.",
    "stable_long_life": "Demand is steady (CV {cv:.0%}) over a long life of {days} days or more.",
    "ask_for_shorter_lead_time": "Ask for a shorter lead time first: small runs take "
    "{small_lead_time_days:g} days, large ones {large_lead_time_days:g}.",
}


def reason_text(reason: Reason, sku_names: Sequence[str] = ()) -> str:
    """Return a reason as a sentence; `sku_names` puts codes in the place of SKU indexes."""
    values = dict(reason.values)
    if "sku" in values:
        sku = int(values["sku"])
        values["sku"] = sku_names[sku] if sku < len(sku_names) else f"SKU {sku}"
    sentence = SENTENCES.get(reason.code)
    return sentence.format(**values) if sentence else reason.code.replace("_", " ")
