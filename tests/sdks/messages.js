// Reads messages with CloudEvents' SDK ("read"), or writes facts with it ("write"). JSON on standard input and output.
const { CloudEvent, Kafka } = require("cloudevents");

const bytes = (value) => Buffer.from(typeof value === "string" || Buffer.isBuffer(value) ? value : JSON.stringify(value));

function read({ headers, key, value }) {
  const event = Kafka.toEvent({ headers, key, value: Buffer.from(value, "base64").toString() });
  return { ...event.toJSON(), time: event.time };
}

function write({ attributes, data }) {
  const event = new CloudEvent({ ...attributes, data });
  return [Kafka.binary(event), Kafka.structured(event)].map(({ headers, key, value }) => ({
    headers: Object.fromEntries(Object.entries(headers).map(([name, each]) => [name, String(each)])),
    key,
    value: bytes(value).toString("base64"),
  }));
}

const work = { read, write }[process.argv[2]];
const input = JSON.parse(require("fs").readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(input.map(work)));
