"""Consuming topics: from a Kafka record to the commands of a reaction, each message exactly once and in order."""
