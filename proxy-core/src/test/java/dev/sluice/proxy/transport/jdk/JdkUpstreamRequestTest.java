package dev.sluice.proxy.transport.jdk;

import static dev.sluice.proxy.transport.jdk.JdkUpstreamFixture.EMPTY_OK;
import static dev.sluice.proxy.transport.jdk.JdkUpstreamFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Body;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.origin.Origin;
import java.io.ByteArrayInputStream;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JdkUpstreamRequestTest {
    private JdkUpstreamFixture fixture;

    @BeforeEach
    void start() throws Exception {
        fixture = JdkUpstreamFixture.answering(EMPTY_OK);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void theHeadIsTheRequestsWithAnEmptyUserAgent() throws Exception {
        String head = fixture.headOf(fixture.request("GET", "/a?b=c")
                .addHeader("Accept", "text/plain")
                .addHeader("X-One", "1"));

        // The field that the client adds on some updates is checked below.
        assertThat(head.lines().filter(line -> !line.equals("Content-Length: 0")))
                .containsExactly(
                        "GET /a?b=c HTTP/1.1",
                        "Host: " + fixture.upstream().authority(),
                        "Accept: text/plain",
                        "User-Agent: ",
                        "X-One: 1",
                        "");
    }

    @Test
    void theUserAgentOfTheClientIsKept() throws Exception {
        String head = fixture.headOf(fixture.request("GET", "/").addHeader("User-Agent", "curl/8"));

        assertThat(head).contains("User-Agent: curl/8\r\n").containsOnlyOnce("User-Agent");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "//a//b",
                "/a/../b/./c",
                "/%2e%2E/%2f%2F%5c",
                "/a;b=c/d@e:f,g!h$i&j'k(l)m*n+o=p",
                "/a%c3%a9",
                "/~-._",
                "/a?b?c/d",
                "/a?b=[1]&c=%5B",
                "/a?&&==",
                "/a?q=%25zz",
                "/*"
            })
    void theTargetGoesOutAsItIs(String target) throws Exception {
        assertThat(fixture.headOf(fixture.request("GET", target))).startsWith("GET " + target + " HTTP/1.1\r\n");
    }

    /** The client drops the question mark. RFC 3986 §6.2.3 lets a scheme treat similar URIs as equal. */
    @Test
    void aLoneQuestionMarkIsLeftOut() throws Exception {
        assertThat(fixture.headOf(fixture.request("GET", "/a?"))).startsWith("GET /a HTTP/1.1\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/a|b", "/a\"b", "/{a}", "/a^b", "/a`b", "/a\\b", "/<a>", "/a[b]", "/a%", "/%zz", "/a?b|c", "/\u00e9"
            })
    void aTargetThatAUriCannotHoldIsRefused(String target) {
        ProxyException refusal = fixture.failureOf(fixture.request("GET", target));

        assertThat(refusal.outcome()).isEqualTo(Outcome.NOT_SUPPORTED);
        assertThat(refusal.delivery()).isEqualTo(Delivery.NOT_SENT);
        assertThat(refusal).hasMessageContaining("must be percent-encoded");
        assertThat(fixture.origin().connections()).isZero();
    }

    @Test
    void aRequestInAbsoluteFormIsSentInOriginForm() throws Exception {
        RequestTarget absolute = new RequestTarget(
                RequestTarget.Form.ABSOLUTE, "http", fixture.upstream().authority(), "/x", "y");

        assertThat(fixture.headOf(fixture.request("GET", "/").target(absolute))).startsWith("GET /x?y HTTP/1.1\r\n");
    }

    @Test
    void anotherSpellingOfTheUpstreamsAuthorityNeedsNoSeparateHost() throws Exception {
        ProxyRequest request = fixture.request("GET", "/").build();
        Origin origin = new Origin("http", Authority.parse("a.test"), "");
        ProxyRequest same = request.toBuilder()
                .target(RequestTarget.of("http", Authority.parse("A.test:80"), "/"))
                .build();

        JdkUpstreamRequest outgoing = JdkUpstreamRequest.of(same, origin, request.version(), null);

        assertThat(outgoing.headers().map()).doesNotContainKey("Host");
        assertThat(outgoing.uri()).hasToString("http://a.test/");
    }

    @Test
    void aRequestWithoutHostGetsTheUpstreams() throws Exception {
        String head = fixture.headOf(fixture.request("GET", "/").target(RequestTarget.of("http", null, "/")));

        assertThat(head).contains("Host: " + fixture.upstream().authority() + "\r\n");
    }

    @Test
    void anotherHostIsSentOrRefusedWithTheNameOfTheOption() throws Exception {
        ProxyRequest.Builder request =
                fixture.request("GET", "/").target(RequestTarget.of("http", Authority.parse("shop.example:8443"), "/"));

        if (JdkTransport.hostHeaderAllowed()) {
            assertThat(fixture.headOf(request))
                    .contains("Host: shop.example:8443\r\n")
                    .containsOnlyOnce("Host:");
        } else {
            ProxyException refusal = fixture.failureOf(request);
            assertThat(refusal.outcome()).isEqualTo(Outcome.NOT_SUPPORTED);
            assertThat(refusal).hasMessageContaining("-Djdk.httpclient.allowRestrictedHeaders=host");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "DELETE", "OPTIONS", "TRACE", "PROPFIND"})
    void aRequestWithoutBodyHasNoFramingFieldButOnUpdatesWhoseClientAddsOne(String method) throws Exception {
        String head = fixture.headOf(fixture.request(method, "/"));

        assertThat(head).startsWith(method + " / HTTP/1.1\r\n").doesNotContainIgnoringCase("Transfer-Encoding");
        assertThat(head.replace("\r\nContent-Length: 0\r\n", "\r\n")).doesNotContainIgnoringCase("Content-Length");
        JdkTable.of("jdk-client.md", "From update to update")
                .own("a request without a body")
                .ifPresent(own -> assertThat(head.contains("Content-Length")).isEqualTo(own.endsWith("every method")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH"})
    void anEmptyBodyOfAMethodThatHasOneIsSaidToBeEmpty(String method) throws Exception {
        assertThat(fixture.headOf(fixture.request(method, "/")))
                .contains("Content-Length: 0\r\n")
                .doesNotContainIgnoringCase("Transfer-Encoding");
    }

    @Test
    void noUpgradeIsOfferedAndNoConnectionFieldIsSent() throws Exception {
        try (JdkTransport http2 = JdkTransport.builder()
                .version(dev.sluice.proxy.HttpVersion.HTTP_2)
                .build()) {
            text(http2.upstream("b", fixture.origin().uri())
                    .send(fixture.request("GET", "/").build()));
        }

        assertThat(fixture.origin().requests())
                .singleElement()
                .asString()
                .doesNotContainIgnoringCase("h2c", "Connection");
    }

    @Test
    void linesOfOneFieldKeepTheirOrder() throws Exception {
        String head = fixture.headOf(fixture.request("GET", "/")
                .addHeader("X-A", "2")
                .addHeader("X-B", "b")
                .addHeader("x-a", "1"));

        assertThat(head).contains("X-A: 2\r\nX-A: 1\r\n");
    }

    /** RFC 6265 §5.4 allows one line only. RFC 9113 §8.2.3 joins the lines of HTTP/2 in this way. */
    @Test
    void severalCookieLinesBecomeOne() throws Exception {
        String head = fixture.headOf(
                fixture.request("GET", "/").addHeader("Cookie", "a=1").addHeader("Cookie", "b=2"));

        assertThat(head).contains("Cookie: a=1; b=2\r\n").containsOnlyOnce("Cookie");
    }

    @Test
    void aValueBeyondAsciiIsRefusedAndNotShown() {
        ProxyException refusal = fixture.failureOf(fixture.request("GET", "/").addHeader("X-Name", "Ren\u00e9"));

        assertThat(refusal.outcome()).isEqualTo(Outcome.NOT_SUPPORTED);
        assertThat(refusal.delivery()).isEqualTo(Delivery.NOT_SENT);
        assertThat(refusal).hasMessageContaining("X-Name").hasMessageNotContaining("Ren");
        assertThat(refusal.publicDetail()).doesNotContain("Ren");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Proxy-Authorization", "proxy-x"})
    void aFieldThatTheClientWouldDropIsRefused(String name) {
        ProxyException refusal = fixture.failureOf(fixture.request("GET", "/").addHeader(name, "secret"));

        assertThat(refusal.outcome()).isEqualTo(Outcome.NOT_SUPPORTED);
        assertThat(refusal).hasMessageContaining(name).hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection",
                "content-length",
                "Transfer-Encoding",
                "Host",
                "Expect",
                "Upgrade",
                "TE",
                "Keep-Alive"
            })
    void aFramingFieldAmongTheHeadersIsAFault(String name) {
        ProxyException fault = fixture.failureOf(fixture.request("GET", "/").addHeader(name, "5"));

        assertThat(fault.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(fault.delivery()).isEqualTo(Delivery.NOT_SENT);
        assertThat(fault).hasMessageContaining(name);
    }

    @Test
    void aRequestThatNeedsATunnelIsRefusedByName() {
        ProxyRequest.Builder upgrade = fixture.request("GET", "/").upgrade("websocket");
        ProxyRequest.Builder connect = fixture.request("CONNECT", "/")
                .target(new RequestTarget(
                        RequestTarget.Form.AUTHORITY, "http", Authority.parse("a.test:443"), "", null));

        for (ProxyRequest.Builder request : List.of(upgrade, connect)) {
            ProxyException refusal = fixture.failureOf(request);
            assertThat(refusal.outcome()).isEqualTo(Outcome.NOT_SUPPORTED);
            assertThat(refusal).hasMessageContaining("needs tunnels");
        }
        assertThat(fixture.origin().connections()).isZero();
    }

    @Test
    void aTargetInAsteriskFormIsRefused() {
        ProxyException refusal = fixture.failureOf(fixture.request("OPTIONS", "/")
                .target(new RequestTarget(
                        RequestTarget.Form.ASTERISK, "http", fixture.upstream().authority(), "*", null)));

        assertThat(refusal.outcome()).isEqualTo(Outcome.NOT_SUPPORTED);
        assertThat(refusal).hasMessageContaining("*");
    }

    @Test
    void aBodyOfKnownLengthHasContentLength() throws Exception {
        assertThat(sent(Body.of("hello"), 5)).contains("Content-Length: 5\r\n").endsWith("\r\n\r\nhello");
    }

    @Test
    void aBodyOfUnknownLengthIsChunked() throws Exception {
        Body body = Body.of(new ByteArrayInputStream(new byte[] {'a', 'b'}), Body.UNKNOWN);

        assertThat(sent(body, "2\r\nab\r\n0\r\n\r\n".length()))
                .containsIgnoringCase("Transfer-Encoding: chunked\r\n")
                .doesNotContainIgnoringCase("Content-Length")
                .endsWith("\r\n\r\n2\r\nab\r\n0\r\n\r\n");
    }

    private static String sent(Body body, int count) throws Exception {
        StringBuilder all = new StringBuilder();
        try (JdkUpstreamFixture origin = JdkUpstreamFixture.playing(connection -> {
            all.append(connection.readHead());
            all.append(connection.readExactly(count));
            connection.write(EMPTY_OK);
        })) {
            text(origin.send(origin.request("POST", "/").body(body)));
            return all.toString();
        }
    }
}
