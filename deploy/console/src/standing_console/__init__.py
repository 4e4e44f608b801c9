"""The console: what people look at and act with. A client of the services over HTTP; it owns no data, no rule and no database."""
