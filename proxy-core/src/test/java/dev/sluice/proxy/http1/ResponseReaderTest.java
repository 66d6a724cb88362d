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

class ResponseReaderTest {
    private static final int HEADER_BYTES = 60;
    private static final int HEADER_COUNT = 3;

    static Stream<Arguments> good() {
        return Stream.of(
                good("HTTP/1.1 200 OK\r\n\r\n", HttpVersion.HTTP_1_1, 200),
                good("HTTP/1.0 200 OK\r\n\r\n", HttpVersion.HTTP_1_0, 200),
                good("HTTP/1.3 200 OK\r\n\r\n", HttpVersion.HTTP_1_1, 200),
                good("HTTP/1.1 100 Continue\r\n\r\n", HttpVersion.HTTP_1_1, 100),
                good("HTTP/1.1 999 \r\n\r\n", HttpVersion.HTTP_1_1, 999),
                good("HTTP/1.1 200 \r\n\r\n", HttpVersion.HTTP_1_1, 200),
                good("HTTP/1.1 200\r\n\r\n", HttpVersion.HTTP_1_1, 200),
                good("HTTP/1.1 404  Nicht \t da: \u00e9\u0080 \r\n\r\n", HttpVersion.HTTP_1_1, 404),
                good(
                        "HTTP/1.1 200 OK\r\nServer: x\r\nserver:\r\n\r\n",
                        HttpVersion.HTTP_1_1,
                        200,
                        "Server",
                        "x",
                        "server",
                        ""));
    }

    private static Arguments good(String text, HttpVersion version, int status, String... fields) {
        return Arguments.of(text, new ResponseHead(version, status, Headers.of(fields)));
    }

    @ParameterizedTest
    @MethodSource("good")
    void aHeadIsTakenAsItIs(String text, ResponseHead expected) throws IOException {
        assertThat(read(text)).isEqualTo(expected);
        assertThat(reader(new InputBuffer(Pieces.singly(text), 1)).read()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\nHTTP/1.1 200 OK\r\n\r\n",
                " HTTP/1.1 200 OK\r\n\r\n",
                "ICY 200 OK\r\n\r\n",
                "<html>",
                "http/1.1 200 OK\r\n\r\n",
                "HTTP/2.0 200 OK\r\n\r\n",
                "HTTP/0.9 200 OK\r\n\r\n",
                "HTTP/1 200 OK\r\n\r\n",
                "HTTP/1.1  200 OK\r\n\r\n",
                "HTTP/1.1\t200 OK\r\n\r\n",
                "HTTP/1.1\r\n\r\n",
                "HTTP/1.1 \r\n\r\n",
                "HTTP/1.1 20 OK\r\n\r\n",
                "HTTP/1.1 2000 OK\r\n\r\n",
                "HTTP/1.1 099 OK\r\n\r\n",
                "HTTP/1.1 000 OK\r\n\r\n",
                "HTTP/1.1 -20 OK\r\n\r\n",
                "HTTP/1.1 2x0 OK\r\n\r\n",
                "HTTP/1.1 20\u00b2 OK\r\n\r\n",
                "HTTP/1.1 200\tOK\r\n\r\n",
                "HTTP/1.1 200OK\r\n\r\n",
                "HTTP/1.1 200 O\0K\r\n\r\n",
                "HTTP/1.1 200 O\u007fK\r\n\r\n",
                "HTTP/1.1 200 OK\n\n",
                "HTTP/1.1 200 OK\n\r\n",
                "HTTP/1.1 200\n\r\n",
                "HTTP/1.1 200 OK\r\r\n\r\n",
                "HTTP/1.1 200 O\rK\r\n\r\n",
                "HTTP/1.1 200 OK\r\n\n",
                "HTTP/1.1 200 OK\r\n a: b\r\n\r\n",
                "HTTP/1.1 200 OK\r\na: b\r\n c\r\n\r\n",
                "HTTP/1.1 200 OK\r\na : b\r\n\r\n",
                "HTTP/1.1 200 OK\r\na: b\0\r\n\r\n",
                "HTTP/1.1 200 OK\r\na: b\n\r\n",
                "HTTP/1.1 200 OK\r\na\r\n\r\n",
                "HTTP/1.1 200 OK\r\na: b\r\na: b\r\na: b\r\na"
            })
    void whatIsWrongBlamesTheOrigin(String text) {
        ProxyException failure = failure(text);

        assertThat(failure.outcome()).isEqualTo(Outcome.BAD_RESPONSE);
        assertThat(failure.delivery()).isEqualTo(Delivery.ANSWERED);
        assertThat(failure.status()).isEqualTo(502);
        assertThat(failure.publicDetail()).isNull();
    }

    @Test
    void anAnswerInHttp2IsNamedAsThat() {
        assertThat(failure("\0\0\22\4\0\0\0\0\0"))
                .hasMessage("the origin answers in HTTP/2: its upstream needs http2(true)");
        assertThat(failure("\0\0\22\1\0\0\0\0\0")).hasMessage("no version of HTTP where it belongs");
        assertThat(failure("\0")).as("no other byte is waited for").hasMessage("no version of HTTP where it belongs");
    }

    @Test
    void aReasonPhraseHasALimit() throws IOException {
        String most = "HTTP/1.1 200 " + "x".repeat(8 * 1024);

        assertThat(read(most + "\r\n\r\n")).isNotNull();
        assertThat(failure(most + "x").outcome()).isEqualTo(Outcome.BAD_RESPONSE);
    }

    @Test
    void fieldLinesHaveALimitOfBytes() throws IOException {
        String most = "HTTP/1.1 200 OK\r\na:" + "b".repeat(HEADER_BYTES - 4);

        assertThat(read(most + "\r\n\r\n")).isNotNull();
        assertThat(failure(most + "b").outcome()).isEqualTo(Outcome.BAD_RESPONSE);
    }

    @Test
    void interimHeadsAreReadOneByOne() throws IOException {
        ResponseReader reader = reader(new InputBuffer(
                Pieces.of(
                        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\n\r\nx"),
                16));

        assertThat(reader.read()).isEqualTo(new ResponseHead(HttpVersion.HTTP_1_1, 100, Headers.empty()));
        assertThat(reader.read()).isEqualTo(new ResponseHead(HttpVersion.HTTP_1_1, 103, Headers.of("Link", "a")));
        assertThat(reader.read()).isEqualTo(new ResponseHead(HttpVersion.HTTP_1_1, 200, Headers.empty()));
        assertThatThrownBy(reader::read).isInstanceOf(ProxyException.class);
    }

    @Test
    void theEndBeforeAResponseIsNotAFault() throws IOException {
        assertThat(read("")).isNull();
    }

    @Test
    void theEndInsideAResponseIsAFault() {
        String head = "HTTP/1.1 200 OK\r\na: b\r\n\r\n";
        for (int end = 1; end < head.length(); end++) {
            String text = head.substring(0, end);
            assertThatThrownBy(() -> read(text)).as(text).isInstanceOf(EOFException.class);
        }
    }

    private static ResponseReader reader(InputBuffer in) {
        return new ResponseReader(in, HEADER_BYTES, HEADER_COUNT);
    }

    private static @Nullable ResponseHead read(String text) throws IOException {
        return reader(new InputBuffer(Pieces.of(text), 4096)).read();
    }

    private static ProxyException failure(String text) {
        return catchThrowableOfType(ProxyException.class, () -> read(text));
    }
}
