"""Who is notified of an event, when, and with which text. Pure; the policies are made of what is here."""
