package dev.sluice.proxy.transport.direct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.http2.ErrorCode;
import dev.sluice.proxy.http2.Http2Client;
import dev.sluice.proxy.http2.Http2Client.Event;
import dev.sluice.proxy.http2.Settings;
import dev.sluice.proxy.internal.WebSocketKey;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.Opened;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.RecordingListener;
import dev.sluice.proxy.tls.TlsSettings;
import dev.sluice.proxy.wire.TestTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** WebSockets to origins over HTTP/2 (RFC 8441). */
@Timeout(60)
class Http2OriginTunnelTest {
    private static final int PREFACE_LENGTH = 24;
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    private static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    private final RecordingListener records = new RecordingListener();
    private final Opened open = new Opened();
    private final ServerSocket place;
    private final DirectTransport transport;
    private final ProxyServer proxy;

    Http2OriginTunnelTest() throws IOException {
        place = open.add(new ServerSocket(0, 10, InetAddress.getLoopbackAddress()));
        transport = open.add(DirectTransport.builder()
                .http2(Http2.builder().priorKnowledge(true).build())
                .build());
        proxy = proxy(transport, URI.create("http://127.0.0.1:" + place.getLocalPort()));
    }

    @AfterEach
    void end() throws Exception {
        open.close();
    }

    private ProxyServer proxy(DirectTransport transport, URI origin) throws IOException {
        DirectTransport.OriginOptions http2 =
                DirectTransport.OriginOptions.builder().http2(true).build();
        return open.add(ProxyServer.builder()
                .transport(transport)
                .addListener(records)
                .addRoute(Route.any()
                        .allowUpgrade("websocket")
                        .to(ReverseProxy.builder(transport.upstream("origin", origin, http2))
                                .build()))
                .build()
                .start());
    }

    /** The next connection to the origin, whose preface has been read. */
    private Socket accepted(ServerSocket at) throws IOException {
        Socket socket = open.add(at.accept());
        assertThat(socket.getInputStream().readNBytes(PREFACE_LENGTH)).startsWith('P', 'R', 'I');
        return socket;
    }

    /** An origin that takes no other protocols. */
    private Http2Client plain(ServerSocket at) throws IOException {
        return open.add(Http2Client.server(accepted(at)));
    }

    /** An origin that takes other protocols. */
    private Http2Client origin() throws IOException {
        return open.add(Http2Client.server(accepted(place), Settings.ENABLE_CONNECT_PROTOCOL, 1));
    }

