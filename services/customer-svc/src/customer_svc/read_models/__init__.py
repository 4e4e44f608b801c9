"""The read models of customer-svc: the log, shaped for its questions. One file each."""
