"""The policies that suppliers are judged under, one document a module; the defaults are the published rules."""
