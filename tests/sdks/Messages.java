// Reads messages with CloudEvents' SDK ("read"), or writes facts with it ("write"). JSON on standard input and output.

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.jackson.JsonFormat;
import io.cloudevents.kafka.KafkaMessageFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.Base64;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;

class Messages {
    static final ObjectMapper JSON = new ObjectMapper();

    public static void main(String[] arguments) throws Exception {
        ArrayNode found = JSON.createArrayNode();
        for (JsonNode each : JSON.readTree(System.in)) {
            found.add(arguments[0].equals("read") ? read(each) : write(each));
        }
        JSON.writeValue(System.out, found);
    }

    static JsonNode read(JsonNode message) throws Exception {
        RecordHeaders headers = new RecordHeaders();
        message.get("headers").fields().forEachRemaining(
            header -> headers.add(header.getKey(), header.getValue().asText().getBytes(StandardCharsets.UTF_8)));
        byte[] value = Base64.getDecoder().decode(message.get("value").asText());
        CloudEvent event = KafkaMessageFactory.createReader(headers, value).toEvent();
        return JSON.readTree(new JsonFormat().serialize(event));
    }

    static JsonNode write(JsonNode wanted) throws Exception {
        JsonNode given = wanted.get("attributes");
        CloudEvent event = CloudEventBuilder.v1()
            .withId(given.get("id").asText())
            .withSource(URI.create(given.get("source").asText()))
            .withType(given.get("type").asText())
            .withSubject(given.get("subject").asText())
            .withTime(OffsetDateTime.parse(given.get("time").asText()))
            .withDataSchema(URI.create(given.get("dataschema").asText()))
            .withExtension("partitionkey", given.get("partitionkey").asText())
            .withExtension("traceparent", given.get("traceparent").asText())
            .withExtension("tracestate", given.get("tracestate").asText())
            .withData("application/json", JSON.writeValueAsBytes(wanted.get("data")))
            .build();
        ArrayNode modes = JSON.createArrayNode();
        modes.add(shown(KafkaMessageFactory.<Void>createWriter("facts").writeBinary(event)));
        modes.add(shown(KafkaMessageFactory.<Void>createWriter("facts").writeStructured(event, new JsonFormat())));
        return modes;
    }

    static JsonNode shown(ProducerRecord<Void, byte[]> message) {
        ObjectNode shown = JSON.createObjectNode();
        ObjectNode headers = shown.putObject("headers");
        for (Header header : message.headers()) {
            headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
        }
        shown.put("value", Base64.getEncoder().encodeToString(message.value()));
        return shown;
    }
}
