package dev.sluice.proxy.testing.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.time.Awaited;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Through the JDK's client, and as bytes. */
@Timeout(60)
class WebSocketAnswerTest {
    private static final String HANDSHAKE = "GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n"
            + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

    /** Notes everything, a line each. */
    private static final class Heard implements WebSocket.Listener {
        private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            lines.add("text " + data + (last ? "" : " ..."));
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            lines.add("binary " + data.remaining() + (last ? "" : " ..."));
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onPing(WebSocket socket, ByteBuffer message) {
            lines.add("ping " + StandardCharsets.UTF_8.decode(message));
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onPong(WebSocket socket, ByteBuffer message) {
            lines.add("pong " + StandardCharsets.UTF_8.decode(message));
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            lines.add("close " + code + " " + reason);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            lines.add("error");
        }

        private String next() throws InterruptedException {
            return lines.poll(10, TimeUnit.SECONDS);
        }
    }

    private final Heard heard = new Heard();

    private WebSocket connect(URI uri) throws Exception {
        return connect(HttpClient.newHttpClient(), uri);
    }

    private WebSocket connect(HttpClient client, URI uri) throws Exception {
        URI ws = URI.create(uri.toString().replaceFirst("http", "ws") + "/chat");
        return client.newWebSocketBuilder().buildAsync(ws, heard).get(10, TimeUnit.SECONDS);
    }

    private static void sendText(WebSocket socket, String text, boolean last) throws Exception {
        socket.sendText(text, last).get(10, TimeUnit.SECONDS);
    }

    private static void close(WebSocket socket) throws Exception {
        socket.sendClose(1000, "done").get(10, TimeUnit.SECONDS);
    }

    @Test
    void anEchoSendsMessagesBack() throws Exception {
        try (FakeGateway gateway = FakeGateway.start()) {
            gateway.on("GET /chat").answers(Answer.webSocketEcho());
            WebSocket socket = connect(gateway.uri());
            sendText(socket, "hello", true);
            assertThat(heard.next()).isEqualTo("text hello");
            socket.sendBinary(ByteBuffer.wrap(new byte[70_000]), true).get(10, TimeUnit.SECONDS);
            long bytes = 0;
            while (bytes < 70_000) {
                bytes += Long.parseLong(heard.next().split(" ", -1)[1]);
            }
            socket.sendPing(ByteBuffer.wrap("p".getBytes(StandardCharsets.UTF_8)))
                    .get(10, TimeUnit.SECONDS);
            assertThat(heard.next()).isEqualTo("pong p");
            close(socket);
            assertThat(heard.next()).startsWith("close 1000");
            FakeWebSocket seen = gateway.webSockets().get(0);
            assertThat(seen.awaitClosed()).isEqualTo(1000);
            assertThat(seen.received())
                    .asString()
                    .isEqualTo("[text \"hello\", binary message of 70000 bytes, ping \"p\", close 1000 \"done\"]");
            assertThat(seen.request().path()).isEqualTo("/chat");
        }
    }

    @Test
    void aScriptKnowsWhatItsStubFoundInThePath() throws Exception {
        try (FakeGateway gateway = FakeGateway.start()) {
            gateway.on("GET /{room}")
                    .answers(Answer.webSocket(
                            script -> script.sendText(script.request().variable("room"))));
            connect(gateway.uri());
            assertThat(heard.next()).isEqualTo("text chat");
            assertThat(gateway.received())
                    .containsExactly(gateway.webSockets().get(0).request());
        }
    }

    @Test
    void fragmentsAreOneMessage() throws Exception {
        try (FakeGateway gateway = FakeGateway.start()) {
            gateway.on("GET /chat").answers(Answer.webSocketEcho());
            WebSocket socket = connect(gateway.uri());
            sendText(socket, "a", false);
            sendText(socket, "b", false);
            sendText(socket, "c", true);
            assertThat(heard.next()).isEqualTo("text abc");
            assertThat(gateway.webSockets().get(0).texts()).containsExactly("abc");
            close(socket);
            gateway.webSockets().get(0).awaitClosed();
        }
    }