    private RawConnection asking(ProxyServer proxy) throws IOException {
        RawConnection client = open.add(RawConnection.connect(proxy.address()));
        client.write("GET /chat?room=1 HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: WebSocket\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + KEY + "\r\nOrigin: http://a.test\r\n\r\n");
        return client;
    }

    private static Event request(Http2Client origin) throws InterruptedException {
        return origin.await("HEADERS");
    }

    @Test
    void anUpgradeOfHttp11IsACONNECTWithAProtocol() throws Exception {
        RawConnection client = asking(proxy);
        Http2Client origin = origin();
        Event request = request(origin);
        assertThat(request.end()).isFalse();
        assertThat(request.text())
                .contains(":method: CONNECT\n", ":protocol: websocket\n", ":scheme: http\n", ":path: /chat?room=1\n")
                .contains(":authority: 127.0.0.1:" + place.getLocalPort() + "\n")
                .contains("sec-websocket-version: 13\n", "origin: http://a.test\n")
                .doesNotContain("sec-websocket-key", "upgrade:", "connection:", "content-length");

        origin.headers(1, false, ":status", "200", "sec-websocket-protocol", "chat");
        assertThat(client.readHead())
                .startsWith("HTTP/1.1 101 ")
                .containsIgnoringCase("\r\nUpgrade: websocket\r\n")
                .contains("Sec-WebSocket-Accept: " + ACCEPT + "\r\n")
                .contains("sec-websocket-protocol: chat\r\n")
                .doesNotContain("Content-Length", "Transfer-Encoding");
        client.write("one");
        assertThat(origin.await("DATA").text()).isEqualTo("one");
        origin.data(1, false, "two");
        assertThat(client.readExactly(3)).isEqualTo("two");
        client.write("x".repeat(20_000));
        StringBuilder got = new StringBuilder();
        while (got.length() < 20_000) {
            got.append(origin.await("DATA").text());
        }
        origin.data(1, true, "last");
        assertThat(client.readAll()).isEqualTo("last");
        client.close();
        assertThat(records.awaitEnded(1).get(0).outcome()).isEqualTo(Outcome.COMPLETED);
    }

    @Test
    void aWebSocketOfHttp2GoesOnInHttp2() throws Exception {
        Http2Client client = open.add(Http2Client.connect(proxy.address()));
        client.askForWebSocket(1, "/chat");
        Http2Client origin = origin();
        assertThat(request(origin).text())
                .contains(":protocol: websocket\n", ":path: /chat\n")
                .doesNotContain("key");
        origin.headers(1, false, ":status", "200");
        assertThat(client.head(1)).startsWith(":status: 200\n").doesNotContain("accept", "upgrade", "connection");
        client.data(1, false, "one");
        assertThat(origin.await("DATA").text()).isEqualTo("one");
        origin.data(1, false, "two");
        assertThat(client.await("DATA", 1).text()).isEqualTo("two");
        client.data(1, true, "end");
        assertThat(origin.body(1)).isEqualTo("end");
        origin.data(1, true, "");
        assertThat(client.await("DATA", 1).end()).isTrue();
    }

    /** RFC 8441 §3: it must not be sent before the origin has said that it takes it. */
    @Test
    void nothingIsAskedBeforeTheOriginHasSaidWhatItTakes() throws Exception {
        RawConnection client = asking(proxy);
        Http2Client origin = open.add(Http2Client.silent(accepted(place)));
        // It acknowledges, before it has said anything itself. A request would be there by then.
        assertThat(origin.await("GOAWAY").text()).contains("SETTINGS");
        assertThat(origin.others()).noneMatch(event -> event.kind().equals("HEADERS"));
        assertThat(client.readHead()).startsWith("HTTP/1.1 50");
    }

    @Test
    void anOriginThatTakesNoProtocolsWithoutTlsIsA501() throws Exception {
        RawConnection client = asking(proxy);
        Http2Client origin = plain(place);
        assertThat(client.readHead()).startsWith("HTTP/1.1 501 ");
        RawConnection next = open.add(RawConnection.connect(proxy.address()));
        next.write("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
        assertThat(request(origin).text()).as("the connection is kept").contains(":method: GET\n");
        origin.headers(1, true, ":status", "204");
        assertThat(next.readHead()).startsWith("HTTP/1.1 204 ");
    }

    /** It would become a GET at the next hop. */
    @Test
    void anUpgradeOfAnotherMethodIsNotTaken() throws Exception {
        RawConnection client = open.add(RawConnection.connect(proxy.address()));
        client.write("PUT /chat HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
        Http2Client origin = origin();
        assertThat(client.readHead()).startsWith("HTTP/1.1 501 ");
        assertThat(origin.others()).noneMatch(event -> event.kind().equals("HEADERS"));
    }

    @Test
    void overTlsSuchAnOriginIsAskedInHttp11() throws Exception {
        try (SSLServerSocket tls = (SSLServerSocket) TestTls.server("localhost")
                .getServerSocketFactory()
                .createServerSocket(0, 10, place.getInetAddress())) {
            SSLParameters parameters = tls.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
            tls.setSSLParameters(parameters);
            DirectTransport trusting = open.add(DirectTransport.builder()
                    .connector(Connector.builder()
                            .tls(TlsSettings.of(TestTls.client("localhost")))
                            .build())
                    .build());
            ProxyServer gateway = proxy(trusting, URI.create("https://localhost:" + tls.getLocalPort()));
            RawConnection client = asking(gateway);
            plain(tls);
            try (Socket second = tls.accept()) {
                StringBuilder head = new StringBuilder();
                while (head.indexOf("\r\n\r\n") < 0) {
                    head.append((char) second.getInputStream().read());
                }
                assertThat(head)
                        .startsWith("GET /chat?room=1 HTTP/1.1\r\n")
                        .contains("Upgrade: WebSocket\r\n", "Sec-WebSocket-Key: " + KEY + "\r\n");
                second.getOutputStream()
                        .write(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                        + "Sec-WebSocket-Accept: " + WebSocketKey.accept(KEY) + "\r\n\r\nhello")
                                .getBytes(StandardCharsets.US_ASCII));
                assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
                assertThat(client.readExactly(5)).isEqualTo("hello");
            }
        }
    }

    @Test
    void aRefusalIsAnOrdinaryResponse() throws Exception {
        RawConnection client = asking(proxy);
        Http2Client origin = origin();
        request(origin);
        origin.headers(1, false, ":status", "403", "content-length", "2");
        origin.data(1, true, "no");
        assertThat(client.readHead()).startsWith("HTTP/1.1 403 ");
        assertThat(client.readExactly(2)).isEqualTo("no");
        assertThat(origin.await("RST_STREAM").text())
                .as("the origin is not left with half a stream")
                .isEqualTo("CANCEL");
        client.write("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
        assertThat(request(origin).stream()).isEqualTo(3);
    }

    @Test
    void whatCutsOneSideCutsTheOther() throws Exception {
        RawConnection client = asking(proxy);
        Http2Client origin = origin();
        request(origin);
        origin.headers(1, false, ":status", "200");
        client.readHead();
        origin.reset(1, ErrorCode.CANCEL);
        assertThatThrownBy(client::readAll).isInstanceOf(IOException.class);

        RawConnection other = asking(proxy);
        assertThat(request(origin).stream()).isEqualTo(3);
        origin.headers(3, false, ":status", "200");
        other.readHead();
        other.reset();
        assertThat(origin.await("RST_STREAM", 3).text()).isEqualTo("CANCEL");
    }

    @Test
    void aHalfCloseOfAClientIsTheEndOfTheStreamsDirection() throws Exception {
        RawConnection client = asking(proxy);
        Http2Client origin = origin();
        request(origin);
        origin.headers(1, false, ":status", "200");
        client.readHead();
        client.shutdownOutput();
        Event end = origin.await("DATA", 1);
        assertThat(end.end()).isTrue();
        origin.data(1, true, "bye");
        assertThat(client.readAll()).isEqualTo("bye");
    }
}
