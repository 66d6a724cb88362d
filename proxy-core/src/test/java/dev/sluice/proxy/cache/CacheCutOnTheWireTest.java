package dev.sluice.proxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.cache.WireClient.Answer;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.spi.Transport;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.ScriptedOrigin;
import dev.sluice.proxy.time.Awaited;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.transport.jdk.JdkTransport;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** An origin that dies at each byte of its response: of the head, of the body, and of what frames it. */
class CacheCutOnTheWireTest {
    private static final String TEXT = "0123456789abcde";

    @TempDir
    Path folder;

    /** How the end of the body is shown. */
    enum Framing {
        LENGTH("Content-Length: 15\r\n\r\n" + TEXT),
        CHUNKED("Transfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\n5;x=y\r\nabcde\r\n0\r\n\r\n"),
        /** The JDK's client takes no trailers. */
        CHUNKED_WITH_TRAILERS(
                "Transfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\n5\r\nabcde\r\n0\r\nX-End: 1\r\n\r\n"),
        /** Only a connection that breaks off, and does not end, shows that it is cut. */
        UNTIL_CLOSE("Connection: close\r\n\r\n" + TEXT);

        private final String raw;

        Framing(String rest) {
            this.raw = "HTTP/1.1 200 OK\r\nCache-Control: max-age=600\r\nETag: \"1\"\r\n" + rest;
        }
    }

    /** How a connection ends. */
    enum End {
        PLAINLY,
        BY_A_RESET
    }

    /** Which engine is used on both sides of the proxy. */
    enum Engine {
        DIRECT,
        JDK;

        Transport transport() {
            return this == JDK
                    ? JdkTransport.builder().build()
                    : DirectTransport.builder().build();
        }
    }

    static Stream<Arguments> all() {
        Stream.Builder<Arguments> all = Stream.builder();
        for (Framing framing : Framing.values()) {
            for (End end : End.values()) {
                for (StoreKind store : StoreKind.values()) {
                    all.add(Arguments.of(framing, end, store, Engine.DIRECT));
                }
                if (framing != Framing.CHUNKED_WITH_TRAILERS) {
                    all.add(Arguments.of(framing, end, StoreKind.MEMORY, Engine.JDK));
                }
            }
        }
        return all.build();
    }

    @ParameterizedTest
    @MethodSource("all")
    void itIsWholeForNobody(Framing framing, End end, StoreKind store, Engine engine) throws Exception {
        Map<String, Integer> asked = new ConcurrentHashMap<>();
        try (Cache cache = Cache.builder().store(store.open(folder)).build();
                ScriptedOrigin origin = ScriptedOrigin.start(origin(framing, end, asked));
                ProxyServer server = server(engine, origin, cache)) {
            for (int cutAt = 0; cutAt < framing.raw.length(); cutAt++) {
                boolean isSeen = framing != Framing.UNTIL_CLOSE
                        || end == End.BY_A_RESET
                        || cutAt < framing.raw.length() - TEXT.length();
                if (isSeen) {
                    cut(server.address(), framing, cutAt, asked);
                }
            }
            Awaited.isTrue(() -> cache.snapshot().fills() == 0);
        }
    }

    private static void cut(InetSocketAddress server, Framing framing, int cutAt, Map<String, Integer> asked)
            throws Exception {
        String path = "/cut-at-" + cutAt;
        String where = "cut at " + cutAt + " of " + framing.raw;
        Answer first = WireClient.get(server, path);
        if (asked.get(path) == 2) {
            // The JDK's client asks again if there was not a byte of an answer.
            assertThat(cutAt).isZero();
            assertThat(first.is(TEXT)).isTrue();
            return;
        }
        assertThat(first.status() == 502 || (first.status() == 200 && !first.whole() && TEXT.startsWith(first.body())))
                .as("%s: %s", where, first)
                .isTrue();
        if (cutAt < framing.raw.indexOf("\r\n\r\n") + 4) {
            assertThat(first.status()).as(where).isEqualTo(502);
        }
        Answer second = WireClient.get(server, path);
        assertThat(second.is(TEXT)).as("%s: %s", where, second).isTrue();
        assertThat(second.headers().has("Age")).as(where).isFalse();
        int soFar = asked.get(path);
        assertThat(soFar).as(where).isEqualTo(2);
        Answer stored = WireClient.get(server, path);
        assertThat(stored.is(TEXT)).as("%s: %s", where, stored).isTrue();
        assertThat(stored.headers().has("Age")).as("%s: %s", where, stored).isTrue();
        assertThat(asked.get(path)).as(where).isEqualTo(soFar);
    }

    /** The first response of each path is cut where its name says; the later ones are whole. */
    private static ScriptedOrigin.Script origin(Framing framing, End end, Map<String, Integer> asked) {
        return connection -> {
            String path = connection.readHead().split(" ")[1];
            boolean cut = asked.merge(path, 1, Integer::sum) == 1;
            int length = cut ? Integer.parseInt(path.substring(path.lastIndexOf('-') + 1)) : framing.raw.length();
            connection.write(framing.raw.substring(0, length));
            if (cut && end == End.BY_A_RESET) {
                connection.reset();
            }
        };
    }

    private static ProxyServer server(Engine engine, ScriptedOrigin origin, Cache cache) throws Exception {
        Transport transport = engine.transport();
        ProxyServer.Builder server = ProxyServer.builder()
                .transport(transport)
                .addRoute(
                        Route.path("/**").cache(cache).to(ReverseProxy.to(transport.upstream("origin", origin.uri()))));
        if (transport instanceof AutoCloseable resource) {
            server.addCloseable(resource);
        }
        return server.build().start();
    }

    /** The client reads as many bytes as are there, and leaves; the origin sends the rest only then. */
    @ParameterizedTest
    @EnumSource(Framing.class)
    void aClientThatLeavesAtAnyByteLeavesAWholeResponse(Framing framing) throws Exception {
        Map<String, Integer> asked = new ConcurrentHashMap<>();
        Map<String, CountDownLatch> left = new ConcurrentHashMap<>();
        ScriptedOrigin.Script script = connection -> {
            String path = connection.readHead().split(" ")[1];
            asked.merge(path, 1, Integer::sum);
            int length = Integer.parseInt(path.substring(path.lastIndexOf('-') + 1));
            connection.write(framing.raw.substring(0, length));
            Awaited.latch(left.get(path));
            connection.write(framing.raw.substring(length));
        };
        int body = framing.raw.indexOf("\r\n\r\n") + 4;
        try (Cache cache = Cache.builder().build();
                ScriptedOrigin origin = ScriptedOrigin.start(script);
                ProxyServer server = server(Engine.DIRECT, origin, cache)) {
            for (int at = 0; at <= framing.raw.length(); at += at < body ? 20 : 1) {
                String path = "/left-at-" + at;
                CountDownLatch gone = new CountDownLatch(1);
                left.put(path, gone);
                int before = origin.requests().size();
                try (RawConnection client = RawConnection.connect(server.address())) {
                    client.write(WireClient.request("GET", path));
                    origin.awaitRequests(before + 1);
                    if (at >= body) {
                        client.readHead();
                    }
                }
                gone.countDown();
                assertThat(WireClient.get(server.address(), path).is(TEXT))
                        .as(path)
                        .isTrue();
                Awaited.isTrue(() -> cache.snapshot().fills() == 0);
                Answer stored = WireClient.get(server.address(), path);
                assertThat(stored.is(TEXT) && stored.headers().has("Age"))
                        .as(path)
                        .isTrue();
                assertThat(asked.get(path)).as(path).isEqualTo(1);
            }
            server.close(Duration.ZERO);
        }
    }
}