    @Test
    void aScriptReceivesSendsPingsAndCloses() throws Exception {
        try (FakeGateway gateway = FakeGateway.start()) {
            gateway.on("GET /chat").answers(Answer.webSocket(script -> {
                script.sendText("who ", "are ", "you?");
                String name = script.receiveText();
                byte[] bytes = script.receiveBinary(Duration.ofSeconds(20));
                script.ping("p");
                script.sendBinary(bytes);
                script.close(4000, "bye " + name);
            }));
            WebSocket socket = connect(gateway.uri());
            assertThat(heard.next()).isEqualTo("text who  ...");
            assertThat(heard.next()).isEqualTo("text are  ...");
            assertThat(heard.next()).isEqualTo("text you?");
            sendText(socket, "Anna", true);
            socket.sendBinary(ByteBuffer.wrap(new byte[] {1, 2}), true).get(10, TimeUnit.SECONDS);
            assertThat(heard.next()).isEqualTo("ping p");
            assertThat(heard.next()).isEqualTo("binary 2");
            assertThat(heard.next()).isEqualTo("close 4000 bye Anna");
            assertThat(gateway.webSockets().get(0).awaitReceived(3))
                    .asString()
                    .startsWith("[text \"Anna\", binary message of 2 bytes, pong \"p\"");
        }
    }

    @Test
    void aTestSendsWithoutAScript() throws Exception {
        try (FakeGateway gateway = FakeGateway.start()) {
            gateway.on("GET /chat").answers(Answer.webSocket());
            WebSocket client = connect(gateway.uri());
            FakeWebSocket socket = gateway.webSockets().get(0);
            socket.sendText("news");
            assertThat(heard.next()).isEqualTo("text news");
            sendText(client, "thanks", true);
            assertThat(socket.awaitReceived(1).get(0).text()).isEqualTo("thanks");
            assertThat(socket.closeCode()).isZero();
            close(client);
            assertThat(socket.awaitClosed()).isEqualTo(1000);
        }
    }

    @Test
    void aScriptThatEndsCloses() throws Exception {
        try (FakeGateway gateway = FakeGateway.start()) {
            gateway.on("GET /chat").answers(Answer.webSocket(script -> {}));
            connect(gateway.uri());
            assertThat(heard.next()).isEqualTo("close 1000 ");
            assertThat(gateway.webSockets().get(0).awaitClosed()).isEqualTo(1000);
        }
    }

    @Test
    void oneWhoseAnswerFailsIsClosed() throws Exception {
        try (FakeGateway gateway = FakeGateway.start()) {
            for (Fault fault : new Fault[] {Fault.RESET.afterBody(), Fault.CLOSE.inHead(5)}) {
                gateway.on("GET /chat").answers(Answer.webSocket().with(fault));
                HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(gateway.webSocketUri("/chat"), heard);
                Awaited.isTrue(() -> !gateway.webSockets().isEmpty());
                assertThat(gateway.webSockets().get(0).awaitClosed()).isEqualTo(1006);
                gateway.reset();
            }
        }
    }

    @Test
    void aScriptBreaksOff() throws Exception {
        try (FakeGateway gateway = FakeGateway.start()) {
            gateway.on("GET /chat").answers(Answer.webSocket(FakeWebSocket::breakOff));
            try (RawConnection raw = RawConnection.connect(gateway.address())) {
                raw.write(HANDSHAKE);
                assertThatThrownBy(() -> raw.readHead().concat(raw.readAll()))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("reset");
            }
            assertThat(gateway.webSockets().get(0).awaitClosed()).isEqualTo(1006);
        }
    }

    @Test
    void aScriptThatFailsIsToldAtTheEnd() throws Exception {
        FakeGateway gateway = FakeGateway.start();
        gateway.on("GET /chat")
                .answers(Answer.webSocket(
                        script -> assertThat(script.receiveText()).isEqualTo("hello")));
        WebSocket socket = connect(gateway.uri());
        sendText(socket, "hallo", true);
        assertThat(heard.next()).isEqualTo("close 1011 the script failed");
        assertThatThrownBy(gateway::close)
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("the script of WebSocket #1 GET /chat failed: ")
                .hasMessageContaining("hallo");
    }

