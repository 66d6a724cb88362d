package dev.sluice.proxy.transport.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.limit.Limits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JdkExchangeHeadTest {
    private static final Limits LIMITS = Limits.builder()
            .headerBytes(1000)
            .headerCount(20)
            .targetLength(100)
            .bodyBytes(1000)
            .build();

    private final JdkListenerHarness server = new JdkListenerHarness(request -> ProxyResponse.of(200, "ok"), LIMITS);

    @AfterEach
    void close() {
        server.close();
    }

    /** A status of 400 is accepted for all, because a newer JDK may refuse the message itself. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "no Host                   | 400 | GET / HTTP/1.1~~",
                "two Hosts                 | 400 | GET / HTTP/1.1~Host: a~Host: b~~",
                "two equal Hosts           | 400 | GET / HTTP/1.1~Host: a~Host: a~~",
                "Host that is a list       | 400 | GET / HTTP/1.1~Host: a, b~~",
                "Host with userinfo        | 400 | GET / HTTP/1.1~Host: u@a~~",
                "two Hosts, HTTP/1.0       | 400 | GET / HTTP/1.0~Host: a~Host: b~~",
                "CL and TE                 | 400 | POST / HTTP/1.1~Host: a~Content-Length: 3~Transfer-Encoding: chunked~~",
                "two CL                    | 400 | POST / HTTP/1.1~Host: a~Content-Length: 3~Content-Length: 3~~abc",
                "CL with a sign            | 400 | POST / HTTP/1.1~Host: a~Content-Length: +3~~abc",
                "CL minus zero             | 400 | POST / HTTP/1.1~Host: a~Content-Length: -0~~",
                "CL that is a list         | 400 | POST / HTTP/1.1~Host: a~Content-Length: 3, 3~~abc",
                "CL that is empty          | 400 | POST / HTTP/1.1~Host: a~Content-Length:~~",
                "CL that overflows         | 400 | POST / HTTP/1.1~Host: a~Content-Length: 18446744073709551619~~abc",
                "TE gzip, chunked          | 501 | POST / HTTP/1.1~Host: a~Transfer-Encoding: gzip, chunked~~",
                "TE identity               | 501 | POST / HTTP/1.1~Host: a~Transfer-Encoding: identity~~",
                "TE twice                  | 501 | POST / HTTP/1.1~Host: a~Transfer-Encoding: chunked~Transfer-Encoding: chunked~~",
                "TE in HTTP/1.0            | 400 | POST / HTTP/1.0~Host: a~Transfer-Encoding: chunked~~0~~",
                "unknown protocol          | 505 | GET / HTTX/9.9~Host: a~~",
                "HTTP/1.2                  | 505 | GET / HTTP/1.2~Host: a~~",
                "HTTP/2.0                  | 505 | GET / HTTP/2.0~Host: a~~",
                "lower case http           | 505 | GET / http/1.1~Host: a~~",
                "method not a token        | 400 | G(T / HTTP/1.1~Host: a~~",
                "control character         | 400 | GET / HTTP/1.1~Host: a~X: b^c~~",
                "userinfo in the target    | 400 | GET http://u:p@a/ HTTP/1.1~Host: a~~",
                "fragment in the target    | 400 | GET /x#y HTTP/1.1~Host: a~~",
                "other scheme              | 400 | GET ftp://a/x HTTP/1.1~Host: a~~",
                "CONNECT, not an authority | 400 | CONNECT /x HTTP/1.1~Host: a~~",
                "unknown expectation       | 417 | GET / HTTP/1.1~Host: a~Expect: much~~",
                "declared body too large   | 413 | POST / HTTP/1.1~Host: a~Content-Length: 1001~~",
            })
    void badInputIsAnsweredWithItsStatusAndTheConnectionIsClosed(String what, int status, String message)
            throws Exception {
        String answer = server.exchange(wire(message));
        assertThat(answer).matches("(?s)HTTP/1\\.1 (" + status + "|400) .*");
        // The server's own pages close the connection too, but on older updates they do not say so.
        assertThat(answer.contains("<h1>") || answer.contains("Connection: close"))
                .as(answer)
                .isTrue();
        assertThat(server.requests).isEmpty();
    }

    @Test
    void aTargetThatIsTooLongIsAnsweredWith414() throws Exception {
        assertThat(server.exchange(wire("GET /" + "x".repeat(100) + " HTTP/1.1~Host: a~~")))
                .startsWith("HTTP/1.1 414 ");
    }

    @Test
    void tooManyFieldsAreAnsweredWith431() throws Exception {
        assertThat(server.exchange(wire("GET / HTTP/1.1~Host: a~" + "X: y~".repeat(20) + "~")))
                .startsWith("HTTP/1.1 431 ");
    }

    @Test
    void fieldsWithTooManyBytesAreAnsweredWith431() throws Exception {
        assertThat(server.exchange(wire("GET / HTTP/1.1~Host: a~X: " + "y".repeat(1000) + "~~")))
                .startsWith("HTTP/1.1 431 ");
    }

    @Test
    void theRequestIsMadeOfParsedValues() throws Exception {
        server.exchange(wire("GET /a%2Fb/../c?q=%20 HTTP/1.1~Host: EXAMPLE.test:81~Connection: close, X-Hop~X-Hop: 1~"
                + "TE: trailers~Expect: 100-continue~X-Kept: 1~X-Kept: 2~Keep-Alive: 5~~"));
        ProxyRequest request = server.requests.get(0);
        assertThat(request.method()).isEqualTo("GET");
        assertThat(request.version()).isEqualTo(HttpVersion.HTTP_1_1);
        assertThat(request.target().pathAndQuery()).isEqualTo("/a%2Fb/../c?q=%20");
        assertThat(request.target().authority()).hasToString("example.test:81");
        assertThat(request.headers().size()).isEqualTo(2);
        assertThat(request.headers().all("X-Kept")).containsExactly("1", "2");
        assertThat(request.acceptsTrailers()).isTrue();
        assertThat(request.body().length()).isZero();
        assertThat(request.exchange().client().scheme()).isEqualTo("http");
    }

    @Test
    void anAbsoluteTargetKeepsItsAuthority() throws Exception {
        server.exchange(wire("GET http://b.test/x HTTP/1.1~Host: a~Connection: close~~"));
        assertThat(server.requests.get(0).target().form()).isEqualTo(RequestTarget.Form.ABSOLUTE);
        assertThat(server.requests.get(0).target().authority()).hasToString("b.test");
    }

    @Test
    void anUpgradeIsAPartOfTheRequest() throws Exception {
        server.exchange(wire("GET / HTTP/1.1~Host: a~Connection: Upgrade, close~Upgrade: websocket~~"));
        assertThat(server.requests.get(0).upgrade()).isEqualTo("websocket");
    }

    static String wire(String message) {
        return message.replace("~", "\r\n").replace('^', '\u0001');
    }
}
