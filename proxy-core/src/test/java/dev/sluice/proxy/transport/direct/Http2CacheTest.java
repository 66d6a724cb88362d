package dev.sluice.proxy.transport.direct;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.cache.Cache;
import dev.sluice.proxy.http2.ErrorCode;
import dev.sluice.proxy.http2.Http2Client;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.RawConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams of one connection that ask a cache for the same. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class Http2CacheTest {
    private static final int STREAMS = 6;
    private static final String[] FRESH = {":status", "200", "cache-control", "max-age=60", "content-length", "10"};

    private final Http2Chain chain = new Http2Chain();
    private RawConnection other;

    Http2CacheTest() throws Exception {}

    @BeforeEach
    void begin() throws Exception {
        Cache cache = chain.opened(Cache.memory(1 << 20));
        chain.start(ProxyServer.builder().addRoute(Route.any().cache(cache).to(chain.upstream())));
    }

    @AfterEach
    void end() throws Exception {
        chain.close();
    }

    /** All ask, and a client of HTTP/1.1 too; one request is at the origin, on its stream 1. */
    private Http2Client herd() throws Exception {
        chain.client.get(1, "/a");
        Http2Client origin = chain.origin.connection();
        origin.await("HEADERS", 1);
        for (int i = 1; i < STREAMS; i++) {
            chain.client.get(1 + 2 * i, "/a");
        }
        other = chain.opened(RawConnection.connect(chain.server.address()));
        other.write("GET /a HTTP/1.1\r\nHost: a.test\r\n\r\n");
        chain.time.awaitWaiters(STREAMS + 1);
        return origin;
    }

    private void requireBody(int stream) throws Exception {
        assertThat(chain.client.head(stream)).startsWith(":status: 200\n");
        assertThat(chain.client.body(stream)).isEqualTo("0123456789");
    }

    /** Whoever has asked first: the request is everybody's. */
    @ParameterizedTest
    @ValueSource(ints = {1, 5})
    void aStreamThatIsResetTakesNothingFromTheOthers(int reset) throws Exception {
        Http2Client origin = herd();
        chain.client.reset(reset, ErrorCode.CANCEL);
        chain.records.awaitEnded(1);
        origin.headers(1, false, FRESH);
        origin.data(1, false, "01234");
        origin.data(1, true, "56789");
        for (int i = 0; i < STREAMS; i++) {
            int stream = 1 + 2 * i;
            if (stream != reset) {
                requireBody(stream);
            }
        }
        assertThat(other.readHead()).startsWith("HTTP/1.1 200 ");
        assertThat(other.readExactly(10)).isEqualTo("0123456789");
        chain.client.get(101, "/a");
        requireBody(101);
        Http2Origin.settle(origin);
        assertThat(origin.others())
                .noneMatch(each -> each.kind().equals("HEADERS") || each.kind().equals("RST_STREAM"));
    }

    /** Nobody takes half of a response for the whole. */
    @Test
    void whatBreaksOffAtTheOriginIsCutForAll() throws Exception {
        Http2Client origin = herd();
        origin.headers(1, false, FRESH);
        origin.data(1, false, "01234");
        for (int i = 0; i < STREAMS; i++) {
            assertThat(chain.client.head(1 + 2 * i)).startsWith(":status: 200\n");
            assertThat(chain.client.await("DATA", 1 + 2 * i).text()).isEqualTo("01234");
        }
        origin.reset(1, ErrorCode.INTERNAL_ERROR);
        for (int i = 0; i < STREAMS; i++) {
            assertThat(chain.client.next(1 + 2 * i).kind()).isEqualTo("RST_STREAM");
        }
        assertThat(other.readHead()).startsWith("HTTP/1.1 200 ");
        assertThat(other.readAll()).isEqualTo("01234");
        chain.client.get(101, "/a");
        origin.await("HEADERS", 3);
        origin.headers(3, false, FRESH);
        origin.data(3, true, "0123456789");
        requireBody(101);
    }

    @Test
    void aFailureIsToldToAll() throws Exception {
        Http2Client origin = herd();
        origin.reset(1, ErrorCode.INTERNAL_ERROR);
        for (int i = 0; i < STREAMS; i++) {
            assertThat(chain.client.head(1 + 2 * i)).startsWith(":status: 502\n");
        }
        assertThat(other.readHead()).startsWith("HTTP/1.1 502 ");
        Http2Origin.settle(origin);
        assertThat(origin.others()).noneMatch(each -> each.kind().equals("HEADERS"));
    }

    @Test
    void whereTheAnswerIsForOneTheOthersGoThemselves() throws Exception {
        Http2Client origin = herd();
        for (int i = 0; i <= STREAMS; i++) {
            int stream = i == 0 ? 1 : origin.await("HEADERS").stream();
            origin.headers(stream, false, ":status", "200", "cache-control", "private", "content-length", "10");
            origin.data(stream, true, "0123456789");
        }
        for (int i = 0; i < STREAMS; i++) {
            requireBody(1 + 2 * i);
        }
        assertThat(other.readHead()).startsWith("HTTP/1.1 200 ");
        assertThat(other.readExactly(10)).isEqualTo("0123456789");
    }
}
