"""Rules of the source tree, held by tests: a direction that is only written down is soon another one."""
