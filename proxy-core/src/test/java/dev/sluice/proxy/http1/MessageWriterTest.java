package dev.sluice.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.proxy.Headers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageWriterTest {
    private final OutputBuffer out = new OutputBuffer(4);

    @Test
    void aRequestHeadIsWrittenWithItsFieldsInOrderAndCase() {
        MessageWriter.requestLine(out, "GET", "/a?b=\u00e9");
        MessageWriter.fields(out, Headers.of("hOST", "x", "A", "\u00ff", "a", ""));
        out.field("Host", "y");
        out.crlf();

        assertThat(written()).isEqualTo("GET /a?b=\u00e9 HTTP/1.1\r\nhOST: x\r\nA: \u00ff\r\na: \r\nHost: y\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/ ", "/\t", "/\r\nHost: x", "/\n", "/\0", "/\u007f", "/\u010d\u010a", "/\u0141"})
    void aTargetThatWouldBreakTheLineIsRefused(String target) {
        assertThatIllegalArgumentException().isThrownBy(() -> MessageWriter.requestLine(out, "GET", target));
        assertThat(out.size()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "G T", "GET\r\n", "G\u010aT"})
    void aMethodThatIsNoTokenIsRefused(String method) {
        assertThatIllegalArgumentException().isThrownBy(() -> MessageWriter.requestLine(out, method, "/"));
    }

    @ParameterizedTest
    @CsvSource({
        "100, Continue",
        "103, Early Hints",
        "200, OK",
        "207, Multi-Status",
        "226, IM Used",
        "304, Not Modified",
        "308, Permanent Redirect",
        "404, Not Found",
        "431, Request Header Fields Too Large",
        "451, Unavailable For Legal Reasons",
        "502, Bad Gateway",
        "511, Network Authentication Required",
        "418, ''",
        "299, ''",
        "599, ''",
        "600, ''",
        "999, ''"
    })
    void aStatusLineHasTheRegisteredPhraseAndTheSpaceInAnyCase(int status, String phrase) {
        MessageWriter.statusLine(out, status);

        assertThat(written()).isEqualTo("HTTP/1.1 " + status + ' ' + phrase + "\r\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 99, 1000})
    void aStatusHasThreeDigits(int status) {
        assertThatIllegalArgumentException().isThrownBy(() -> MessageWriter.statusLine(out, status));
    }

    @Test
    void aBodyInChunksEndsWithItsTrailers() {
        out.chunkHead(3);
        out.latin1("abc");
        out.crlf();
        MessageWriter.lastChunk(out, Headers.of("a", "b"));

        assertThat(written()).isEqualTo("3\r\nabc\r\n0\r\na: b\r\n\r\n");
    }

    @Test
    void trailersSayNothingOfTheConnectionOrTheFraming() {
        MessageWriter.lastChunk(
                out, Headers.of("Connection", "close", "Content-Length", "3", "Transfer-Encoding", "gzip", "a", "b"));

        assertThat(written()).isEqualTo("0\r\na: b\r\n\r\n");
    }

    private String written() {
        return new String(out.bytes(), 0, out.size(), StandardCharsets.ISO_8859_1);
    }
}
