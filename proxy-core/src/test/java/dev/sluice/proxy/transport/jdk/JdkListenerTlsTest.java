package dev.sluice.proxy.transport.jdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.net.httpserver.HttpsServer;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.internal.LogLimit;
import dev.sluice.proxy.spi.Listener;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.tls.TlsSettings;
import dev.sluice.proxy.wire.TestTls;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.event.EventRecordingLogger;
import org.slf4j.event.Level;
import org.slf4j.event.SubstituteLoggingEvent;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.helpers.SubstituteLogger;

class JdkListenerTlsTest {
    private final BlockingQueue<SubstituteLoggingEvent> lines = new LinkedBlockingQueue<>();

    @Test
    void theClientHasATlsSessionAndTheSchemeIsHttps() throws Exception {
        try (JdkListenerHarness server = new JdkListenerHarness(request -> ProxyResponse.of(
                        200,
                        request.target().scheme() + " "
                                + (request.exchange().client().tls() != null)));
                JdkListener tls = open(server, null)) {
            assertThat(get(tls.address(), context(false)))
                    .startsWith("HTTP/1.1 200 ")
                    .endsWith("https true");
        }
    }

    @Test
    void aClientWithoutCertificateIsRefusedWhereOneIsNeeded() throws Exception {
        SSLParameters parameters = new SSLParameters();
        parameters.setNeedClientAuth(true);
        try (JdkListenerHarness server = new JdkListenerHarness(request -> ProxyResponse.of(200, "hello"));
                JdkListener tls = open(server, parameters)) {
            assertThatThrownBy(() -> {
                        String answer = get(tls.address(), context(false));
                        if (answer.isEmpty()) {
                            throw new IOException("closed");
                        }
                    })
                    .isInstanceOf(IOException.class);
            assertThat(server.requests).isEmpty();
            assertThat(get(tls.address(), context(true))).endsWith("hello");
        }
    }

    /** RFC 9325 §3.5. TLS 1.3 has no renegotiation. */
    @Test
    void aClientThatBeginsAnotherHandshakeIsCut() throws Exception {
        try (JdkListenerHarness server = new JdkListenerHarness(request -> ProxyResponse.of(200, "hello"));
                JdkListener tls = open(server, null);
                SSLSocket socket = (SSLSocket) context(false)
                        .getSocketFactory()
                        .createSocket(tls.address().getAddress(), tls.address().getPort())) {
            socket.setSoTimeout(10_000);
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            byte[] request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
            socket.getOutputStream().write(request);
            String answer = "";
            while (!answer.endsWith("hello")) {
                answer += (char) socket.getInputStream().read();
            }

            assertThatThrownBy(() -> {
                        socket.startHandshake();
                        socket.getOutputStream().write(request);
                        if (socket.getInputStream().read() < 0) {
                            throw new IOException("closed");
                        }
                    })
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(SocketTimeoutException.class);
            assertThat(server.requests).hasSize(1);
        }
    }

    /** RFC 8446 §4.6.3: each update asks for an answer, so only a limit ends them. */
    @Test
    void updatesOfKeysWithoutEndAreRefused() throws Exception {
        SSLEngine server = new JdkListenerTls(context(true), null, logging(new LogLimit(9, System::nanoTime)))
                .getSSLContext()
                .createSSLEngine("client.test", 4_000);
        SSLEngine client = context(false).createSSLEngine("localhost", 443);
        server.setUseClientMode(false);
        client.setUseClientMode(true);
        client.beginHandshake();
        settle(client, server);
        assertThat(server.getSession().getProtocol()).isEqualTo("TLSv1.3");
        for (int i = 0; i < 64; i++) {
            client.beginHandshake();
            settle(client, server);
        }
        client.beginHandshake();
        assertThatThrownBy(() -> settle(client, server))
                .isInstanceOf(SSLException.class)
                .hasMessage("the peer sends one record after another without data");
        assertThat(lines).hasSize(1);
    }

    /** Lets both sides do their work until neither has any more. */
    private static void settle(SSLEngine client, SSLEngine server) throws SSLException {
        ByteBuffer up = ByteBuffer.allocate(100_000);
        ByteBuffer down = ByteBuffer.allocate(100_000);
        boolean moved = true;
        while (moved) {
            moved = step(client, down, up) | step(server, up, down);
        }
    }

