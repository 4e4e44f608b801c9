"""The account of a customer, stream ``account-{customer_id}``: file, limit, orders, receivables and collection in one exposure."""
