package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.header.rule.HopByHop;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Writes what an upstream answers to files. Safe for use by many threads. */
final class Recorder {
    private final Recording recording;
    private final ProxyHandler upstream;
    private final Map<String, Integer> counts = new HashMap<>();

    Recorder(Recording recording, ProxyHandler upstream) {
        this.recording = recording;
        this.upstream = request -> upstream.handle(
                request.toBuilder().removeHeader("Accept-Encoding").build());
    }

    Reply reply(ReceivedRequest request, Pacing pacing) throws Refusal, IOException {
        Reply reply = HandlerReply.of(upstream, request, pacing);
        byte[] content = reply.content().open(pacing).readAllBytes();
        SecretParameters secrets = recording.parameters();
        Reply recorded = reply.withFields(fields -> responseFields(request, fields));
        write(new RecordedExchange(
                request.method(),
                recording.target(request),
                secrets.fields(requestFields(request.headers())),
                recording.body(request),
                recorded,
                secrets.body(reply.headers(), content)));
        return reply;
    }

    private Headers requestFields(Headers fields) {
        return HopByHop.request(fields, true).without(this::staysOut).without("Accept-Encoding"::equalsIgnoreCase);
    }

    /** Without secrets, and of the final response or of others. A URL of the gateway has its port, another in each run. */
    private Headers responseFields(ReceivedRequest request, Headers fields) {
        String host = request.header("Host").orElse("");
        Headers.Builder kept = Headers.builder();
        fields.without(this::staysOut)
                .forEach((name, value) ->
                        kept.add(name, withoutOwn("http://" + host, withoutOwn("https://" + host, value))));
        return recording.parameters().fields(kept.build());
    }

    private static String withoutOwn(String origin, String value) {
        if (!value.startsWith(origin)) {
            return value;
        }
        String rest = value.substring(origin.length());
        return rest.isEmpty() ? "/" : rest.startsWith("/") ? rest : value;
    }

    private boolean staysOut(String name) {
        return recording.hidesField(name) || recording.isOfTheMoment(name);
    }

    private synchronized void write(RecordedExchange exchange) throws IOException {
        String name = exchange.name();
        int number = counts.merge(name, 1, Integer::sum);
        Files.createDirectories(recording.folder());
        if (number == 1) {
            dropBefore(exchange);
        }
        Path file = recording.folder().resolve(name + "-" + number + RecordingFile.SUFFIX);
        Files.writeString(file, RecordingFile.text(exchange));
    }

    /** Also what was recorded for it when less was hidden, and has another name. */
    private void dropBefore(RecordedExchange exchange) throws IOException {
        try (DirectoryStream<Path> older = Files.newDirectoryStream(recording.folder(), "*" + RecordingFile.SUFFIX)) {
            for (Path file : older) {
                if (isFor(exchange, file)) {
                    Files.delete(file);
                }
            }
        }
    }

    private boolean isFor(RecordedExchange exchange, Path file) throws IOException {
        try {
            RecordedExchange before = recording.hidden(RecordingReader.read(file));
            return before.isFor(exchange.method(), exchange.target(), exchange.body());
        } catch (IllegalArgumentException damaged) {
            // Whoever replays it is told.
            return false;
        }
    }
}
