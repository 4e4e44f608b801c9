"""What the service says of its own accord in events and answers: why a customer stands where it stands, is warned about, or is paid."""

from chassis.sentences import Sentence


class Sentences(Sentence):
    """By theme. Of a longer and a shorter one that begin alike, a text is read as the longer."""

    # Tiers: how a run moves a customer, and what guarantees the tier beside its rank (a key account, its box of nine)
    FIRST_TIER = "First tier: rank {rank} of {population} with {amount}."
    FIRST_TIER_KEY_ACCOUNT = "First tier: rank {rank} of {population} with {amount}, key account guarantees {tier}."
    FIRST_TIER_NINE_BOX = "First tier: rank {rank} of {population} with {amount}, {box} guarantees {box_tier}."
    FIRST_TIER_KEY_ACCOUNT_NINE_BOX = (
        "First tier: rank {rank} of {population} with {amount}, "
        "key account guarantees {tier}, {box} guarantees {box_tier}."
    )
    PROMOTED = "Promoted: rank {rank} of {population} with {amount}."
    PROMOTED_KEY_ACCOUNT = "Promoted: rank {rank} of {population} with {amount}, key account guarantees {tier}."
    PROMOTED_NINE_BOX = "Promoted: rank {rank} of {population} with {amount}, {box} guarantees {box_tier}."
    PROMOTED_KEY_ACCOUNT_NINE_BOX = (
        "Promoted: rank {rank} of {population} with {amount}, "
        "key account guarantees {tier}, {box} guarantees {box_tier}."
    )
    DEMOTED = "Demoted: rank {rank} of {population} with {amount}."
    DEMOTED_KEY_ACCOUNT = "Demoted: rank {rank} of {population} with {amount}, key account guarantees {tier}."
    DEMOTED_NINE_BOX = "Demoted: rank {rank} of {population} with {amount}, {box} guarantees {box_tier}."
    DEMOTED_KEY_ACCOUNT_NINE_BOX = (
        "Demoted: rank {rank} of {population} with {amount}, "
        "key account guarantees {tier}, {box} guarantees {box_tier}."
    )
    GRACE_OVER = "Demoted after the grace period to {due_on}: rank {rank} of {population} with {amount}."
    GRACE_OVER_KEY_ACCOUNT = (
        "Demoted after the grace period to {due_on}: rank {rank} of {population} with {amount}, "
        "key account guarantees {tier}."
    )
    GRACE_OVER_NINE_BOX = (
        "Demoted after the grace period to {due_on}: rank {rank} of {population} with {amount}, "
        "{box} guarantees {box_tier}."
    )
    GRACE_OVER_KEY_ACCOUNT_NINE_BOX = (
        "Demoted after the grace period to {due_on}: rank {rank} of {population} with {amount}, "
        "key account guarantees {tier}, {box} guarantees {box_tier}."
    )
    ON_GRACE = (
        "On grace: rank {rank} of {population} with {amount} deserves {tier}; demoted unless it recovers by {due_on}."
    )
    UNCHANGED = "Unchanged: rank {rank} of {population} with {amount}."

    # How a customer buys: churn warnings, their end, and the life cycle
    SILENT = "Silent for {days} days, more than {intervals} times its own interval of {median}."
    SALES_AGAINST_BEFORE = "Sales of three months moved by {change} % against the three before."
    SALES_TWICE = "Sales of three months moved by {previous_change} %, and then by {change} %."
    SALES_MOVED = "Sales of three months moved by {change} %."
    NO_RHYTHM = "It ordered on {days} days, too few for a rhythm of its own."
    ORDERED_AGAIN = "Order {order_id} came on {ordered_on}."

    # The nine-box
    BOX_BY_FIGURES = "{points} of 10 for attractiveness is {letter}, {share} % of sales is {digit}."
    GROWTH_CONTRADICTED = "Growth is judged {growth} of 10, and sales moved by {change} % against the 12 months before."

    # Rebates: slices are joined by a plus, up to as many as the first policy has
    TOO_FEW_PURCHASES = "Purchases of {purchases} are below {least_purchases}."
    REBATE_SLICE = "{rate} % of {amount}"
    REBATE_TWO_SLICES = "{rate} % of {amount} + {second_rate} % of {second_amount}"
    REBATE_THREE_SLICES = "{rate} % of {amount} + {second_rate} % of {second_amount} + {third_rate} % of {third_amount}"
    REBATE_PAID = "The money took {days} days, which pays {percent} %."

    # Diversion
    TAMPERED = "The code was tampered with."
    BELOW_FLOOR = "Sold for {price}, below the floor of {floor_price}."
    SUSPECTED_BEFORE = "Suspected {times} times in the {months} months before."
    BLANK_REGION = "Nobody sells in {region}."
    EARLY_MARKET = "{region} is an early market until {day}."
    NO_INTENT = "Shipped for {authorised_region}, seen in {region}, nothing speaks for intent."

    # Credit standing, as credit-svc has it
    OVERDUE_ONE = "1 invoice, {amount}, the oldest due {oldest_due_on}."
    OVERDUE = "{invoices} invoices, {amount}, the oldest due {oldest_due_on}."
    INVOICE_OVERDUE = "Invoice {invoice_id} is overdue with {amount}."
    NOTHING_OVERDUE_IN = "Nothing is overdue in {currency} since {day}."
    NOTHING_OVERDUE = "Nothing is overdue since {day}."
    ACCOUNT_MERGED = "Its account is part of that of {survivor_id} since {day}."

    # What somebody is to do
    FIND_CUSTOMER = "Find a new customer in {region}; {customer_id} is given up."
    FIND_CUSTOMER_INSTEAD = "Find a new customer in the place of {customer_id}, which is given up."

    # Returns that waited for their order and do not fit it, in the words of the refusals
    RETURN_TOO_LARGE = (
        "Return {return_id} brings what came back of order {order_id} to {returned}; the order is {total}. "
        "Correct the amount."
    )
    RETURN_IN_ANOTHER_CURRENCY = (
        "Return {return_id} is of {amount}, but order {order_id} is in {currency}. Send it in the order's currency."
    )

    # Recalls
    RECALL_TARGET = "{percent} % came back; the target is {target} %."
    RECALL_OF_NOBODY = "Nobody is known to have got any of it."

    # Complaints
    NOT_SATISFIED = "the customer is not satisfied"
    CONTAINED = "The defect is contained since {day}."
    CAUSE_ACTED_UPON = "The cause was found and acted upon by {day}."
    ACTION_CLOSED = "The corrective action was closed on {day}."
