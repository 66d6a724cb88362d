package dev.sluice.proxy.testing.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.ScriptedOrigin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the contract makes of an answer that no whole proxy gives. */
@Timeout(60)
class ProxiedTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: proxy.test\r\n\r\n";

    private static Message answer(String bytes) throws Exception {
        try (ScriptedOrigin proxy = ScriptedOrigin.start(connection -> {
                    connection.readHead();
                    connection.write(bytes);
                });
                RawConnection client = RawConnection.connect(proxy.address())) {
            return Proxied.askOrEnd(client, GET);
        }
    }

    @Test
    void halfAHeadIsNoEndWithoutAResponse() throws Exception {
        Message none = answer("");
        assertThat(none.isHeadless()).isTrue();
        assertThat(none.fault()).isEqualTo("the connection ended without a response");
        Message half = answer("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nA: b");
        assertThat(half.isHeadless()).isTrue();
        assertThat(half.fault()).isEqualTo("the connection ended within the head of a response");
        assertThat(half.bytes()).isEqualTo("HTTP/1.1 200 OK\r\nA: b");
    }

    @Test
    void halfABodyIsSeen() throws Exception {
        Message answered = answer("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab");
        assertThat(answered).matches(Message::cut);
    }
}
