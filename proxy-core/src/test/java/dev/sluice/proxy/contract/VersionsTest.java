package dev.sluice.proxy.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.AttemptRecord;
import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.RequestRecord;
import dev.sluice.proxy.header.Via;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.transport.direct.Http2;
import java.util.Locale;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same requests in HTTP/1.1 and in HTTP/2, to the same proxy and origin: what the origin gets, what the client gets, and
 * the record are the same. {@link #alike} says what differs all the same, and why.
 */
class VersionsTest {
    private static final int EXCHANGES = 100;

    private final Queue<String> atOrigin = new ConcurrentLinkedQueue<>();
    private volatile RandomExchange current;
    private Proxied proxied;
    private Http2Asker http2;
    private int ended;

    /** Sends the request of an exchange, and returns what has come. */
    interface Asker {
        /** The heads without their reasons, which HTTP/2 does not have, the body, and the trailers. */
        String ask(RandomExchange exchange) throws Exception;
    }

    @BeforeEach
    void start() throws Exception {
        proxied = Proxied.of(transport(), transport())
                .plays(this::origin)
                .rules(rules -> rules.via(Via.of("test")))
                .route(route -> route.allowTrailers("x-sum"))
                .server(server -> server.time(new ManualTime()))
                .start();
        http2 = new Http2Asker(proxied.server.address());
    }

    private static DirectTransport transport() {
        return DirectTransport.builder()
                .http2(Http2.builder().priorKnowledge(true).build())
                .build();
    }

    @AfterEach
    void stop() throws Exception {
        http2.close();
        proxied.close();
    }

    private void origin(RawConnection connection) throws Exception {
        boolean more = true;
        while (more) {
            String head = connection.readHead();
            RandomExchange exchange = current;
            if (head.contains("100-continue") && !exchange.early) {
                connection.write("HTTP/1.1 100 Continue\r\n\r\n");
            }
            atOrigin.add(head(head) + (exchange.early ? "" : body(Message.request(connection, head))));
            connection.write(exchange.answer);
            more = !exchange.ends;
        }
        connection.shutdownOutput();
        Proxied.awaitEnd(connection);
    }

    private static String head(String head) {
        return head.substring(0, head.indexOf("\r\n")) + "\n" + lines(Message.fields(head), Set.of()) + "\n";
    }

    private static String body(Message request) {
        String body = request.whole() ? request.body() : "cut";
        return body + "\n" + lines(request.trailers(), Set.of());
    }

    /** Fields as lines. In HTTP/2 names are in lower case (RFC 9113 §8.2.1). */
    static String lines(Headers fields, Set<String> without) {
        StringBuilder lines = new StringBuilder();
        fields.forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            lines.append(without.contains(lower) ? "" : lower + ": " + value + "\n");
        });
        return lines.toString();
    }

    private static String shown(ExchangeRecord record) {
        StringBuilder text = new StringBuilder();
        RequestRecord request = record.request();
        if (request != null) {
            text.append(request.method()).append(' ').append(request.target()).append('\n');
            text.append(lines(request.headers(), Set.of()));
        }
        text.append("bytes ")
                .append(record.requestBytes())
                .append(", ")
                .append(record.responseBytes())
                .append('\n');
        for (AttemptRecord each : record.attempts()) {
            text.append(each).append(' ').append(each.delivery()).append('\n');
        }
        return text.append(record.explain()).toString();
    }

    private String seen(Asker asker) throws Exception {
        String answer = asker.ask(current);
        ExchangeRecord record = proxied.records.awaitEnded(ended + 1).get(ended);
        ended++;
        String seen = "ORIGIN\n" + String.join("\n", atOrigin) + "CLIENT\n" + answer + "RECORD\n" + shown(record);
        atOrigin.clear();
        return alike(seen, current.faulty);
    }

    /** Without what must differ, or may, each with its reason; and without the case of names, see {@link #lines}. */
    private static String alike(String seen, boolean faulty) {
        String alike = seen
                // The version in which the request has come (RFC 9110 §7.6.3).
                .replaceAll("(?m)^(via: .*?)(1\\.1|2\\.0) test$", "$1? test")
                // The order of fields with different names says nothing (RFC 9110 §5.3): the length is the last one
                // here.
                .replaceAll("(?m)^(content-length: \\d+\n)((?:.+\n)+)", "$2$1")
                // In HTTP/2 an empty body and none end alike. HTTP/1.1 has said before which of the two it is.
                .replaceAll("(transfer-encoding: chunked|content-length: 0)\n\n\nCLIENT", "\n\nCLIENT")
                // A call of gRPC that ends in its head has no body, and says no length; in HTTP/1.1 that is one of 0.
                .replaceAll("(?m)^(content-type: application/grpc\n(?:.+\n)*)content-length: 0\n", "$1");
        // The words are those of the rule that is broken, and each version has its own: such as "no :method that is
        // one".
        return faulty ? alike.replaceAll("(?m)^(content-length|bytes|failed|grpc-message|\\d{3} ).*\n", "") : alike;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void anExchangeIsTheSameInBothVersions(long seed) throws Exception {
        Random random = new Random(seed);
        for (int i = 0; i < EXCHANGES; i++) {
            current = new RandomExchange(random);
            String inHttp1 = seen(new Http1Asker(proxied.server.address()));
            assertThat(seen(http2)).as("exchange %s, %s", i, current).isEqualTo(inHttp1);
        }
    }
}
