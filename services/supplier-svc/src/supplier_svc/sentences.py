"""What the service says of its own accord in events and answers: why a period was restated, what is owed, what would change a grade."""

from collections.abc import Mapping

from chassis.sentences import Sentence
from contracts.erp import Severity


class Sentences(Sentence):
    # Facts that were reported again, and those that came after their period was graded.
    DELIVERY_CORRECTED = "Delivery {delivery_id} was corrected: {differences}."
    DELIVERY_CORRECTED_LATE = "Delivery {delivery_id} of {day} was corrected after the grading: {differences}."
    DELIVERY_KNOWN_LATE = "Delivery {delivery_id} of {day} became known after the grading."
    INSPECTION_CORRECTED = "Inspection {inspection_id} was corrected: {differences}."
    INSPECTION_KNOWN_LATE = "Inspection {inspection_id} of {day} became known after the grading."
    INSPECTION_REPORTED_AGAIN = (
        "Inspection {inspection_id} of {day} was reported again after the grading, with other findings."
    )
    COMPLAINT_TRACED_LATE = "Complaint {complaint_id} of {day} was traced to the supplier after the grading."
    SURVEY_KNOWN_LATE = "Survey {survey_id} of {day} became known after the grading."
    CASE_CORRECTED = "Case {case_id} was corrected: {differences}."
    CASE_CORRECTED_LATE = "Case {case_id} of {day} was corrected after the grading: {differences}."
    CASE_KNOWN_LATE = "Case {case_id} of {day} became known after the grading."

    # Deliveries of suppliers that must not deliver.
    DELIVERS_WITHOUT_FILE = "{supplier_id} delivers and has no onboarding file; register it."
    DELIVERS_PROHIBITED = "{supplier_id} is rated E, prohibited, and delivers."
    DELIVERS_UNAPPROVED = "{supplier_id} delivers and is not approved: {stage}."

    # Who answers for a record.
    SUPPLIER_ANSWERS = "The responsibility for {nonconformance_id} was decided after the grading: supplier."
    OWN_FAULT = "The responsibility for {nonconformance_id} was decided after the grading: own."
    NOT_THE_SUPPLIERS = "The supplier does not answer for {nonconformance_id}."
    OBJECTION_UPHELD = "Objection {objection_id} was upheld: {because}"

    # Gradings and what moves a grade.
    GRADED = "{period} was graded."
    GRADED_AS = "{period} was graded {grade}."
    RESTATED_TO = "{period} was restated to {grade}."
    RESTATED_FROM = "{period} was restated from {before} to {grade}."
    EARLIER_PERIOD_CHANGED = "An earlier period was graded or restated, which changes the movement of the score."
    GRADE_DOWN = "The score got worse {falls} periods in a row, which costs a grade."
    CEILING_RAISED = (
        "{period} was graded {grade}; {periods} better periods in a row, the last {last}, raised the limit."
    )
    LIMITED_BY_YEAR = "{because} The year limits the standing to {ceiling}."
    A_RUNNING = "An A for the periods up to {period}."

    # When a reward or penalty changes orders, and when no more.
    INCENTIVE_STARTED = "Incentive {incentive_id} takes effect."
    INCENTIVE_EXPIRED = "Incentive {incentive_id} ran until {day}."
    IMPROVEMENT_ACCEPTED = "The improvement for {period} was accepted."

    # Answers that a supplier owes.
    IMPROVE_AFTER_D = "{period} was graded D: orders are reduced or stopped, improve by {due_on}."
    IMPROVE_AFTER_RESTATED_D = "{period} was restated to D: orders are reduced or stopped, improve by {due_on}."
    REPORT_AFTER_C = "{period} was graded C: report on site by {due_on}."
    REPORT_AFTER_RESTATED_C = "{period} was restated to C: report on site by {due_on}."
    REPORT_AFTER_FALLS = "The score fell {falls} periods in a row: report by {due_on}."
    ANSWER_RETURNED = "What was handed in for {period} was returned: answer by {due_on}."
    D_NOT_IMPROVED = "{period} was graded D and no improvement was accepted by {due_on}."

    # Corrective actions and claims.
    IS_CRITICAL = "{nonconformance_id} is critical."
    IS_MAJOR = "{nonconformance_id} is major."
    IS_MINOR = "{nonconformance_id} is minor."
    COMPLAINT_TRACED = "Complaint {complaint_id} was traced to lot {lot_id}: {code}."
    STEPS_DONE = "All eight steps are done."
    LOT_WITHOUT_PRICE = "There is no delivery of item {item_id} with lot {lot_id}, so its price is not known."
    CURRENCIES_DIFFER = (
        "Delivery {delivery_id} is priced in {of} and the fixed amounts are in {currency}; a person has to price it."
    )
    WORTH_IMPLAUSIBLE = (
        "The quantity {quantity} at the price of delivery {delivery_id} is implausible; a person has to price it."
    )
    CLAIMED_AS_RECEIVED = (
        "Claimed for {nonconformance_id} are the {received} of lot {lot_id} that were received,"
        " not the {quantity} found defective."
    )
    NOT_CONTESTED = "Not contested by {day}."
    CLAIM_ACCEPTED = "The supplier accepted claim {claim_id}."

    # What the review of an onboarding file finds, and what is in the way of an approval.
    ON_PROHIBITED_LIST = "{entry} is on the prohibited list."
    LICENCE_MISSING = "There is no valid {licence} on {day}, nor a unified social credit code."
    HOLDERS_DIFFER = "The certificates and the file name different holders: {holders}."
    NUMBER_OF_SEVERAL_KINDS = "{number} stands for {kinds}; only a unified social credit code stands for all three."
    NUMBER_OF_ANOTHER = "{number} is also on file of {other}."
    GATES_FIRST = "It is at {stage}; all of {gates} come first."
    FILE_NOT_ACCEPTED = "Its onboarding file was not reviewed and accepted."
    RATED_E = "It is rated E, prohibited."
    CONTRACTS_MISSING = "Contracts are missing: {kinds}."
    CLAUSES_MISSING = "The contracts do not cover: {clauses}."

    # Why a supplier counts otherwise as a source.
    BEING_QUALIFIED = "The supplier is being qualified."
    APPROVED = "The supplier was approved."
    RATED = "The partner was rated {rating}."
    RATED_AS_SUGGESTED = "As its record suggests."
    TRIAL_PASSED = "{periods} consecutive acceptable periods on trial: {grades}."
    # An item gives its supplier's reason behind the id. One that begins with a value is listed with the id, to be told from it.
    OF_SUPPLIER = "{supplier_id}:"
    OF_SUPPLIER_GRADED = "{supplier_id}: {period} was graded."
    OF_SUPPLIER_D_NOT_IMPROVED = "{supplier_id}: {period} was graded D and no improvement was accepted by {due_on}."

    # What to do about the sources of an item.
    NO_SOURCE = "No source may get orders; emergency sourcing."
    ELIMINATE_ALL = "Eliminate {supplier_ids}; emergency sourcing."
    KEEP = "Keep the sources as they are."
    RESERVE = "Keep a reserve source at hand."
    SEEK_EXCELLENT = "Seek an excellent supplier."
    REPLACE = "Replace: the shares are interim."
    DEVELOP_ANOTHER = "Develop another source."
    ELIMINATE = "Eliminate."
    EMERGENCY_SOURCING = "Emergency sourcing."
    NOBODY_TO_URGE = "."
    URGE = "Urge {supplier_ids} to improve."
    URGE_AND_KEEP = "Urge {supplier_ids} to improve; keep the sources as they are."
    URGE_AND_RESERVE = "Urge {supplier_ids} to improve; keep a reserve source at hand."
    URGE_AND_SEEK_EXCELLENT = "Urge {supplier_ids} to improve; seek an excellent supplier."
    URGE_AND_REPLACE = "Urge {supplier_ids} to improve; replace: the shares are interim."
    URGE_AND_DEVELOP_ANOTHER = "Urge {supplier_ids} to improve; develop another source."
    URGE_AND_ELIMINATE = "Urge {supplier_ids} to improve; eliminate."
    URGE_AND_EMERGENCY_SOURCING = "Urge {supplier_ids} to improve; emergency sourcing."

    # What brings more under a recall.
    RECALL_DELIVERY = "Delivery {delivery_id} is of lot {lot_id}, which is called back."
    RECALL_BUILT = "Lot {lot_id}, which is called back, was built into lot {product_lot_id} of {product_id}."

    # How many sources an item should have.
    PROFILE_MISSING = "Say how important it is and how the market is."
    SOURCES_BY_PROFILE = "Sources for importance {importance} and market {market}: {count}."
    NO_GOOD_SOURCE = "No source that may get orders stands at A or B: one more."
    EXCELLENT_SOURCE = "The best source, {supplier_id}, stands at A and nothing of it is overdue: one less."
    AT_LEAST_ONE_SOURCE = "There is at least one source."
    SOURCES_AS_ADVISED = "There are as many sources as advised."
    ONE_SOURCE_MORE = "One more; seek an excellent supplier."
    SOURCES_MORE = "Find {count} more; seek excellent suppliers."
    ONE_SOURCE_TOO_MANY = "There is one source more than advised."
    SOURCES_TOO_MANY = "There are {count} sources more than advised."
    SUB_SUPPLIER_SHARED = "Several sources hang on sub-supplier {sub_supplier_id}."

    # What a rating of the partner is suggested from.
    STANDS_AT = "It stands at {grade}."
    STANDING_INSUFFICIENT = "Its facts are insufficient for a grade."
    NOT_GRADED_YET = "It has no grade yet."
    CERTIFICATE_LAPSED = "The {kind} with number {number} was valid to {valid_to} and has not been renewed."
    ANSWER_MISSED = "The answer for {period} was due on {due_on} and missed."
    ANSWER_OWED = "It owes an answer for {period} by {due_on}."
    ACTION_OVERDUE = "Corrective action {action_id} is overdue."

    # What the next better grade would have taken.
    TOO_FEW_LOTS = "A grade takes at least {needed} lots received; there were {lots}."
    TOO_LITTLE_MEASURED = (
        "A grade takes facts for criteria of {needed} points; there were some for {measured}. Missing: {criteria}."
    )
    EVERYTHING_MEASURED = "A grade takes facts for every criterion. Missing: {criteria}."
    LARGEST_SHARE = "{grade} takes the largest share; it has {share}, and the largest is {largest}."
    TOO_FEW_FACTS = "A grade takes lots received or lots inspected; there were too few."
    POINTS_AT_MOST = "{grade} takes at most {allowed} points; there were {points}."
    POINTS_AT_MOST_IN_LOTS = (
        "{grade} takes at most {allowed} points in the same number of lots ({lots}); there were {points}."
    )
    POINTS_IN_MORE_LOTS = "The same points in at least {lots} lots would also be {grade}."
    SCORE_AT_LEAST = "{grade} takes {needed} points; there were {score}, {missing} short."
    ENOUGH_ON_ITS_OWN = "Enough on its own: {criteria}."
    GATE_AT_LEAST = "It also takes {needed} in {criterion}; there were {score}."

    # What a fuzzy evaluation left out, or how it was decided.
    FACTORS_LEFT_OUT = "Nothing is known of {factors}; the weights of the others were scaled to 1."
    TOO_LITTLE_WEIGHT = "The factors with facts weigh {weight}; an evaluation takes at least {needed}."
    TIE_OF_COMMENTS = "A tie of {grades} goes to the worse comment."

    # Signs of a partnership.
    FEW_SOURCES = "few sources"
    LONG_CONTRACTS = "long contracts"
    LARGE_SHARES = "large shares"
    INFORMATION_EXCHANGED = "information is exchanged"


BY_SEVERITY: Mapping[Severity, Sentences] = {
    "critical": Sentences.IS_CRITICAL,
    "major": Sentences.IS_MAJOR,
    "minor": Sentences.IS_MINOR,
}
