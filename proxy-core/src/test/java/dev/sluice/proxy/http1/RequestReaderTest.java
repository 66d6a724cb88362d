package dev.sluice.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import java.io.EOFException;
import java.io.IOException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestReaderTest {
    private static final int TARGET = 40;
    private static final int HEADER_BYTES = 60;
    private static final int HEADER_COUNT = 4;

    static Stream<Arguments> good() {
        return Stream.of(
                good("GET / HTTP/1.1\r\n\r\n", "GET", "/", HttpVersion.HTTP_1_1),
                good("GET / HTTP/1.0\r\n\r\n", "GET", "/", HttpVersion.HTTP_1_0),
                // RFC 9110 §6.2: a higher minor version.
                good("GET / HTTP/1.2\r\n\r\n", "GET", "/", HttpVersion.HTTP_1_1),
                good("GET / HTTP/1.9\r\n\r\n", "GET", "/", HttpVersion.HTTP_1_1),
                good("get / HTTP/1.1\r\n\r\n", "get", "/", HttpVersion.HTTP_1_1),
                good("!#$%&'*+-.^_`|~09azAZ * HTTP/1.1\r\n\r\n", "!#$%&'*+-.^_`|~09azAZ", "*", HttpVersion.HTTP_1_1),
                good("CONNECT a:443 HTTP/1.1\r\n\r\n", "CONNECT", "a:443", HttpVersion.HTTP_1_1),
                good("GET /!~\"<>\\^`{|}%00 HTTP/1.1\r\n\r\n", "GET", "/!~\"<>\\^`{|}%00", HttpVersion.HTTP_1_1),
                // RFC 9112 §2.2: an empty line before.
                good("\r\nGET / HTTP/1.1\r\n\r\n", "GET", "/", HttpVersion.HTTP_1_1),
                good("GET / HTTP/1.1\r\na:\r\n\r\n", "GET", "/", HttpVersion.HTTP_1_1, "a", ""),
                good("GET / HTTP/1.1\r\na: \t \r\n\r\n", "GET", "/", HttpVersion.HTTP_1_1, "a", ""),
                good("GET / HTTP/1.1\r\na:b\r\n\r\n", "GET", "/", HttpVersion.HTTP_1_1, "a", "b"),
                good("GET / HTTP/1.1\r\na: \tb \t \r\n\r\n", "GET", "/", HttpVersion.HTTP_1_1, "a", "b"),
                good("GET / HTTP/1.1\r\na: b \t: c\r\n\r\n", "GET", "/", HttpVersion.HTTP_1_1, "a", "b \t: c"),
                good("GET / HTTP/1.1\r\na:: b\r\n\r\n", "GET", "/", HttpVersion.HTTP_1_1, "a", ": b"),
                good(
                        "GET / HTTP/1.1\r\na: \u0080\u00e9\u00ff\r\n\r\n",
                        "GET",
                        "/",
                        HttpVersion.HTTP_1_1,
                        "a",
                        "\u0080\u00e9\u00ff"),
                good(
                        "GET / HTTP/1.1\r\nhOSt: x\r\nHost: y\r\nhost: z\r\n\r\n",
                        "GET",
                        "/",
                        HttpVersion.HTTP_1_1,
                        "hOSt",
                        "x",
                        "Host",
                        "y",
                        "host",
                        "z"),
                good(
                        "GET / HTTP/1.1\r\n!#$%&'*+-.^_`|~0: x\r\n\r\n",
                        "GET", "/", HttpVersion.HTTP_1_1, "!#$%&'*+-.^_`|~0", "x"));
    }

    private static Arguments good(String text, String method, String target, HttpVersion version, String... fields) {
        return Arguments.of(text, new RequestHead(method, target, version, Headers.of(fields)));
    }

    @ParameterizedTest
    @MethodSource("good")
    void aHeadIsTakenAsItIs(String text, RequestHead expected) throws IOException {
        assertThat(read(text)).isEqualTo(expected);
        RequestHead singly = reader(new InputBuffer(Pieces.singly(text), 1)).read();
        assertThat(singly).isEqualTo(expected);
        assertThat(names(singly)).isEqualTo(names(expected));
    }

    @Test
    void theLogIsToldWhereHttp2MayBegin() {
        assertThatThrownBy(() -> read("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))
                .isInstanceOfSatisfying(
                        ProxyException.class,
                        why -> assertThat(why.publicDetail()).isEqualTo("HTTP/2.0 is not supported here"))
                .hasMessageContaining("priorKnowledge(true)");
        assertThatThrownBy(() -> read("GET / HTTP/3.0\r\n\r\n")).hasMessage("HTTP/3.0 is not supported here");
    }

    static Stream<Arguments> bad() {
        return Stream.of(
                // RFC 9112 §3: method SP request-target SP HTTP-version.
                Arguments.of(400, "GET  / HTTP/1.1\r\n\r\n"),
                Arguments.of(400, "GET\t/ HTTP/1.1\r\n\r\n"),
                Arguments.of(400, "GET /  HTTP/1.1\r\n\r\n"),
                Arguments.of(400, "GET /\tHTTP/1.1\r\n\r\n"),
                Arguments.of(400, "GET / HTTP/1.1 \r\n\r\n"),
                Arguments.of(400, " GET / HTTP/1.1\r\n\r\n"),
                Arguments.of(400, "GET /a b HTTP/1.1\r\n\r\n"),
                Arguments.of(400, "GET HTTP/1.1\r\n\r\n"),
                Arguments.of(400, "G(T / HTTP/1.1\r\n\r\n"),
                Arguments.of(400, "G\u00e9T / HTTP/1.1\r\n\r\n"),
                Arguments.of(400, "GET\0 / HTTP/1.1\r\n\r\n"),
                Arguments.of(400, "GET\r\n\r\n"),
                Arguments.of(400, "GET \r\n\r\n"),
                // HTTP/0.9.
                Arguments.of(400, "GET /\r\n"),
                Arguments.of(400, "GET / \r\n"),
                // RFC 9112 §3.2: no white space, no control character, nothing above ASCII.
                Arguments.of(400, "GET /\0 HTTP/1.1\r\n\r\n"),
                Arguments.of(400, "GET /\u007f HTTP/1.1\r\n\r\n"),
                Arguments.of(400, "GET /\u0080 HTTP/1.1\r\n\r\n"),
                Arguments.of(400, "GET /\u00e9 HTTP/1.1\r\n\r\n"),
                Arguments.of(400, "GET /\r HTTP/1.1\r\n\r\n"),
                Arguments.of(400, "GET /\n HTTP/1.1\r\n\r\n"),
                // RFC 9112 §2.3.
                Arguments.of(400, "GET / http/1.1\r\n\r\n"),
                Arguments.of(400, "GET / HTTP/1\r\n\r\n"),
                Arguments.of(400, "GET / HTTP/11\r\n\r\n"),
                Arguments.of(400, "GET / HTTP/1,1\r\n\r\n"),
                Arguments.of(400, "GET / HTTP/1.10\r\n\r\n"),
                Arguments.of(400, "GET / HTTP/1.\r\n\r\n"),
                Arguments.of(400, "GET / HTTP/.1\r\n\r\n"),
                Arguments.of(400, "GET / HTTP/a.1\r\n\r\n"),
                Arguments.of(400, "GET / HTTP/1.a\r\n\r\n"),
                Arguments.of(400, "GET / HTTPS/1.1\r\n\r\n"),
                Arguments.of(400, "GET / HTTP/2\r\n\r\n"),
                Arguments.of(400, "GET / HTTP/2.0x\r\n\r\n"),
                Arguments.of(505, "GET / HTTP/0.9\r\n\r\n"),
                Arguments.of(505, "GET / HTTP/2.0\r\n\r\n"),
                Arguments.of(505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
                Arguments.of(505, "GET / HTTP/3.0\r\n\r\n"),
                // RFC 9112 §2.2: line ends.
                Arguments.of(400, "GET / HTTP/1.1\n\n"),
                Arguments.of(400, "GET / HTTP/1.1\n\r\n"),
                Arguments.of(400, "GET / HTTP/1.1\r\r\n\r\n"),
                Arguments.of(400, "GET / HTTP/1.1\r\n\n"),
                Arguments.of(400, "GET / HTTP/1.1\r\n\rx"),
                Arguments.of(400, "GET / HTTP/1.1\r\na: b\n\r\n"),
                Arguments.of(400, "GET / HTTP/1.1\r\na: b\rc\r\n\r\n"),
                Arguments.of(400, "GET / HTTP/1.1\r\na: b\r\r\n\r\n"),
                Arguments.of(400, "\nGET / HTTP/1.1\r\n\r\n"),
                Arguments.of(400, "\r\n\r\nGET / HTTP/1.1\r\n\r\n"),
                Arguments.of(400, "\rGET / HTTP/1.1\r\n\r\n"),
                // RFC 9112 §2.2 and §5.2: lines that begin with white space.
                Arguments.of(400, "GET / HTTP/1.1\r\n a: b\r\n\r\n"),
                Arguments.of(400, "GET / HTTP/1.1\r\n\ta: b\r\n\r\n"),
                Arguments.of(400, "GET / HTTP/1.1\r\na: b\r\n c\r\n\r\n"),
                Arguments.of(400, "GET / HTTP/1.1\r\na: b\r\n\tc\r\n\r\n"),
                Arguments.of(400, "GET / HTTP/1.1\r\na: b\r\n \r\n\r\n"),
                // RFC 9112 §5.1: names.
                Arguments.of(400, "GET / HTTP/1.1\r\n: b\r\n\r\n"),
                Arguments.of(400, "GET / HTTP/1.1\r\na : b\r\n\r\n"),
                Arguments.of(400, "GET / HTTP/1.1\r\na\t: b\r\n\r\n"),
                Arguments.of(400, "GET / HTTP/1.1\r\na b: c\r\n\r\n"),
                Arguments.of(400, "GET / HTTP/1.1\r\na\r\n\r\n"),
                Arguments.of(400, "GET / HTTP/1.1\r\na\0: b\r\n\r\n"),
                Arguments.of(400, "GET / HTTP/1.1\r\na(: b\r\n\r\n"),
                Arguments.of(400, "GET / HTTP/1.1\r\n\u00e9: b\r\n\r\n"),
                Arguments.of(400, "GET / HTTP/1.1\r\n\"a\": b\r\n\r\n"),
                // RFC 9110 §5.5: values.
                Arguments.of(400, "GET / HTTP/1.1\r\na: b\0c\r\n\r\n"),
                Arguments.of(400, "GET / HTTP/1.1\r\na: \u0001\r\n\r\n"),
                Arguments.of(400, "GET / HTTP/1.1\r\na: \u000b\r\n\r\n"),
                Arguments.of(400, "GET / HTTP/1.1\r\na: \u001f\r\n\r\n"),
                Arguments.of(400, "GET / HTTP/1.1\r\na: \u007f\r\n\r\n"));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void aMalformedHeadIsRefusedWithItsStatus(int status, String text) {
        ProxyException refusal = refusal(text);

        assertThat(refusal.status()).isEqualTo(status);
        assertThat(refusal.outcome()).isEqualTo(status == 400 ? Outcome.BAD_REQUEST : Outcome.NOT_SUPPORTED);
        assertThat(refusal.delivery()).isEqualTo(Delivery.NOT_SENT);
        assertThat(refusal.publicDetail()).isNotEmpty();
    }

    @Test
    void aByteThatCannotBeginAMethodIsRefusedAtOnce() {
        assertThat(refusal("\u0016").status()).isEqualTo(400);
        assertThat(refusal("\r\n\u0016").status()).isEqualTo(400);
    }

    @Test
    void aMethodOfMoreThan64CharactersIsNotImplemented() throws IOException {
        RequestHead head = read("M".repeat(64) + " / HTTP/1.1\r\n\r\n");

        assertThat(head).isNotNull();
        assertThat(head.method()).hasSize(64);
        assertThat(refusal("M".repeat(65)).status()).isEqualTo(501);
        assertThat(refusal("M".repeat(65)).outcome()).isEqualTo(Outcome.NOT_SUPPORTED);
    }

    @Test
    void aTargetOverTheLimitIsRefusedWithoutWaitingForItsEnd() throws IOException {
        RequestHead head = read("GET " + "/".repeat(TARGET) + " HTTP/1.1\r\n\r\n");

        assertThat(head).isNotNull();
        assertThat(head.target()).hasSize(TARGET);
        assertThat(refusal("GET " + "/".repeat(TARGET + 1)).status()).isEqualTo(414);
        assertThat(refusal("GET " + "/".repeat(TARGET + 1)).outcome()).isEqualTo(Outcome.LIMIT_EXCEEDED);
    }

    /** The line ends count, the empty line does not. */
    @Test
    void fieldLinesOverTheLimitOfBytesAreRefusedWithoutWaitingForTheirEnd() throws IOException {
        String start = "GET / HTTP/1.1\r\na: b\r\nc:";
        String rest = "d".repeat(HEADER_BYTES - "a: b\r\nc:\r\n".length());

        RequestHead head = read(start + rest + "\r\n\r\n");
        assertThat(head).isNotNull();
        assertThat(head.headers().value(1)).isEqualTo(rest);
        assertThat(refusal(start + rest + 'd').status()).isEqualTo(431);
        assertThat(refusal(start + rest + 'd').outcome()).isEqualTo(Outcome.LIMIT_EXCEEDED);
        assertThat(refusal("GET / HTTP/1.1\r\n" + "n".repeat(HEADER_BYTES - 1)).status())
                .isEqualTo(431);
        assertThat(refusal(start + rest + "\r\ne").status()).isEqualTo(431);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\r", "\r\nb", "\r\nb:", "\r\nb: "})
    void aSectionMayEndAtTheLimitAndNotOneByteLater(String rest) throws IOException {
        String line = "a:" + "b".repeat(HEADER_BYTES - 4);

        assertThat(read("GET / HTTP/1.1\r\n" + line + "\r\n\r\n")).isNotNull();
        assertThat(refusal("GET / HTTP/1.1\r\n" + line + "b" + rest).status()).isEqualTo(431);
    }

    @Test
    void moreFieldLinesThanTheLimitAreRefusedAtTheFirstByteOfTheLine() throws IOException {
        String head = "GET / HTTP/1.1\r\n" + "a: b\r\n".repeat(HEADER_COUNT);

        assertThat(read(head + "\r\n")).isNotNull();
        assertThat(refusal(head + "a").status()).isEqualTo(431);
        assertThat(refusal(head + "a").outcome()).isEqualTo(Outcome.LIMIT_EXCEEDED);
    }

    @Test
    void theLargestLimitsDoNotOverflow() throws IOException {
        InputBuffer in = new InputBuffer(Pieces.of("GET / HTTP/1.1\r\na: b\r\n\r\n"), 8);

        RequestHead head = new RequestReader(in, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE).read();

        assertThat(head).isNotNull();
        assertThat(head.headers()).isEqualTo(Headers.of("a", "b"));
    }

    @Test
    void theEndBeforeARequestIsNotAFault() throws IOException {
        assertThat(read("")).isNull();
        assertThat(read("\r\n")).isNull();
    }

    @Test
    void theEndInsideARequestIsAFault() {
        String head = "\r\nGET / HTTP/1.1\r\na: b\r\n\r\n";
        for (int end = 1; end < head.length(); end++) {
            if (end != 2) {
                String text = head.substring(0, end);
                assertThatThrownBy(() -> read(text)).as(text).isInstanceOf(EOFException.class);
            }
        }
    }

    @Test
    void requestsInOneStreamAreReadOneAfterTheOther() throws IOException {
        InputBuffer in = new InputBuffer(
                Pieces.of("GET /1 HTTP/1.1\r\na: 1\r\n\r\nPOST /2 HTTP/1.1\r\n\r\nbody\r\nGET /3 HTTP/1.0\r\n\r\n"),
                16);
        RequestReader reader = reader(in);

        assertThat(reader.read()).isEqualTo(new RequestHead("GET", "/1", HttpVersion.HTTP_1_1, Headers.of("a", "1")));
        assertThat(reader.read()).isEqualTo(new RequestHead("POST", "/2", HttpVersion.HTTP_1_1, Headers.empty()));
        byte[] body = new byte[4];
        for (int n = 0; n < 4; ) {
            n += in.read(body, n, 4 - n);
        }
        assertThat(body).asString().isEqualTo("body");
        assertThat(reader.read()).isEqualTo(new RequestHead("GET", "/3", HttpVersion.HTTP_1_0, Headers.empty()));
        assertThat(reader.read()).isNull();
    }

    @Test
    void wellKnownNamesAreShared() throws IOException {
        RequestHead head = read("GET / HTTP/1.1\r\nHost: a\r\nhost: b\r\nUser-Agent: c\r\n\r\n");

        assertThat(head).isNotNull();
        assertThat(head.method()).isSameAs("GET");
        assertThat(head.headers().name(0)).isSameAs("Host");
        assertThat(head.headers().name(1)).isSameAs("host");
    }

    private static RequestReader reader(InputBuffer in) {
        return new RequestReader(in, TARGET, HEADER_BYTES, HEADER_COUNT);
    }

    private static @Nullable RequestHead read(String text) throws IOException {
        return reader(new InputBuffer(Pieces.of(text), 4096)).read();
    }

    private static ProxyException refusal(String text) {
        return catchThrowableOfType(ProxyException.class, () -> read(text));
    }

    private static String names(@Nullable RequestHead head) {
        return head == null ? "" : head.headers().toString();
    }
}
