package dev.sluice.proxy.transport.jdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.testing.RefusingPort;
import dev.sluice.proxy.testing.TestExchange;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JdkUpstreamFailureTest {
    static Stream<Arguments> failures() {
        return Stream.of(
                row(unresolved(), true, Outcome.RESOLVE_FAILED, Delivery.NOT_SENT),
                row(new ConnectException("refused"), true, Outcome.CONNECT_FAILED, Delivery.NOT_SENT),
                row(new HttpConnectTimeoutException("slow"), true, Outcome.CONNECT_TIMEOUT, Delivery.NOT_SENT),
                row(new SSLHandshakeException("bad"), true, Outcome.TLS_FAILED, Delivery.NOT_SENT),
                // An earlier connection of the same attempt has read the body.
                row(new ConnectException("refused"), false, Outcome.CONNECT_FAILED, Delivery.SENT_UNKNOWN),
                row(new SSLHandshakeException("late"), false, Outcome.TLS_FAILED, Delivery.SENT_UNKNOWN),
                row(new SSLException("bad record"), true, Outcome.TLS_FAILED, Delivery.SENT_UNKNOWN),
                row(new ProtocolException("bad"), true, Outcome.BAD_RESPONSE, Delivery.SENT_UNKNOWN),
                row(new EOFException("end"), true, Outcome.HEAD_FAILED, Delivery.SENT_UNKNOWN),
                row(new IOException("reset"), true, Outcome.HEAD_FAILED, Delivery.SENT_UNKNOWN),
                row(new IllegalStateException("bug"), true, Outcome.FAILED, Delivery.SENT_UNKNOWN),
                row(
                        new CompletionException(new ConnectException("x")),
                        true,
                        Outcome.CONNECT_FAILED,
                        Delivery.NOT_SENT));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void eachExceptionOfTheClientHasAnOutcome(Throwable thrown, boolean untouched, Outcome outcome, Delivery delivery) {
        ProxyException failure = JdkUpstreamFailure.of(thrown, "a.example:80", untouched, true);

        assertThat(failure.outcome()).isEqualTo(outcome);
        assertThat(failure.delivery()).isEqualTo(delivery);
    }

    @Test
    void aFailureToConnectNamesHostAndPortOnlyInTheLog() {
        ProxyException failure = JdkUpstreamFailure.of(new ConnectException(), "a.example:80", true, true);

        assertThat(failure).hasMessage("a.example:80 was not connected to: java.net.ConnectException");
        assertThat(failure.publicDetail()).isNull();
    }

    @Test
    void aBrokenConnectionWhileTheBodyGoesOutIsAFailureToSend() {
        assertThat(JdkUpstreamFailure.of(new IOException("reset"), "a.example:80", false, false)
                        .outcome())
                .isEqualTo(Outcome.SEND_FAILED);
    }

    @Test
    void anUnknownHostIsNotResolved() {
        ProxyException failure = failureAt("http://sluice-test.invalid/");

        assertThat(failure.outcome()).isEqualTo(Outcome.RESOLVE_FAILED);
        assertThat(failure.delivery()).isEqualTo(Delivery.NOT_SENT);
    }

    @Test
    void aClosedPortRefusesTheConnection() {
        try (RefusingPort port = new RefusingPort()) {
            ProxyException failure = failureAt(port.uri().toString());

            assertThat(failure.outcome()).isEqualTo(Outcome.CONNECT_FAILED);
            assertThat(failure.delivery()).isEqualTo(Delivery.NOT_SENT);
        }
    }

    @Test
    void aConnectionThatEndsBeforeTheHeadIsAFailedHead() throws Exception {
        try (JdkUpstreamFixture fixture = JdkUpstreamFixture.playing(connection -> connection.readHead())) {
            ProxyException failure = fixture.failureOf(fixture.request("POST", "/"));

            assertThat(failure.outcome()).isEqualTo(Outcome.HEAD_FAILED);
            assertThat(failure.delivery()).isEqualTo(Delivery.SENT_UNKNOWN);
            assertThat(fixture.origin().requests()).hasSize(1);
        }
    }

    @Test
    void aResetBeforeTheHeadIsAFailedHead() throws Exception {
        try (JdkUpstreamFixture fixture = JdkUpstreamFixture.playing(connection -> {
            connection.readHead();
            connection.reset();
        })) {
            assertThat(fixture.failureOf(fixture.request("DELETE", "/")).outcome())
                    .isEqualTo(Outcome.HEAD_FAILED);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nSet-Cookie: secret\u001bx\r\n\r\n",
                "HTTP/1.1 secret\u001b\r\n\r\n",
                "HTTP/1.1 200 OK\r\nsecret\u001b: 1\r\n\r\n"
            })
    void whatAMalformedHeadSaysIsNotRepeatedInLogs(String head) throws Exception {
        try (JdkUpstreamFixture fixture = JdkUpstreamFixture.answeringOnce(head)) {
            ProxyException failure = fixture.failureOf(fixture.request("PUT", "/"));
            assertThat(failure.outcome()).isEqualTo(Outcome.BAD_RESPONSE);
            assertThat(failure.getMessage()).doesNotContain("secret").doesNotContain("\u001b");
        }
    }

    @Test
    void aHeadThatBreaksOffIsAFailedHead() throws Exception {
        try (JdkUpstreamFixture fixture = JdkUpstreamFixture.answeringOnce("HTTP/1.1 200 OK\r\nX-A:")) {
            assertThat(fixture.failureOf(fixture.request("PUT", "/")).outcome()).isEqualTo(Outcome.HEAD_FAILED);
        }
    }

    /** The client's own retry, which cannot be switched off. It is safe for these two methods, and there is no body. */
    @Test
    void aGetWhoseConnectionEndsBeforeTheHeadIsSentAgain() throws Exception {
        try (JdkUpstreamFixture fixture = JdkUpstreamFixture.playing(connection -> connection.readHead())) {
            assertThat(fixture.failureOf(fixture.request("GET", "/")).outcome()).isEqualTo(Outcome.HEAD_FAILED);
            assertThat(fixture.origin().requests()).hasSize(2);
        }
    }

    private static ProxyException failureAt(String uri) {
        try (JdkTransport transport = JdkTransport.builder().build()) {
            Upstream upstream = transport.upstream("a", URI.create(uri));
            return catchThrowableOfType(
                    ProxyException.class,
                    () -> upstream.send(TestExchange.request("GET", "/").toBuilder()
                            .target(dev.sluice.proxy.RequestTarget.of("http", upstream.authority(), "/"))
                            .build()));
        }
    }

    private static Throwable unresolved() {
        return new ConnectException().initCause(new UnresolvedAddressException());
    }

    private static Arguments row(Throwable thrown, boolean untouched, Outcome outcome, Delivery delivery) {
        return Arguments.of(thrown, untouched, outcome, delivery);
    }
}