    @Test
    void aScriptThatGetsAnotherKindFails() throws Exception {
        FakeGateway gateway = FakeGateway.start();
        gateway.on("GET /chat").answers(Answer.webSocket(FakeWebSocket::receiveBinary));
        sendText(connect(gateway.uri()), "hello", true);
        assertThat(heard.next()).startsWith("close 1011");
        assertThatThrownBy(gateway::close).hasMessageContaining("expected a binary message, but came text \"hello\"");
    }

    @Test
    void aScriptThatWaitsInVainFails() throws Exception {
        FakeGateway gateway = FakeGateway.start();
        gateway.on("GET /chat").answers(Answer.webSocket(script -> script.receiveText(Duration.ofMillis(20))));
        connect(gateway.uri());
        assertThat(heard.next()).startsWith("close 1011");
        assertThatThrownBy(gateway::close).hasMessageContaining("no message within 20 ms, received: []");
    }

    @Test
    void aScriptSeesTheClientClose() throws Exception {
        FakeGateway gateway = FakeGateway.start();
        gateway.on("GET /chat").answers(Answer.webSocket(FakeWebSocket::receiveText));
        close(connect(gateway.uri()));
        gateway.webSockets().get(0).awaitClosed();
        assertThat(heard.next()).startsWith("close 1000");
        assertThatThrownBy(() -> {
                    while (true) {
                        gateway.verifyMatched();
                    }
                })
                .hasMessageContaining("expected a text, but the client closed with 1000");
        gateway.close();
    }

    @Test
    void aGatewayThatClosesFailsNoScript() throws Exception {
        FakeGateway gateway = FakeGateway.start();
        gateway.on("GET /chat").answers(Answer.webSocket(FakeWebSocket::receiveText));
        connect(gateway.uri());
        FakeWebSocket socket = gateway.webSockets().get(0);
        gateway.close();
        assertThat(socket.awaitClosed()).isEqualTo(1006);
        gateway.verifyMatched();
    }

    @Test
    void theHandshakeIsThatOfTheStandard() throws Exception {
        try (FakeGateway gateway = FakeGateway.start()) {
            gateway.on("GET /chat").answers(Answer.webSocketEcho().header("Sec-WebSocket-Protocol", "v1"));
            try (RawConnection raw = RawConnection.connect(gateway.address())) {
                // The key and its answer of RFC 6455 §1.3; and a frame right behind the head.
                raw.write(HANDSHAKE + "\u0081\u0082\0\0\0\0hi");
                assertThat(raw.readHead())
                        .isEqualTo("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
                                + "Sec-WebSocket-Protocol: v1\r\n\r\n");
                assertThat(raw.readExactly(4)).isEqualTo("\u0081\u0002hi");
            }
            assertThat(gateway.webSockets().get(0).awaitClosed()).isEqualTo(1006);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Upgrade: websocket | X-Upgrade: none | 426 | Upgrade must be websocket, but is absent",
                "Connection: Upgrade | Connection: keep-alive | 400 | Connection must be Upgrade, but was \"keep-alive\"",
                "Version: 13 | Version: 8 | 426 | Sec-WebSocket-Version must be 13, but was \"8\"",
                "dGhlIHNhbXBsZSBub25jZQ== | dGhlIA== | 400 | Sec-WebSocket-Key must be the Base64 form of 16 bytes,"
                        + " but was \"dGhlIA==\"",
                "GET | POST | 400 | it must be a GET of HTTP/1.1, but was a POST of HTTP/1.1",
                "HTTP/1.1 | HTTP/1.0 | 400 | it must be a GET of HTTP/1.1, but was a GET of HTTP/1.0"
            })
    void aWrongHandshakeIsRefusedAndTold(String right, String wrong, int status, String why) throws Exception {
        FakeGateway gateway = FakeGateway.start();
        gateway.on("/chat").answers(Answer.webSocketEcho());
        try (RawConnection raw = RawConnection.connect(gateway.address())) {
            raw.write(HANDSHAKE.replace(right, wrong));
            String head = raw.readHead();
            assertThat(head).startsWith("HTTP/1.1 " + status + " ");
            assertThat(head.contains("Sec-WebSocket-Version: 13\r\n")).isEqualTo(status == 426);
        }
        assertThat(gateway.webSockets()).isEmpty();
        assertThatThrownBy(gateway::close)
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("no WebSocket for #1 ")
                .hasMessageContaining(why + "\n\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "8102 6869 | 1002 | a client's frame must be masked (RFC 6455 §5.1)",
                "C180 00000000 | 1002 | a frame has reserved bits, but no extension was agreed on",
                "8380 00000000 | 1002 | no frame has the opcode 3",
                "0980 00000000 | 1002 | a control frame is in one piece of 125 bytes",
                "8080 00000000 | 1002 | a continuation has no beginning",
                "0180 00000000 8180 00000000 | 1002 | a message begins within another one",
                "81FE 0001 | 1002 | the length of a frame is not in its shortest form",
                "8181 00000000 FF | 1007 | a text is not in UTF-8",
                "8881 00000000 03 | 1002 | a close must not have the code 0",
                "8882 00000000 03ED | 1002 | a close must not have the code 1005",
                "82FF 0000000010000000 | 1009 | a frame of 268435456 bytes is longer than 67108864"
            })
    void aClientThatBreaksTheProtocolIsTold(String frames, int code, String why) throws Exception {
        FakeGateway gateway = FakeGateway.start();
        gateway.on("GET /chat").answers(Answer.webSocketEcho());
        try (RawConnection raw = RawConnection.connect(gateway.address())) {
            raw.write(HANDSHAKE);
            raw.readHead();
            raw.write(HexFormat.of().parseHex(frames.replace(" ", "")));
            assertThat(raw.readExactly(4)).isEqualTo("\u0088\u0002" + (char) (code >> 8) + (char) (code & 0xff));
            raw.readAll();
        }
        assertThatThrownBy(gateway::close)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("the client broke the protocol: " + why);
    }

