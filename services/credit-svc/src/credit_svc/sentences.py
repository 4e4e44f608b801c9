"""What the service says of its own accord in events and answers: why an order waits, a class or a limit is what it is, a case goes on."""

from chassis.sentences import Sentence


class Sentences(Sentence):
    """By theme. Of a longer and a shorter one that begin alike, a text is read as the longer."""

    # The order check: what holds an order
    NO_CREDIT_FOR_CLASS = "The behaviour class is {behaviour}; customers of this class get no new credit."
    INVOICE_TOO_OLD = "Invoice {invoice_id} is {days} days past due; beyond {days_max} days no new credit is given."
    DELIVERIES_STOPPED = "Deliveries are stopped."
    CREDIT_HELD_SINCE_STEP = "New credit is held since the collection step {step}."
    NO_RATE_FOR_ORDER = (
        "The order is in {currency}, the account in {account_currency}; no rate between them is recorded."
    )
    OVER_LIMIT = "The exposure of {exposure} and the order of {order} make {total}, {excess} over the limit of {limit}."

    TOTAL_ROOM_REQUESTED = "Room for the order within the total limit of all customers is being looked for."
    TOTAL_FULL = (
        "All customers together use {used} of the total limit of {total}; {free} are free, less than the order takes."
    )

    # The order check: what must be paid in advance
    CLASS_GETS_NO_CREDIT = "Class {credit_class} gets no credit."
    UNRATED_GETS_NO_CREDIT = "A customer without a credit class gets no credit."
    ORDER_NEEDS_ADVANCE = "Order {order_id} needs {needed} in advance; {come} has come."
    NEEDS_ADVANCE = "Such an order needs {needed} in advance; {come} has come."
    RELEASED_BY_ADVANCE = (
        "Released when {missing} more has come that names the order, or that nothing else has a claim to."
    )

    # The order check: what would let it through
    RELEASED_BY_BETTER_CLASS = (
        "Released when the behaviour class is better; the account's explanation names what it takes."
    )
    RELEASED_BY_PAYING_OLD_INVOICES = (
        "Released when every invoice more than {days_max} days past due is paid, {invoice_id} first."
    )
    RELEASED_BY_RESUMED_DELIVERIES = "Released when deliveries to the customer are resumed."
    RELEASED_BY_CLOSED_CASE = "Released when nothing is overdue any more and the collection case is closed."
    RELEASED_IN_ACCOUNT_CURRENCY = "Released by no payment or limit; place the order in {account_currency}."
    RELEASED_WITHIN_LIMIT = (
        "Released when {excess} is paid or leaves the exposure, or when the limit is {enough} or more."
    )

    RELEASED_BY_TOTAL_ROOM = "Released when there is room within the total limit, by priority and then by age."

    # The limit: where it comes from, and what would change it
    LIMIT_OF_POLICY = "No limit is set, so that of the policy {policy}, version {version}, counts: {limit}."
    LIMIT_SET = "{approved_by} set {limit} from {valid_from} on: {reason}."
    # What LIMIT_SET says where BY_POLICY stands in for a person: to be read as such, and not as BY_POLICY with an odd version.
    LIMIT_SET_BY_POLICY = "policy {policy}, version {version} set {limit} from {valid_from} on: {reason}."
    LIMIT_INCREASED = "The temporary increase {raise_id} to {limit} counts until {ends_on}."
    LIMIT_WITHIN_SHARE = "The share of the cap {cap_id} is {share}, and no more may be owed."
    LIMIT_WHEN_INCREASE_ENDS = "On {day} it becomes {limit}: the increase {raise_id} ends."
    LIMIT_WHEN_INCREASE_BEGINS = "On {day} it becomes {limit}: the increase {raise_id} begins."
    LIMIT_WHEN_SET_ONE_BEGINS = "On {day} it becomes {limit}: a limit that is set already begins."
    LARGER_SHARE_RAISES_LIMIT = "A larger share of the cap {cap_id} raises it, up to {limit}."
    PROPOSAL_WAITS = "Proposal {proposal_id} of {limit} by {proposed_by} counts once another person approves it."
    PROPOSAL_FOR_A_TIME_WAITS = (
        "Proposal {proposal_id} of {limit} until {ends_on} by {proposed_by} counts once another person approves it."
    )
    PROPOSE_ANOTHER_LIMIT = "A person proposes another limit, and another person approves it."

    # The limit: set or cancelled by rule
    LINE_CANCELLED_BY_STEP = "Cancelled by step {step} of collection case {case_id}."
    LINE_CANCELLED_BY_CHEQUE = "Cancelled because the cheque {payment_id} bounced."
    LINE_CANCELLED_BY_MERGED_CASE = "Cancelled by collection case {case_id}; {absorbed_id} is part of it."
    LIMIT_OF_MERGED = "{absorbed_id} is the same customer; of the two limits the policy takes: {rule}."
    PROPOSAL_OF_MERGED = "The customer is {survivor_id} now; propose a limit for {survivor_id}."

    # The behaviour class
    CHEQUE_BOUNCED = "A cheque bounced on {day}."
    REFUSED_TO_PAY = "The customer refused to pay on {day}."
    PROMISES_BROKEN = "{promises} promises to pay were broken in the last {months} months."
    INVOICE_MUCH_OVERDUE = "An invoice is or was {days} days overdue, more than {days_max}."
    INVOICES_LONG_OVERDUE = (
        "{invoices} invoices are or were overdue more than {days_max} days in the last {months} months."
    )
    BALANCE_LONG_OVERDUE = "{share} % of the balance is overdue more than {days_max} days in the last {months} months."
    SOME_OVERDUE = "Overdue in the last {months} months: {invoices}, the longest {days} days."
    NOTHING_OVERDUE = "Nothing was overdue in the last {months} months."

    # The credit class, and the reviews of the file
    SCORE_AND_CLASS = "A score of {score} is class {credit_class}: {factors}."
    FILE_DUE_FOR_REVIEW = "The file is due for review on {day}."
    FILE_REVIEWED = "Class {credit_class}, score {score}."

    # Collection: the strategy of a case
    BEHAVIOUR_CLASS = "The behaviour class is {behaviour}."
    CREDIT_CLASS = "The credit class is {credit_class}."
    KEY_ACCOUNT = "The customer is a key account."
    TIER = "The customer's tier is {tier}."
    NEITHER_LARGE_NOR_RISKY = "Neither large, nor of high or low risk."

    # What a behaviour class calls for
    STRENGTHEN_CUSTOMER = "{customer_id} is of class A: strengthen the relation."
    CONSOLIDATE_CUSTOMER = "{customer_id} is of class B: consolidate the relation, and help it to sell better."
    HELP_CUSTOMER = "{customer_id} is of class C and hopeful: visit it, and offer it a payment plan."
    GUARD_CUSTOMER = (
        "{customer_id} is of class C and hopeless: keep it from becoming D. Let {percent} % of each order be paid in advance, "
        "and review the file every {days} days."
    )
    END_RELATION = "{customer_id} is of class D: recover by law what it owes, and end the relation."
    DECIDE_WAY = "Decide on the way of case {case_id}: delegation, arbitration or litigation."

    # The gates of the credit standard: what moves them
    GATES_BY_STRATEGY = "The strategy on the market is {strategy}."
    GATES_BY_STOCK = "The stock is {stock}."
    GATES_BY_COMPETITORS = "Competitors grant {competitor_days} days, {over} more than our usual {credit_days}."
    # Collection: where a debtor is, and the way that a step takes there
    NO_OFFICES = "No office is named, so nobody is distant."
    PLACE_UNKNOWN = "The place of {customer_id} is unknown."
    NO_OFFICE_NEAR = "No office is near {place}."
    OFFICE_NEAR = "The office in {city} is near."
    DISTANT_IS_CALLED = "{place} is distant: a manager calls."
    UNKNOWN_IS_CALLED = "The place of {customer_id} is unknown: a manager calls."
    MANAGER_VISITS = "A manager visits; disputes are settled first."
    NO_ADDRESS_FOR_WAYS = "No address for {ways} is known."
    NO_ADDRESS_AT_ALL = "No address for {ways} is known: the collector finds one."

    # Collection: deliveries stop and go on
    STOPPED_AT_HIGH_RISK = "Case {case_id} is of high risk: deliveries stop with the first overdue invoice."
    STOPPED_FOR_BAD_FAITH = "The customer does not want to pay: behaviour class D."
    STOPPED_BY_STEP = "Case {case_id} reached the step {step}."
    STOPPED_OVER_LIMIT = (
        "The exposure of {exposure} is over the limit of {limit}, "
        "and {invoice_id} is {days} days past due, more than {days_max}."
    )
    DELIVERIES_RESUMED = "Nothing is overdue any more, and the collection case is closed."

    # Collection: a case that falls back, is pursued in another way, or goes to an agency, a tribunal or a court
    CASE_BACK_AT_STEP = "Invoice {invoice_id} is not overdue any more, the case is back at {step}."
    CASE_BACK_AT_NO_STEP = "Invoice {invoice_id} is not overdue any more, and no step of the case stands."
    LIMIT_STAYS_CANCELLED = "The limit stays cancelled until a person sets one."
    NOBODY_LOOKED = "Nobody looked by {day}."
    PURSUED_OTHERWISE = "Case {case_id} is pursued as {strategy} now."

    # Collection: what a case waits for
    PROMISED = "The customer promised {amount} by {promised_on}."
    ALL_DISPUTED = "All that is overdue is disputed."
    COVERED_OR_DISPUTED = "Money that waits for an unknown invoice, or disputes, cover all that is overdue."
    NO_RATE_FOR_WAITING_MONEY = (
        "No step is taken: {payment_id} of {amount} waits, and no rate of {day} from {currency} into {debt_currency} is known, "
        "so that nobody can tell whether it covers the {overdue} past due."
    )
    PUBLISH_RATE_FOR_WAITING_MONEY = "Publish the rate in the policy {policy} and assign the money to an invoice."
    COVERED_IN_OTHER_CURRENCY = "No step is taken: {payment_id} of {amount} waits and covers the {overdue} past due."
    COVERED_IN_OTHER_CURRENCY_BY_SEVERAL = (
        "No step is taken: {payment_id} of {amount}, {others} waits and covers the {overdue} past due."
    )
    ASSIGN_TO_INVOICE = "Assign it to an invoice."

    # Collection: what a tribunal or a court did not grant
    NOT_GRANTED_BY_AWARD = "The award {award_id} of {day} did not grant it."
    NOT_GRANTED_BY_JUDGMENT = "The judgment {judgment_id} of {day} did not grant it."
    AWARD_COUNTS_NO_MORE = "The award {award_id} counts no more since {day}."

    # Money that waits, and money that goes back
    INVOICE_NOT_KNOWN = "{payment_id} of {amount} names invoice {invoice_id}, which is not known."
    NOT_PURSUED_MEANWHILE = "{overdue} past due is not pursued meanwhile ({invoice_ids})."
    ASSIGN_OR_ASK = "Assign the money to {invoice_id}, or ask for the invoice that it names."
    INVOICE_IN_OTHER_CURRENCY = (
        "{payment_id} of {amount} names invoice {invoice_id}, which is in {invoice_currency}, and no rule settles it."
    )
    PUBLISH_RATE_OR_PAY = (
        "Publish the rate of {day} in the policy {policy} and assign the payment to the invoice, "
        "or have the invoice paid in {invoice_currency}."
    )
    REFUND_BEFORE_PAYMENT = (
        "Refund {refund_id} of {amount} waits for payment {payment_id}, which is not known; "
        "it is recorded by itself once it is."
    )
    REFUND_BEFORE_MONEY = (
        "Refund {refund_id} of {amount} waits for the money that it could be of, which is not known; "
        "it is recorded by itself once it is."
    )
    REFUND_ABOVE_PAYMENT = (
        "Refund {refund_id} of {amount} waits: of payment {payment_id} only {found} can be paid back."
    )
    REFUND_ABOVE_MONEY = (
        "Refund {refund_id} of {amount} waits: of the money that it could be of only {found} can be paid back."
    )
    SEND_PAYMENT_OR_REFUND_AGAIN = (
        "Send the payment that is missing, or the refund again with the amount that was paid back."
    )

    # What is given up, credited or charged: reasons and sources
    SMALL_DIFFERENCE = "A difference within the tolerance; it is not pursued."
    DISPUTE = "dispute"
    PLACE_TAKEN = "The invoice {invoice_id} has taken the place of {item_id}."
    RATE_OF_CONTRACT = "the contract"
    INTEREST_ON = "Penalty interest on {invoice_id} up to {until}."
    COSTS_GRANTED = "Costs that {reference} granted."
    COMMISSION_OF_AGENCY = "The commission of {agency}."
    CLAIM_OF_CHEQUE = "{percent} % of the face of the bounced cheque {payment_id}."
    FINE_OF_CHEQUE = "A fine of {fine} may be imposed by the central bank; it is not owed to us."
    CHARGE_CORRECTED = "A fact that came late made the charge for {reference} less."
    PUBLISHED_RATE = "the published rate of {percent} % and a markup of {markup_percent} % on it"

    # Who decided, where no person did
    BY_POLICY = "policy {policy}, version {version}"
    BY_COLLECTION_POLICY = "policy collection"
    BY_MERGE = "merge into {survivor_id}"
    BY_INVOICE = "invoice {invoice_id}"