    private static boolean step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
        int before = out.position() - in.position();
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
        engine.wrap(ByteBuffer.allocate(0), out);
        in.flip();
        engine.unwrap(in, ByteBuffer.allocate(100_000));
        in.compact();
        return out.position() - in.position() != before;
    }

    @Test
    void theLinesAboutFailedHandshakesAreBounded() throws Exception {
        ManualTime time = new ManualTime();
        LogLimit failures = new LogLimit(2, time::nanos);
        SSLContext tls = new JdkListenerTls(context(false), null, logging(failures)).getSSLContext();
        ByteBuffer clear = ByteBuffer.wrap("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        for (int i = 0; i < 5; i++) {
            SSLEngine engine = tls.createSSLEngine("client.test", 4_000);
            engine.setUseClientMode(false);
            assertThatThrownBy(() -> engine.unwrap(clear.duplicate(), ByteBuffer.allocate(100_000)))
                    .isInstanceOf(SSLException.class);
        }
        time.advance(Duration.ofMinutes(1));
        AtomicLong missed = new AtomicLong();
        failures.happened(missed::set);

        assertThat(missed).hasValue(3 + 1);
        assertThat(lines).hasSize(2);
    }

    @Test
    void aFailedHandshakeIsOneLineThatNamesThePeerAndWhy() throws Exception {
        assertThat(lineFor(context(false))).isNull();
        SSLContext distrusting = SSLContext.getInstance("TLS");
        distrusting.init(null, null, null);
        assertThat(lineFor(distrusting)).contains("SSLHandshakeException").contains("certificate_unknown");
    }

    /** The line that the JDK's server logs about a connection of this client, without its beginning. */
    private @Nullable String lineFor(SSLContext client) throws Exception {
        HttpsServer server = HttpsServer.create(JdkListenerHarness.ANY, 0);
        server.setHttpsConfigurator(
                new JdkListenerTls(context(true), null, logging(new LogLimit(9, System::nanoTime))));
        server.start();
        InetSocketAddress address = server.getAddress();
        try (SSLSocket socket =
                (SSLSocket) client.getSocketFactory().createSocket(address.getAddress(), address.getPort())) {
            socket.setSoTimeout(10_000);
            Throwable failure = catchThrowable(socket::startHandshake);
            SubstituteLoggingEvent line = failure == null ? null : lines.poll(20, TimeUnit.SECONDS);
            server.stop(0);
            assertThat(lines).isEmpty();
            if (line == null) {
                return null;
            }
            assertThat(line.getLevel()).isEqualTo(Level.INFO);
            String text = MessageFormatter.arrayFormat(line.getMessage(), line.getArgumentArray())
                    .getMessage();
            assertThat(text).containsPattern("^\\S+:" + socket.getLocalPort() + ": TLS failed: ");
            return text;
        } finally {
            server.stop(0);
        }
    }

    private JdkHandshakeLog logging(LogLimit limit) {
        return new JdkHandshakeLog(new EventRecordingLogger(new SubstituteLogger("tls", lines, false), lines), limit);
    }

    @Test
    void aConnectionWithoutTlsIsClosedWithoutAnAnswer() throws Exception {
        try (JdkListenerHarness server = new JdkListenerHarness(request -> ProxyResponse.of(200, "hello"));
                JdkListener tls = open(server, null);
                Socket client =
                        new Socket(tls.address().getAddress(), tls.address().getPort())) {
            client.setSoTimeout(10_000);
            client.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

            assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .doesNotContain("HTTP/1.1");
            assertThat(server.requests).isEmpty();
        }
    }

    private JdkListener open(JdkListenerHarness server, SSLParameters parameters) throws Exception {
        TlsSettings tls =
                parameters == null ? TlsSettings.of(context(true)) : TlsSettings.of(context(true), parameters);
        return JdkListener.open(new Listener.Settings(JdkListenerHarness.ANY, tls, null, null, server.time), server);
    }

    private static SSLContext context(boolean withKey) throws Exception {
        return withKey ? TestTls.server("localhost") : TestTls.client("localhost");
    }

    private static String get(InetSocketAddress address, SSLContext context) throws IOException {
        try (SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(address.getAddress(), address.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            StringBuilder answer = new StringBuilder();
            InputStream in = socket.getInputStream();
            try {
                for (int b = in.read(); b >= 0; b = in.read()) {
                    answer.append((char) b);
                }
            } catch (IOException alert) {
                if (answer.isEmpty()) {
                    throw alert;
                }
            }
            return answer.toString();
        }
    }
}
