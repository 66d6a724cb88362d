package dev.sluice.proxy.testing.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.RecordingListener;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.tls.TlsSettings;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What clients of a gateway see. */
final class Seen {
    /** For silence before the head, which ends with them. */
    static final Timeouts HASTY_FOR_HEAD =
            Timeouts.builder().head(Duration.ofMillis(200)).build();

    /** For silence in the body. */
    static final Timeouts HASTY_FOR_BODY =
            Timeouts.builder().idle(Duration.ofMillis(200)).build();

    private Seen() {}

    /** How a connection ends. */
    enum End {
        FIN,
        RESET
    }

    /** What ends a connection behind all that has been read. */
    static End end(RawConnection raw) throws IOException {
        try {
            throw new AssertionError("there is more: " + raw.readExactly(1));
        } catch (EOFException end) {
            return End.FIN;
        } catch (SocketException reset) {
            assertThat(reset).hasMessage("Connection reset");
            return End.RESET;
        }
    }

    /** Ends a gateway before the end of its block. */
    static void end(FakeGateway gateway) {
        gateway.close();
    }

    /** How an attempt at an upstream ends. */
    static @Nullable Outcome outcome(Upstream upstream, TimeSource time, Timeouts timeouts) throws Exception {
        RecordingListener listener = new RecordingListener();
        ProxyHandler proxy = ReverseProxy.to(upstream);
        ProxyHandler timed = request -> {
            request.exchange().put(Timeouts.class, timeouts);
            return proxy.handle(request);
        };
        try {
            TestClient.of(timed, time, listener).get("/");
        } catch (ProxyException failed) {
            assertThat(failed.outcome()).isNotEqualTo(Outcome.COMPLETED);
        }
        return listener.records().get(0).attempts().get(0).outcome();
    }

    /** What a failure and its causes say. */
    static String words(Throwable failure) {
        StringBuilder words = new StringBuilder();
        for (Throwable each = failure; each != null; each = each.getCause()) {
            words.append(each).append('\n');
        }
        return words.toString();
    }

    /** What a transport needs for this URL of a gateway. */
    static @Nullable TlsSettings tls(FakeGateway gateway, URI uri) {
        return uri.getScheme().equals("https") ? gateway.authority().client() : null;
    }

    /** The body that a new client of the JDK gets. */
    static String body(FakeGateway gateway, URI uri) throws Exception {
        HttpClient.Builder client = HttpClient.newBuilder();
        if (uri.getScheme().equals("https")) {
            client.sslContext(gateway.clientTls());
        }
        return client.build()
                .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                .body();
    }
}
