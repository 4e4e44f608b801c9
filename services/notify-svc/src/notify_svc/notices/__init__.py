"""The notice, a stream: one recipient is told one thing once. Stages, commands, decisions; pure."""
