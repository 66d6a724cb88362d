package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.Headers;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The text of a recorded exchange:
 *
 * <pre>
 * request: GET /users/7
 *   Accept: application/json
 * response: 200
 *   Content-Type: application/json
 * body: text
 * |{"name": "Anna"}
 * </pre>
 *
 * <p>Each line of a body is behind a bar, so that nothing in it is taken for something else; a text that ends with a line end
 * has an empty line at its end. Pure functions.
 */
final class RecordingFile {
    static final String SUFFIX = ".txt";

    private static final int BASE64_COLUMNS = 76;

    private RecordingFile() {}

    static String text(RecordedExchange exchange) {
        StringBuilder text = new StringBuilder();
        text.append("request: ")
                .append(exchange.method())
                .append(' ')
                .append(exchange.target())
                .append('\n');
        fields(text, exchange.fields());
        body(text, exchange.body());
        Reply response = exchange.response();
        for (Reply.Interim interim : response.interim()) {
            text.append("interim: ").append(interim.status()).append('\n');
            fields(text, interim.headers());
        }
        text.append("response: ").append(response.status()).append('\n');
        fields(text, response.headers());
        body(text, exchange.content());
        if (!response.trailers().isEmpty()) {
            text.append("trailers:\n");
            fields(text, response.trailers());
        }
        return text.toString();
    }

    private static void fields(StringBuilder text, Headers fields) {
        fields.forEach((name, value) -> text.append("  ")
                .append(name)
                .append(value.isEmpty() ? ":" : ": ")
                .append(value)
                .append('\n'));
    }

    private static void body(StringBuilder text, byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        String readable = readable(bytes);
        text.append(readable == null ? "body: base64\n" : "body: text\n");
        String lines = readable == null
                ? Base64.getMimeEncoder(BASE64_COLUMNS, new byte[] {'\n'}).encodeToString(bytes)
                : readable;
        for (String each : lines.split("\n", -1)) {
            text.append('|').append(each).append('\n');
        }
    }

    /** The text that these bytes are; null if they are none, or one that an editor would change. */
    private static @Nullable String readable(byte[] bytes) {
        try {
            String text = decoded(bytes, 0, bytes.length);
            return text.chars().anyMatch(c -> Character.isISOControl(c) && c != '\n' && c != '\t') ? null : text;
        } catch (CharacterCodingException noText) {
            return null;
        }
    }

    /**
     * Bytes as text in UTF-8.
     *
     * @throws CharacterCodingException if they are none
     */
    static String decoded(byte[] bytes, int begin, int end) throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes, begin, end - begin))
                .toString();
    }
}
