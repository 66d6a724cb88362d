package dev.sluice.proxy.scope;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.auth.ApiKeys;
import dev.sluice.proxy.auth.Authentication;
import dev.sluice.proxy.auth.ForwardAuth;
import dev.sluice.proxy.header.RequestId;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.spi.UpstreamSource;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.ScriptedOrigin;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OwnFieldsTest {
    private static final String KEY = "5pHlDzVJ8vXqTn3rKwYc";

    /** A gRPC request keeps its trailers: the only ones that pass without being named. */
    @Test
    void whatClientsCannotSendTheyCannotSendAsATrailer() throws Exception {
        FakeUpstream service = FakeUpstream.named("service");
        service.answer(request -> ProxyResponse.of(200));
        try (ScriptedOrigin origin = ScriptedOrigin.start(connection -> {
                    connection.readHead();
                    // The last chunk, and the trailers.
                    String rest = connection.readHead();
                    connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + rest.length() + "\r\n\r\n" + rest);
                });
                ProxyServer server = ProxyServer.builder()
                        .port(0)
                        .userField("X-User")
                        .addFilter(RequestId.DEFAULT)
                        .addFilter(Authentication.require(ApiKeys.of(Map.of(KEY, "billing"))))
                        .addFilter(ForwardAuth.builder(UpstreamSource.of(service), "/verify")
                                .responseFields("X_Role")
                                .principalField("Remote-User")
                                .build())
                        .addRoute("/**", origin.uri().toString())
                        .build()
                        .start();
                RawConnection client = RawConnection.connect(server.address())) {
            client.write("""
                    POST / HTTP/1.1\r
                    Host: a.example\r
                    Connection: close\r
                    Content-Type: application/grpc\r
                    X-Api-Key: %s\r
                    Transfer-Encoding: chunked\r
                    \r
                    0\r
                    X-Api-Key: %s\r
                    X_User: root\r
                    X-Role: root\r
                    remote_user: root\r
                    X_Request_Id: 1\r
                    grpc-message: done\r
                    \r
                    """.formatted(KEY, KEY));

            assertThat(client.readAll()).endsWith("\r\n\r\n0\r\ngrpc-message: done\r\n\r\n");
        }
    }
}
