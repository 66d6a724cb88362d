package dev.sluice.proxy.content;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.content.CompressionOnTheWireTest.Kind;
import dev.sluice.proxy.internal.BulkInputStream;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.RecordingListener;
import dev.sluice.proxy.testing.ScriptedOrigin;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Through real sockets: what a function that changes bodies throws is a fault of the proxy, whatever the transport. */
@Timeout(60)
class BodyRewriteOnTheWireTest {
    private final RecordingListener records = new RecordingListener();

    /** Ways in which a function for streams can fail. */
    enum Fault implements UnaryOperator<InputStream> {
        THROWS {
            @Override
            public InputStream apply(InputStream stream) {
                throw new IllegalStateException("broken");
            }
        },
        NOTHING {
            @Override
            public InputStream apply(InputStream stream) {
                return null;
            }
        },
        READ_THROWS {
            @Override
            public InputStream apply(InputStream stream) {
                return new BulkInputStream() {
                    @Override
                    public int read(byte[] target, int offset, int length) {
                        throw new IllegalStateException("broken");
                    }
                };
            }
        }
    }

    static List<Arguments> faults() {
        List<Arguments> all = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            for (Fault fault : Fault.values()) {
                all.add(Arguments.of(kind, fault));
            }
        }
        return all;
    }

    private ProxyServer proxy(Kind kind, ScriptedOrigin origin, ProxyFilter filter) {
        return ProxyServer.builder()
                .transport(kind.transport())
                .addFilter(filter)
                .addListener(records)
                .addRoute("/**", ReverseProxy.to(origin.uri().toString()))
                .build()
                .start();
    }

    private static ScriptedOrigin readsAll() throws IOException {
        return ScriptedOrigin.start(connection -> {
            connection.readHead();
            connection.readAll();
        });
    }

    private static ScriptedOrigin answers() throws IOException {
        return ScriptedOrigin.start(connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello");
        });
    }

    private static String post(ProxyServer proxy) throws IOException {
        try (RawConnection client = RawConnection.connect(proxy.address())) {
            client.write("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: text/plain\r\n"
                    + "Content-Length: 5\r\n\r\nhello");
            return client.readAll();
        }
    }

    private static String get(ProxyServer proxy) throws IOException {
        try (RawConnection client = RawConnection.connect(proxy.address())) {
            client.write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            return client.readAll();
        }
    }

    /** The line of the log is made of this message. */
    private void assertNamed(BodyRewrite rewrite) throws InterruptedException {
        ExchangeRecord record = records.awaitEnded(1).get(0);
        assertThat(record.failure()).hasMessageContaining(rewrite.toString());
        assertThat(record.failure().outcome()).isEqualTo(Outcome.FAILED);
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aFaultOfTheFunctionForRequestsIs500(Kind kind, Fault fault) throws Exception {
        BodyRewrite rewrite = BodyRewrite.request().stream(fault).build();
        try (ScriptedOrigin origin = readsAll();
                ProxyServer proxy = proxy(kind, origin, rewrite)) {
            assertThat(post(proxy)).startsWith("HTTP/1.1 500 ");
        }
        assertNamed(rewrite);
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aFaultOfTheFunctionForResponsesIs500OrACut(Kind kind, Fault fault) throws Exception {
        BodyRewrite rewrite = BodyRewrite.response().stream(fault).build();
        try (ScriptedOrigin origin = answers();
                ProxyServer proxy = proxy(kind, origin, rewrite)) {
            String answer = get(proxy);
            if (fault == Fault.READ_THROWS) {
                // The head may be out by then.
                assertThat(answer).startsWith("HTTP/1.1 200 ").doesNotEndWith("0\r\n\r\n");
                assertThat(records.awaitEnded(1).get(0).outcome()).isEqualTo(Outcome.FAILED);
            } else {
                assertThat(answer).startsWith("HTTP/1.1 500 ");
                assertNamed(rewrite);
            }
        }
    }

    /** A filter of the user's own changes bodies in the same way. */
    @ParameterizedTest
    @MethodSource("faults")
    void aFaultOfAnotherFiltersChangeIs500(Kind kind, Fault fault) throws Exception {
        ProxyFilter own = (request, next) -> next.handle(request.toBuilder()
                .body(request.body().map(fault, request.body().length()))
                .build());
        try (ScriptedOrigin origin = readsAll();
                ProxyServer proxy = proxy(kind, origin, own)) {
            assertThat(post(proxy)).startsWith("HTTP/1.1 500 ");
        }
        assertThat(records.awaitEnded(1).get(0).failure().outcome()).isEqualTo(Outcome.FAILED);
    }

    @ParameterizedTest
    @EnumSource
    void aStreamOfARequestThatFailsAsAStreamDoesIs400(Kind kind) throws Exception {
        BodyRewrite rewrite = BodyRewrite.request().stream(in -> new BulkInputStream() {
                    @Override
                    public int read(byte[] target, int offset, int length) throws IOException {
                        throw new IOException("not what it should be");
                    }
                })
                .build();
        try (ScriptedOrigin origin = readsAll();
                ProxyServer proxy = proxy(kind, origin, rewrite)) {
            assertThat(post(proxy)).startsWith("HTTP/1.1 400 ");
        }
    }
}
