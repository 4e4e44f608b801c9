"""The read models of supplier-svc, one file each."""
