package dev.sluice.proxy.transport.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.server.FlagKept;
import dev.sluice.proxy.testing.RawConnection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** If a handler or its response's body keeps the interrupt flag, the answer is sent nevertheless. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class JdkInterruptedHandlerTest {
    private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n";
    private static final int LENGTH = 3000;

    @ParameterizedTest
    @ValueSource(longs = {LENGTH, Body.UNKNOWN})
    void aBodyThatKeepsTheFlagIsSent(long length) throws Exception {
        try (JdkListenerHarness server = new JdkListenerHarness(request -> ProxyResponse.builder(200)
                        .body(Body.of(FlagKept.body(LENGTH), length))
                        .build());
                RawConnection client = server.connect()) {
            for (int i = 0; i < 2; i++) {
                client.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
                if (length == LENGTH) {
                    assertThat(client.readExactly(LENGTH)).isEqualTo("x".repeat(LENGTH));
                } else {
                    String chunked = client.readExactly(5);
                    while (!chunked.endsWith("0\r\n\r\n")) {
                        chunked += client.readExactly(1);
                    }
                    assertThat(chunked.replaceAll("[^x]", "")).hasSize(LENGTH);
                }
            }
        }
    }

    @Test
    void readingABodyWithTheFlagKeptFailsAndIsAnswered() throws Exception {
        try (JdkListenerHarness server = new JdkListenerHarness(FlagKept.reading());
                RawConnection client = server.connect()) {
            client.write(POST);
            assertThat(client.readHead()).startsWith("HTTP/1.1 503 ");
            assertThat(client.readExactly(11)).isEqualTo("interrupted");
        }
    }
}
