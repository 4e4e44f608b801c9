"""What the service says of its own accord in events and answers: why somebody is notified, or not, later, or in vain."""

from chassis.sentences import Sentence


class Sentences(Sentence):
    """By theme. Where reasons follow one another after a colon, the last ends with a full stop (``_LAST``), the others not (``_AND``)."""

    # Why a notice is suppressed, waits, or is not sent any more
    SWITCHED_OFF = "{recipient} has switched off the rule {rule}."
    RECORDED_TOO_LATE = (
        "It happened on {happened_on} and was recorded on {recorded_on}; "
        "the rule {rule} notifies nobody of what is recorded more than {days} days late."
    )
    HISTORY = "It happened on {happened_on}; what happened before {history_before} is history."
    MATTER_OVER = "It is over: {event_type} of {ended_at}."
    QUIET_HOURS = "Quiet hours from {starts} to {ends} in {zone}."
    THROTTLED = "{recipient} has had {notices} notices by {channel} within {minutes} minutes."
    RULE_DELAYS = "The rule {rule} delivers it later than it happened."

    # What became of a notice
    WILL_BE_SENT = "It will be sent at {deliver_at}."
    IN_DIGEST = "It will be sent in a digest at {closes_at}: {subject}"
    SENT = "It was sent by {channel} to {recipient}."
    TRIED_AGAIN = "It is being tried again:"
    NOT_SENT = "It could not be sent:"
    REDRIVEN = "{person} had it tried again: {reason}"
    ABANDONED = "No outcome of this attempt was recorded by {until}; the notice may have arrived."
    RECIPIENT_ERASED = "The recipient was erased."

    # Why a rule does not notify somebody of an event
    NOT_IN = "{field} is {value}, not one of {values}"
    NOT_OUT_OF = "{field} is {value}, not none of {values}"
    NOT_AT_LEAST = "{field} is {value}, not at least {bound}"
    NOT_AT_MOST = "{field} is {value}, not at most {bound}"
    NOTIFIES_OTHERS = "The rule notifies {recipients}, not {recipient}."
    NOTIFIES_NOBODY = "The rule notifies nobody, not {recipient}."

    # Only people of the house look into the inbox: why each channel before it was passed over
    ONLY_INBOX = "No channel took it to {recipient}, and only people of the house look into the inbox:"
    NO_OTHER_CHANNEL = "its rule, or what it has switched off, leaves no other channel."
    NO_MAIL_SERVER = "email: this deployment has no mail server (NOTIFY_SMTP_HOST is not set)"
    NO_MAIL_SERVER_AND = "email: this deployment has no mail server (NOTIFY_SMTP_HOST is not set);"
    NO_MAIL_SERVER_LAST = "email: this deployment has no mail server (NOTIFY_SMTP_HOST is not set)."
    NO_ADDRESS = "email: the directory has no address of {recipient}"
    NO_ADDRESS_AND = "email: the directory has no address of {recipient};"
    NO_ADDRESS_LAST = "email: the directory has no address of {recipient}."
    NO_EMAIL_ADDRESS = "email: what the directory has of {recipient} is no e-mail address"
    NO_EMAIL_ADDRESS_AND = "email: what the directory has of {recipient} is no e-mail address;"
    NO_EMAIL_ADDRESS_LAST = "email: what the directory has of {recipient} is no e-mail address."
    NO_ENDPOINT = "{channel}: {recipient} has no endpoint"
    NO_ENDPOINT_AND = "{channel}: {recipient} has no endpoint;"
    NO_ENDPOINT_LAST = "{channel}: {recipient} has no endpoint."
    ADDRESS_ERASED = "{channel}: {recipient} was erased, and the address with it"
    ADDRESS_ERASED_AND = "{channel}: {recipient} was erased, and the address with it;"
    ADDRESS_ERASED_LAST = "{channel}: {recipient} was erased, and the address with it."
    NO_KEY = "{channel}: This endpoint was sealed with a key of the deployment, and NOTIFY_SECRET_KEYS has none that opens it."

    # How an attempt failed; of an address everybody may read the beginning, up to the dots
    NO_ANSWER = "{address}… did not answer in {seconds} s."
    NOT_REACHED = "{address}… cannot be reached: {error}"
    NOT_REACHED_BY_PLUGIN = "{address}… cannot be reached ({error})."
    ANSWERED = "{address}… answered {status}."
    ANSWERED_GONE = "{address}… answered {status} and is gone."
    ANSWERED_REDIRECT = "{address}… answered {status}, a redirect, which is not followed."
    NOT_ACCEPTED = "{address}… did not accept it."
    MAIL_SERVER_SILENT = "The mail server {server} did not answer in {seconds} s."
    MAIL_SERVER_ANSWERED = "The mail server answered {answer}"

    # Addresses that are never called
    SECRETS_OF_A_CLOUD = "{host} leads to {address}, where a cloud tells a machine its secrets; it is never called."
    INTERNAL_ADDRESS = (
        "{host} leads to {address}, which is an internal address; "
        "an operator may allow it with NOTIFY_ALLOWED_NETWORKS."
    )
    MACHINES_SOCKET = "{path} is a socket of this machine."
    NO_URL = "An apprise URL is written scheme://…, without blanks and control characters."
    UNKNOWN_SERVICE = "{scheme}:// is not a service that may be used; use one of {services}."
    UNKNOWN_PARAMETER = (
        "{scheme}:// takes no parameter {parameters} here, because it may name a file, an address or a header; "
        "use {known}."
    )
    UNREADABLE_URL = "apprise cannot read this {scheme}:// URL; its list of services shows how each is written."

    # A template that does not render, in the words of the refusal
    DOES_NOT_RENDER = "The template {template} in {language} does not render: {error}."
    RENDERS_TOO_LONG = "The template {template} in {language} does not render: it takes more than {duration} ms."
    RENDERS_TOO_LARGE = "The template {template} in {language} does not render: it takes more memory than a text may."
    RENDERS_ENDLESSLY = "The template {template} in {language} does not render: it calls itself without end."
    RENDERER_SILENT = (
        "The template {template} in {language} does not render: the process that renders texts did not answer."
    )
    TEXT_TOO_LONG = "The template {template} in {language} does not render: its {part} is longer than {limit} bytes."
    TEXT_HALF_A_PAIR = (
        "The template {template} in {language} does not render: "
        "its {part} has half of a surrogate pair, which is no character."
    )
    TEXT_NUL = (
        "The template {template} in {language} does not render: "
        "its {part} has the character U+0000, which cannot be stored."
    )
    NO_TEMPLATE = "The template {template} in {language} does not render: there is no such template."
    NO_TEXT = "The template {template} in {language} does not render: it has no text in this language."
