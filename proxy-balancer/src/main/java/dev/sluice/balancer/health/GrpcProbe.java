package dev.sluice.balancer.health;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.header.rule.Grpc;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/**
 * Calls the health service that servers of gRPC have (the project's {@code health-checking.md}, {@code health.proto}).
 * Both messages have one field, so they are written and read here.
 *
 * @param service the name that is asked for, or nothing for the whole server
 */
record GrpcProbe(String service, ProbePlace place) implements Probe {
    private static final String NAME = "a gRPC health check at another port";
    private static final String PATH = "/grpc.health.v1.Health/Check";

    /** Of a message: whether it is compressed, and its length. */
    private static final int PREFIX = 5;

    private static final int LONGEST = 64;

    /** Field 1, a text (Protocol Buffers, "Encoding"). */
    private static final int SERVICE = 1 << 3 | 2;

    /** Field 1, a number. */
    private static final int STATUS = 1 << 3;

    private static final int SERVING = 1;
    private static final String[] NAMES = {"UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"};

    private static final int LONGEST_NAME = 127;
    private static final int NOT_FOUND = 5;
    private static final int UNIMPLEMENTED = 12;

    GrpcProbe {
        if (service.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
            throw new IllegalArgumentException(
                    "health check service must have at most " + LONGEST_NAME + " bytes: \"" + service + "\"");
        }
    }

    @Override
    public Upstream target(Upstream member, Function<URI, Upstream> connect) {
        return place.target(member, connect, NAME);
    }

    @Override
    public void requireFor(Upstream upstream) {
        if (!upstream.capabilities().contains(Capability.TRAILERS)) {
            throw new IllegalArgumentException(
                    "a gRPC health check needs an upstream that can receive trailers: \"" + upstream.id() + "\"");
        }
        place.requireFor(upstream, NAME);
    }

    @Override
    public String ask(Upstream upstream, Exchange scope) throws IOException, InterruptedException {
        RequestTarget target = RequestTarget.of(upstream.scheme(), upstream.authority(), upstream.basePath() + PATH);
        ProxyRequest request = ProxyRequest.builder(scope, "POST", target)
                .header("Content-Type", "application/grpc")
                .header("User-Agent", "sluice-health")
                .acceptsTrailers(true)
                .body(Body.of(message()))
                .build();
        try (ProxyResponse response = upstream.send(request)) {
            byte[] answer = response.body().open().readNBytes(LONGEST);
            scope.check();
            if (response.status() != 200) {
                throw new IOException("status " + response.status() + ", which is no answer of gRPC");
            }
            boolean inHead = response.headers().has("grpc-status");
            int status =
                    Grpc.status(inHead ? response.headers() : response.body().trailers());
            if (status != 0) {
                throw new IOException(explained(status));
            }
            return serving(answer);
        }
    }

    private String explained(int status) {
        return switch (status) {
            case -1 -> "no grpc-status";
            case NOT_FOUND -> "grpc-status 5: the health service does not know \"" + service + "\"";
            case UNIMPLEMENTED -> "grpc-status 12: the server has no health service";
            default -> "grpc-status " + status;
        };
    }

    private byte[] message() {
        byte[] name = service.getBytes(StandardCharsets.UTF_8);
        int length = name.length == 0 ? 0 : 2 + name.length;
        ByteBuffer message = ByteBuffer.allocate(PREFIX + length).put((byte) 0).putInt(length);
        if (length > 0) {
            message.put((byte) SERVICE).put((byte) name.length).put(name);
        }
        return message.array();
    }

    /** A number that is 0 is left out. */
    private static String serving(byte[] answer) throws IOException {
        boolean whole = answer.length >= PREFIX && ByteBuffer.wrap(answer, 1, 4).getInt() == answer.length - PREFIX;
        boolean empty = answer.length == PREFIX;
        if (!whole || answer[0] != 0 || !(empty || (answer.length == PREFIX + 2 && answer[PREFIX] == STATUS))) {
            throw new IOException("an answer that is no message of the health service: " + answer.length + " bytes");
        }
        int status = empty ? 0 : answer[PREFIX + 1];
        String name = status >= 0 && status < NAMES.length ? NAMES[status] : "status " + status;
        if (status != SERVING) {
            throw new IOException(name);
        }
        return name;
    }

    @Override
    public String toString() {
        return "gRPC health"
                + (service.isEmpty() ? "" : " of " + service)
                + (place.own() ? " at port " + place.port() : "");
    }
}
