package dev.sluice.proxy.spi;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.RecordingListener;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.transport.jdk.JdkTransport;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A cancellation that comes after the last check for one, and before the head is sent. */
class CancelledBeforeCommitTest {
    private static final int ENDLESS = 64 * 1024 * 1024;

    static List<Transport> transports() {
        return List.of(DirectTransport.shared(), JdkTransport.shared());
    }

    @ParameterizedTest
    @MethodSource("transports")
    void anEndlessStreamIsEnded(Transport transport) throws Exception {
        RecordingListener records = new RecordingListener();
        try (ProxyServer server = ProxyServer.builder()
                        .transport(transport)
                        .addListener(records)
                        .drain(Duration.ZERO)
                        .addRoute(
                                "/**",
                                request -> ProxyResponse.builder(200)
                                        .body(Body.of(new CancelsWhenOpened(request.exchange()), Body.UNKNOWN)
                                                .map(CancelsWhenOpened::opened, Body.UNKNOWN))
                                        .build())
                        .build()
                        .start();
                Socket client = new Socket(
                        server.address().getAddress(), server.address().getPort())) {
            client.setSoTimeout(20_000);
            client.getOutputStream().write("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n".getBytes(ISO_8859_1));

            assertThat(readToEnd(client.getInputStream())).isLessThan(ENDLESS);
            assertThat(records.awaitEnded(1).get(0).outcome()).isEqualTo(Outcome.TOTAL_TIMEOUT);
        }
    }

    private static long readToEnd(InputStream in) throws IOException {
        byte[] buffer = new byte[64 * 1024];
        long count = 0;
        try {
            for (int n = 0; n >= 0 && count < ENDLESS; n = in.read(buffer)) {
                count += n;
            }
        } catch (SocketException reset) {
            return count;
        }
        return count;
    }

    private static final class CancelsWhenOpened extends InputStream {
        private final Exchange exchange;

        private CancelsWhenOpened(Exchange exchange) {
            this.exchange = exchange;
        }

        private static InputStream opened(InputStream stream) {
            ((CancelsWhenOpened) stream).exchange.cancel(Outcome.TOTAL_TIMEOUT);
            return stream;
        }

        @Override
        public int read() {
            return 'x';
        }
    }
}
