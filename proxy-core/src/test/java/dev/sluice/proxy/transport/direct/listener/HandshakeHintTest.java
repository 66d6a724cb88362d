package dev.sluice.proxy.transport.direct.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sluice.proxy.wire.TestTls;
import java.io.IOException;
import java.net.ServerSocket;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeHintTest {
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void aContextWithoutAKeyIsHintedAt(String protocol) throws Exception {
        SSLContext empty = SSLContext.getInstance("TLS");
        empty.init(null, null, null);

        Throwable failure = catchThrowable(() -> handshake(empty, protocol));

        assertThat(HandshakeHint.of(failure)).contains("has the SSLContext a key");
    }

    @Test
    void otherFailuresGetNoHint() {
        assertThat(HandshakeHint.of(new IOException("reset"))).isEmpty();
        assertThat(HandshakeHint.of(new SSLException((String) null))).isEmpty();
    }

    private static void handshake(SSLContext server, String protocol) throws Exception {
        try (ServerSocket socket = server.getServerSocketFactory().createServerSocket(0);
                SSLSocket client = (SSLSocket) TestTls.client("hint.test")
                        .getSocketFactory()
                        .createSocket(socket.getInetAddress(), socket.getLocalPort());
                SSLSocket accepted = (SSLSocket) socket.accept()) {
            client.setEnabledProtocols(new String[] {protocol});
            Thread asking = new Thread(() -> {
                Throwable unused = catchThrowable(client::startHandshake);
            });
            asking.start();
            try {
                accepted.startHandshake();
            } finally {
                asking.join(10_000);
            }
        }
    }
}
