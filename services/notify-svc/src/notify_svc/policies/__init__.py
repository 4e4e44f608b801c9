"""The policies under which notices are requested and delivered, one document a module; the defaults are version 1."""