    @Test
    void aCloseWithoutACodeIsAnsweredWithoutOne() throws Exception {
        try (FakeGateway gateway = FakeGateway.start()) {
            gateway.on("GET /chat").answers(Answer.webSocketEcho());
            try (RawConnection raw = RawConnection.connect(gateway.address())) {
                raw.write(HANDSHAKE);
                raw.readHead();
                raw.write("\u0088\u0080\0\0\0\0");
                assertThat(raw.readAll()).isEqualTo("\u0088\0");
            }
            assertThat(gateway.webSockets().get(0).awaitClosed()).isEqualTo(1005);
        }
    }

    @Test
    void aMaskIsTakenOff() throws Exception {
        try (FakeGateway gateway = FakeGateway.start()) {
            gateway.on("GET /chat").answers(Answer.webSocketEcho());
            try (RawConnection raw = RawConnection.connect(gateway.address())) {
                raw.write(HANDSHAKE);
                raw.readHead();
                // RFC 6455 §5.7: "Hello", masked.
                raw.write("\u0081\u0085\u0037\u00fa\u0021\u003d\u007f\u009f\u004d\u0051\u0058");
                assertThat(raw.readExactly(7)).isEqualTo("\u0081\u0005Hello");
            }
            gateway.webSockets().get(0).awaitClosed();
        }
    }

