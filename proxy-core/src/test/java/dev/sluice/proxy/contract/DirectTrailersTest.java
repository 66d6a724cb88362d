package dev.sluice.proxy.contract;

import static dev.sluice.proxy.contract.Message.http;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Trailers over the direct transport: a proxy removes from them what it removes from a head, and they cannot undo its
 * changes.
 */
class DirectTrailersTest {
    private static final String FORGED = """
            X-Forwarded-For: 6.6.6.6
            X_Forwarded_For: 6.6.6.6
            X-Forwarded-User: evil
            X-Forwarded-Client-Cert: evil
            Forwarded: for=6.6.6.6
            X-Real_IP: 6.6.6.6
            Client-IP: 6.6.6.6
            X-User: evil
            X_User: evil
            X-Gone: evil
            Content_Length: 99
            Transfer-Encoding: chunked
            Proxy-Authorization: evil
            Authorization: evil
            Cookie: evil
            Host: evil
            Proxy: evil
            X-HTTP-Method-Override: DELETE
            """;

    private static Proxied.Builder direct() {
        return Proxied.of(Pairing.DIRECT_DIRECT);
    }

    private static String post(String fields, String trailers) {
        return http("POST / HTTP/1.1\nHost: a.test\n" + fields + "Transfer-Encoding: chunked\n\n1\nx\n0\n" + trailers
                + "\n");
    }

    private static Headers sent(Proxied.Builder setup, String request) throws Exception {
        try (Proxied proxied = setup.start()) {
            assertThat(proxied.ask(request).status()).isEqualTo(200);
            assertThat(proxied.sent().body()).isEqualTo("x");
            return proxied.sent().trailers();
        }
    }

    @Test
    void requestTrailersAreNotPassedOnByDefault() throws Exception {
        assertThat(sent(direct(), post("", "X-Sum: 9\n" + FORGED))).isEqualTo(Headers.empty());
    }

    @Test
    void namedRequestTrailersArePassedOnUnlessTheHeadHasThemToo() throws Exception {
        Proxied.Builder setup = direct().route(route -> route.allowTrailers("X-Sum", "x-user", "x_user", "X-Gone"))
                .rules(rules -> rules.rewrite(
                        (incoming, outgoing) -> outgoing.header("X-User", "me").removeHeader("X-Gone")));

        assertThat(sent(setup, post("X-Gone: 1\n", "X-Sum: 9\nX-Other: 8\n" + FORGED)))
                .isEqualTo(Headers.of("X-Sum", "9"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/grpc", "application/grpc+proto", "Application/GRPC; a=b"})
    void ofGrpcAllGoOnThatMayBeTrailers(String type) throws Exception {
        Proxied.Builder setup =
                direct().rules(rules -> rules.rewrite((incoming, outgoing) -> outgoing.header("X-User", "me")));

        assertThat(sent(
                        setup,
                        post("Content-Type: " + type + "\nX-Gone: 1\n", "Grpc-Status: 0\nX-Any-Bin: YQ\n" + FORGED)))
                .isEqualTo(Headers.of("Grpc-Status", "0", "X-Any-Bin", "YQ"));
        assertThat(sent(direct(), post("Content-Type: application/grpcx\n", "Grpc-Status: 0\n")))
                .isEqualTo(Headers.empty());
    }

    @Test
    void responseTrailersThatShowTheOriginOrWereChangedByAHookAreRemoved() throws Exception {
        try (Proxied proxied = direct().answers(http("""
                        HTTP/1.1 200 OK
                        Transfer-Encoding: chunked
                        X-Level: 1
                        X-Debug: 1

                        1
                        x
                        0
                        X-Sum: 9
                        Server: evil
                        X_Powered_By: evil
                        Via: 1.1 evil
                        Set-Cookie: a=1
                        Location: http://evil.test/
                        Connection: close
                        X-Forwarded-Host: evil
                        X-Level: 9
                        X-Debug: 9
                        X-Added: 9

                        """))
                .rules(rules -> rules.onResponse((incoming, response) -> response.toBuilder()
                        .headers(response.headers().toBuilder()
                                .set("X-Level", "2")
                                .set("X-Added", "2")
                                .remove("X-Debug")
                                .build())
                        .build()))
                .start()) {
            Message received = proxied.ask(http("GET / HTTP/1.1\nHost: a.test\nConnection: TE\nTE: trailers\n\n"));

            assertThat(received.whole()).isTrue();
            assertThat(received.trailers()).isEqualTo(Headers.of("X-Sum", "9"));
        }
    }
}
