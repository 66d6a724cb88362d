package dev.sluice.proxy.transport.direct;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.RawClient;
import dev.sluice.proxy.testing.RawConnection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a request's body that has arrived, and that nobody has read when the response begins. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UnreadBodyTest {
    private static final String POST = "POST /echo HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\n\r\nhello";
    private static final String NEXT = "GET /next HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n";

    private static ProxyServer server() {
        return ProxyServer.builder()
                .transport(DirectTransport.shared())
                .route(
                        "/echo",
                        request -> ProxyResponse.builder(200)
                                .body(Body.of(
                                        request.body().open(), request.body().length()))
                                .build())
                .route("/**", request -> ProxyResponse.of(200, "next"))
                .build()
                .start();
    }

    @Test
    void itCanStillBeReadForTheResponse() throws Exception {
        try (ProxyServer server = server();
                RawConnection client = RawClient.connect(server.address())) {
            client.write(POST);
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 ").contains("Content-Length: 5\r\n");
            assertThat(client.readExactly(5)).isEqualTo("hello");
            client.write(NEXT);
            assertThat(client.readAll()).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\nnext");
        }
    }

    @Test
    void afterItTheNextRequestIsServed() throws Exception {
        try (ProxyServer server = server();
                RawConnection client = RawClient.connect(server.address())) {
            client.write(POST.replace("/echo", "/none") + NEXT);
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 ").doesNotContain("Connection: close");
            assertThat(client.readExactly(4)).isEqualTo("next");
            assertThat(client.readAll()).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\nnext");
        }
    }
}