    @Test
    void badInputIsRefused() throws Exception {
        try (FakeGateway gateway = FakeGateway.start()) {
            gateway.on("GET /chat").answers(Answer.webSocket());
            connect(gateway.uri());
            FakeWebSocket socket = gateway.webSockets().get(0);
            assertThatThrownBy(() -> socket.close(1005, ""))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("no close has the code 1005 (RFC 6455 §7.4)");
            assertThatThrownBy(() -> socket.close(1000, "x".repeat(124)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("bytes of a reason")
                    .hasMessageContaining("124");
            assertThatThrownBy(() -> socket.ping("x".repeat(126)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("126");
            assertThatThrownBy(socket::sendText).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> socket.receive(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
            socket.close(1000, "");
            socket.close(1000, "");
            assertThatThrownBy(() -> socket.sendText("late"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("WebSocket #1 GET /chat is closed: nothing can be sent behind that");
        }
    }

    @Test
    void theSamePortSpeaksItOverTls() throws Exception {
        try (FakeGateway gateway = FakeGateway.start()) {
            gateway.on("GET /chat").answers(Answer.webSocketEcho());
            HttpClient trusting =
                    HttpClient.newBuilder().sslContext(gateway.clientTls()).build();
            WebSocket socket = connect(trusting, gateway.httpsUri());
            sendText(socket, "hello", true);
            assertThat(heard.next()).isEqualTo("text hello");
            close(socket);
            gateway.webSockets().get(0).awaitClosed();
        }
    }

    @Test
    void itIsReachedThroughAProxy() throws Exception {
        try (FakeGateway gateway = FakeGateway.start();
                ProxyServer proxy = ProxyServer.builder()
                        .addRoute(Route.path("/**")
                                .allowUpgrade("websocket")
                                .to(gateway.uri().toString()))
                        .port(0)
                        .build()
                        .start()) {
            gateway.on("GET /chat").answers(Answer.webSocketEcho());
            WebSocket socket = connect(proxy.uri());
            sendText(socket, "hello", true);
            assertThat(heard.next()).isEqualTo("text hello");
            close(socket);
            assertThat(heard.next()).startsWith("close 1000");
            assertThat(gateway.webSockets().get(0).awaitClosed()).isEqualTo(1000);
        }
    }

    @Test
    void withoutASocketThereIsNone() throws Exception {
        FakeGateway gateway = FakeGateway.withoutSocket();
        gateway.on("GET /chat").answers(Answer.webSocketEcho());
        assertThat(TestClient.of(ReverseProxy.to(gateway.upstream("a")))
                        .get("/chat")
                        .status())
                .isEqualTo(501);
        assertThatThrownBy(gateway::close)
                .hasMessageStartingWith(
                        "no WebSocket for #1 GET /chat: a gateway without a socket has none: give the proxy the URI"
                                + " of one with a socket");
    }

    @Test
    void aResetForgetsThem() throws Exception {
        try (FakeGateway gateway = FakeGateway.start()) {
            gateway.on("GET /chat").answers(Answer.webSocket());
            connect(gateway.uri());
            gateway.reset();
            assertThat(gateway.webSockets()).isEmpty();
        }
    }

    /** What a script tells when its time to receive is over. */
    private static String receiving(FakeWebSocket socket, Duration timeout) throws IOException {
        try {
            return String.valueOf(socket.receive(timeout));
        } catch (AssertionError late) {
            return String.valueOf(late.getMessage());
        }
    }

    private static String bytes(int... bytes) {
        StringBuilder text = new StringBuilder();
        for (int each : bytes) {
            text.append((char) each);
        }
        return text.toString();
    }

    @Test
    void pingsDoNotMakeTheTimeToReceiveLonger() throws Exception {
        CompletableFuture<String> told = new CompletableFuture<>();
        try (FakeGateway gateway = FakeGateway.start();
                RawConnection raw = RawConnection.connect(gateway.address())) {
            gateway.on("GET /chat")
                    .answers(Answer.webSocket(socket -> told.complete(receiving(socket, Duration.ofMillis(50)))));
            raw.write(HANDSHAKE);
            raw.readHead();
            // Each pong comes at once, and so does the next ping.
            String pong = bytes(0x8a, 0);
            while (pong.equals(bytes(0x8a, 0))) {
                raw.write(bytes(0x89, 0x80, 0, 0, 0, 0));
                pong = raw.readExactly(2);
            }
            assertThat(told.get(10, TimeUnit.SECONDS)).startsWith("no message within 50 ms, received: [ping");
        }
    }

    @Test
    void aFrameThatComesTooLateIsReceivedTheNextTime() throws Exception {
        CompletableFuture<String> first = new CompletableFuture<>();
        CompletableFuture<String> second = new CompletableFuture<>();
        try (FakeGateway gateway = FakeGateway.start();
                RawConnection raw = RawConnection.connect(gateway.address())) {
            gateway.on("GET /chat").answers(Answer.webSocket(socket -> {
                first.complete(receiving(socket, Duration.ofMillis(200)));
                second.complete(receiving(socket, Duration.ofSeconds(10)));
            }));
            raw.write(HANDSHAKE);
            raw.readHead();
            raw.write(bytes(0x81, 0x82, 0, 0));
            assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo("no message within 200 ms, received: []");
            raw.write(bytes(0, 0, 'h', 'i'));
            assertThat(second.get(10, TimeUnit.SECONDS)).isEqualTo("text \"hi\"");
        }
    }
}
