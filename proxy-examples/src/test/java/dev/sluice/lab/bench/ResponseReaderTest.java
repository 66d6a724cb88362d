package dev.sluice.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResponseReaderTest {
    private static final String RESPONSE = "HTTP/1.1 200 OK\r\nServer: a\r\ncontent-LENGTH: 5\r\nDate: b\r\n\r\n12345";

    private final ResponseReader reader = new ResponseReader();

    @Test
    void aResponseEndsWithItsLastByteWhereverItIsCut() throws Exception {
        for (int cut = 1; cut < RESPONSE.length(); cut++) {
            assertThat(reader.take(bytes(RESPONSE.substring(0, cut)))).isFalse();
            assertThat(reader.take(bytes(RESPONSE.substring(cut)))).isTrue();
        }
    }

    @Test
    void aResponseMayHaveNoBody() throws Exception {
        assertThat(reader.take(bytes("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP/1.1 404 Not Found|Content-Length: 5||12345, not a 200 with Content-Length: HTTP/1.1 404 Not Found",
        "HTTP/1.1 200 OK|Transfer-Encoding: chunked||, not a 200 with Content-Length: HTTP/1.1 200 OK",
        "HTTP/1.1 200 OK|Content-Length: 2||12345, 3 bytes too many after a response"
    })
    void anythingElseIsAnError(String response, String message) {
        assertThatThrownBy(() -> reader.take(bytes(response.replace("|", "\r\n"))))
                .isInstanceOf(IOException.class)
                .hasMessage(message);
    }

    @Test
    void aHeadHasALimit() {
        assertThatThrownBy(() -> reader.take(bytes("HTTP/1.1 200 OK\r\nA: " + "a".repeat(2_048))))
                .isInstanceOf(IOException.class)
                .hasMessage("the head of a response has more than 2048 bytes");
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }
}
