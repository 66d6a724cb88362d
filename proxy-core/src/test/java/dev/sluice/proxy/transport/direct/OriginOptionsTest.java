package dev.sluice.proxy.transport.direct;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.ScriptedOrigin;
import dev.sluice.proxy.testing.TestExchange;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.tls.TlsSettings;
import dev.sluice.proxy.transport.direct.DirectTransport.OriginOptions;
import dev.sluice.proxy.wire.TestTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class OriginOptionsTest {
    private static final OriginOptions OLD =
            OriginOptions.builder().endWithoutCloseNotify(true).build();
    private static final OriginOptions DOUBLED =
            OriginOptions.builder().lengthBesideChunked(true).build();

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    @Test
    void allOptionsAreStrictByDefaultAndCopied() {
        assertThat(OriginOptions.DEFAULT).isEqualTo(new OriginOptions(null, false, false, false));
        assertThat(OLD.toBuilder().build()).isEqualTo(OLD);
        assertThat(DOUBLED.toBuilder().build()).isEqualTo(DOUBLED);
    }

    /** The result of one GET: the body, or the outcome of its failure. */
    private static String get(Upstream upstream) throws Exception {
        try (ProxyResponse response = upstream.send(TestExchange.request("GET", "/"))) {
            return response.headers().first("Content-Length").orElse("")
                    + new String(response.body().readAll(100_000), StandardCharsets.US_ASCII);
        } catch (ProxyException failure) {
            return failure.outcome().toString();
        }
    }

    private DirectTransport direct(Connector.Builder connector) {
        DirectTransport direct =
                DirectTransport.builder().connector(connector.build()).build();
        open.add(direct);
        return direct;
    }

    /** A server that answers and then ends TCP without ending TLS. */
    private URI endingTcpAlone(String response) throws Exception {
        ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        open.add(server);
        TlsSettings tls = TlsSettings.of(TestTls.server("localhost"));
        TimeSource.system().start("origin", () -> {
            try {
                while (true) {
                    answer(server.accept(), tls, response);
                }
            } catch (IOException closed) {
                // The test has ended.
            }
        });
        return URI.create("https://localhost:" + server.getLocalPort());
    }

    private static void answer(Socket raw, TlsSettings tls, String response) throws IOException {
        try (raw) {
            SSLSocket socket =
                    (SSLSocket) tls.context().getSocketFactory().createSocket(raw, null, raw.getPort(), false);
            socket.setUseClientMode(false);
            socket.getInputStream().read(new byte[4_096]);
            socket.getOutputStream().write(response.getBytes(StandardCharsets.US_ASCII));
            raw.shutdownOutput();
            raw.getInputStream().readAllBytes();
        }
    }

    private Connector.Builder trusting() throws Exception {
        return Connector.builder()
                .resolver(host -> List.of(InetAddress.getLoopbackAddress()))
                .tls(TlsSettings.of(TestTls.client("localhost")));
    }

    @Test
    void aBodyThatEndsWithoutCloseNotifyIsCutUnlessItIsAllowed() throws Exception {
        URI uri = endingTcpAlone("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello");
        DirectTransport direct = direct(trusting());

        assertThat(get(direct.upstream("strict", uri))).isEqualTo("BODY_FAILED");
        assertThat(get(direct.upstream("old", uri, OLD))).isEqualTo("hello");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 6\r\n\r\nhello",
                "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
                "Transfer-Encoding: chunked\r\n\r\n6\r\nhello"
            })
    void whatIsNotWholeByItsFramingIsCutAllTheSame(String rest) throws Exception {
        URI uri = endingTcpAlone("HTTP/1.1 200 OK\r\n" + rest);

        assertThat(get(direct(trusting()).upstream("old", uri, OLD))).isEqualTo("BODY_FAILED");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Content-Length: 5\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"})
    void whatIsWholeByItsFramingNeedsNoOption(String rest) throws Exception {
        URI uri = endingTcpAlone("HTTP/1.1 200 OK\r\n" + rest);

        assertThat(get(direct(trusting()).upstream("strict", uri))).isEqualTo("hello");
    }

    @Test
    void aHeadThatEndsWithoutCloseNotifyIsNotAccepted() throws Exception {
        URI uri = endingTcpAlone("HTTP/1.1 200 OK\r\nX: 1\r\n");

        assertThat(get(direct(trusting()).upstream("old", uri, OLD))).isEqualTo("HEAD_FAILED");
    }

    private ScriptedOrigin origin(String response) throws Exception {
        ScriptedOrigin origin = ScriptedOrigin.start(connection -> answerAll(connection, response));
        open.add(origin);
        return origin;
    }

    private static void answerAll(RawConnection connection, String response) throws IOException {
        while (true) {
            connection.readHead();
            connection.write(response);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 1\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nContent-Length: 99",
                "Content-Length: 5\r\nTransfer-Encoding: chunked\r\nContent-Length: x"
            })
    void chunksCountBesideALengthWhereItIsAllowedAndTheConnectionIsNotUsedAgain(String fields) throws Exception {
        ScriptedOrigin origin = origin("HTTP/1.1 200 OK\r\n" + fields + "\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
        DirectTransport direct = direct(Connector.builder());
        URI uri = origin.uri();

        assertThat(get(direct.upstream("strict", uri))).isEqualTo(Outcome.BAD_RESPONSE.toString());
        Upstream lenient = direct.upstream("lenient", uri, DOUBLED);
        assertThat(get(lenient)).isEqualTo("hello");
        assertThat(get(lenient)).isEqualTo("hello");

        assertThat(direct.connections().opened()).isEqualTo(3);
        assertThat(direct.connections().idle()).isZero();
    }

    @Test
    void contentLengthBesideChunksIsDroppedToo() throws Exception {
        ScriptedOrigin origin = origin("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n");
        DirectTransport direct = direct(Connector.builder());
        ProxyRequest head = TestExchange.request("HEAD", "/");
        ProxyResponse response =
                direct.upstream("lenient", origin.uri(), DOUBLED).send(head);

        assertThat(response.headers().has("Content-Length")).isFalse();
        assertThat(direct.connections().idle()).isZero();
    }

    @Test
    void otherCodingsAreStillRefused() throws Exception {
        ScriptedOrigin origin =
                origin("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n");
        DirectTransport direct = direct(Connector.builder());

        assertThat(get(direct.upstream("lenient", origin.uri(), DOUBLED))).isEqualTo("BAD_RESPONSE");
    }

    @ParameterizedTest
    @ValueSource(ints = {60_000, 80_000, 200_000})
    void howLongAHeadMayBeIsASetting(int bytes) throws Exception {
        ScriptedOrigin origin =
                origin("HTTP/1.1 200 OK\r\nX: " + "y".repeat(bytes) + "\r\nContent-Length: 2\r\n\r\nok");
        URI uri = origin.uri();

        assertThat(get(direct(Connector.builder()).upstream("default", uri)))
                .isEqualTo(bytes < 65_536 ? "ok" : "BAD_RESPONSE");
        assertThat(get(direct(Connector.builder().headerBytes(300_000)).upstream("large", uri)))
                .isEqualTo("ok");
        assertThat(get(direct(Connector.builder().headerBytes(1_000)).upstream("small", uri)))
                .isEqualTo("BAD_RESPONSE");
    }

    @Test
    void theNumberOfLinesOfAHeadCanBeSet() throws Exception {
        ScriptedOrigin origin =
                origin("HTTP/1.1 200 OK\r\n" + "Set-Cookie: c=1\r\n".repeat(600) + "Content-Length: 2\r\n\r\nok");
        URI uri = origin.uri();

        assertThat(get(direct(Connector.builder()).upstream("default", uri))).isEqualTo("BAD_RESPONSE");
        assertThat(get(direct(Connector.builder().headerCount(601)).upstream("large", uri)))
                .isEqualTo("ok");
    }

    @Test
    void theSettingAppliesToTrailersToo() throws Exception {
        ScriptedOrigin origin = origin("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX: "
                + "y".repeat(80_000) + "\r\n\r\n");
        URI uri = origin.uri();

        assertThat(get(direct(Connector.builder()).upstream("default", uri))).isEqualTo("BODY_FAILED");
        assertThat(get(direct(Connector.builder().headerBytes(100_000)).upstream("large", uri)))
                .isEqualTo("ok");
    }
}
