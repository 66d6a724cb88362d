package dev.sluice.proxy.transport.direct;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.http2.Http2Client;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.Opened;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.time.Awaited;
import dev.sluice.proxy.tls.OriginTls;
import dev.sluice.proxy.tls.TlsSettings;
import dev.sluice.proxy.wire.TestTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A connection of HTTP/2 to an origin: how it begins over TLS, and how it ends. */
@Timeout(60)
class Http2OriginLifeTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n";

    private static final int ACKNOWLEDGED = 9;
    private static final int PING = 9 + 8;

    private final ManualTime time = new ManualTime();
    private final Opened open = new Opened();
    private final DirectTransport transport = DirectTransport.builder().build();

    @AfterEach
    void end() throws Exception {
        open.close();
        transport.close();
    }

    private ProxyServer proxy(String url, OriginTls tls) throws IOException {
        DirectTransport.OriginOptions options =
                DirectTransport.OriginOptions.builder().http2(true).build();
        DirectTransport.OriginOptions chosen =
                tls == null ? options : options.toBuilder().tls(tls).build();
        return open.add(ProxyServer.builder()
                .transport(transport)
                .time(time)
                .drain(Duration.ZERO)
                .addRoute("/**", transport.upstream("origin", URI.create(url), chosen))
                .build()
                .start());
    }

    private RawConnection client(ProxyServer proxy) throws IOException {
        return open.add(RawConnection.connect(proxy.address()));
    }

    private Http2Client accepted(ServerSocket listener) throws IOException {
        Socket socket = listener.accept();
        assertThat(socket.getInputStream().readNBytes(24)).hasSize(24);
        return open.add(Http2Client.server(socket));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void overTlsTheOriginChooses(boolean http2) throws Exception {
        BlockingQueue<ProxyRequest> requests = new LinkedBlockingQueue<>();
        ProxyServer origin = open.add(ProxyServer.builder()
                .transport(DirectTransport.builder()
                        .http2(Http2.builder().alpn(http2).build())
                        .build())
                .tls(TestTls.server("localhost"))
                .addRoute("/**", request -> {
                    requests.add(request);
                    return ProxyResponse.of(200, "hello");
                })
                .build()
                .start());
        ProxyServer proxy =
                proxy("https://localhost:" + origin.address().getPort(), TlsSettings.of(TestTls.client("localhost")));
        RawConnection client = client(proxy);
        for (int i = 0; i < 2; i++) {
            client.write(GET);
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
            assertThat(client.readExactly(5)).isEqualTo("hello");
            assertThat(requests.poll(20, TimeUnit.SECONDS).version())
                    .isEqualTo(http2 ? HttpVersion.HTTP_2 : HttpVersion.HTTP_1_1);
        }
    }

    @Test
    void aConnectionThatNobodyUsesIsClosedAfterItsTime() throws Exception {
        ServerSocket listener = open.add(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        RawConnection client = client(proxy("http://127.0.0.1:" + listener.getLocalPort(), null));
        client.write(GET);
        Http2Client origin = accepted(listener);
        origin.await("HEADERS", 1);
        origin.headers(1, true, ":status", "204");
        assertThat(client.readHead()).startsWith("HTTP/1.1 204 ");
        Awaited.passing(
                time,
                Duration.ofSeconds(1),
                () -> origin.others().stream().anyMatch(each -> each.kind().equals("END")));
        assertThat(origin.others()).noneMatch(each -> each.kind().equals("PING"));
    }

    @Test
    void anOriginThatIsSilentIsAskedAndAnswers() throws Exception {
        ServerSocket listener = open.add(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        RawConnection client = client(proxy("http://127.0.0.1:" + listener.getLocalPort(), null));
        client.write(GET);
        Http2Client origin = accepted(listener);
        origin.await("HEADERS", 1);
        origin.headers(1, false, ":status", "200");
        assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
        // Nothing else comes from here on. It has 10 s for the answer, which takes a moment of real time.
        origin.await("SETTINGS");
        time.advance(Duration.ofSeconds(31));
        origin.await("PING");
        origin.data(1, true, "late");
        assertThat(client.readExactly(9)).contains("late");
    }

    @Test
    void anOriginThatDoesNotAnswerIsGivenUp() throws Exception {
        ServerSocket listener = open.add(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        ProxyServer proxy = proxy("http://127.0.0.1:" + listener.getLocalPort(), null);
        RawConnection client = client(proxy);
        client.write(GET);
        Socket origin = open.add(listener.accept());
        // Preface, settings and a window are 70 bytes, and then comes the request.
        Awaited.isTrue(() -> origin.getInputStream().available() > 80);
        int before = origin.getInputStream().available();
        // Its settings, the head of a response with 200, and then nothing, whatever comes.
        origin.getOutputStream().write(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 1, 1, 4, 0, 0, 0, 1, (byte) 0x88});
        assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
        time.advance(Duration.ofSeconds(31));
        Awaited.isTrue(() -> origin.getInputStream().available() >= before + ACKNOWLEDGED + PING);
        time.advance(Duration.ofSeconds(2));
        RawConnection other = client(proxy);
        other.write(GET);
        Http2Client second = accepted(listener);
        second.await("HEADERS", 1);
        second.headers(1, true, ":status", "204");
        assertThat(other.readHead())
                .as("nothing new is sent where nobody answers")
                .startsWith("HTTP/1.1 204 ");
        time.advance(Duration.ofSeconds(9));
        assertThat(client.readAll()).isEmpty();
    }
}
