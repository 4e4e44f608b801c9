"""The read models of credit-svc, with the queries that read them."""
