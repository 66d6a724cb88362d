package dev.sluice.proxy.transport.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.testing.RawConnection;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the JDK's server does with a message by itself: the tables of {@code docs/jdk-listener.md}, row by row. The
 * result is the status that the server answers with itself, {@code closed} when it says nothing, or what reached the
 * handler.
 */
class JdkListenerHiddenTest {
    private static final Runtime.Version JDK = Runtime.version();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "CONNECT in authority form | `CONNECT a:443 HTTP/1.1~Host: a:443~~` | closed | closed",
                "target without a slash | `GET a:b HTTP/1.1~Host: a~~` | closed | closed",
                "OPTIONS * | `OPTIONS * HTTP/1.1~Host: a~~` | 404 | 404",
                "absolute target without a path | `GET http://a HTTP/1.1~Host: a~~` | 404 | 404",
                "target with two slashes first | `GET //x/y HTTP/1.1~Host: a~Connection: close~~` | 400 | [GET //x/y HTTP/1.1]",
                "target with a character that is not of a URI | `GET /a{b} HTTP/1.1~Host: a~~` | 400 | 400",
                "space in the target | `GET /a b HTTP/1.1~Host: a~Connection: close~~` | [GET /a HTTP/1.1] | [GET /a HTTP/1.1]",
                "no version | `GET /~Host: a~~` | 400 | 400",
                "Expect: 100-continue | `POST / HTTP/1.1~Host: a~Connection: close~Expect: 100-continue~Content-Length: 1~~x` | 100 [POST / HTTP/1.1 \"x\"] | 100 [POST / HTTP/1.1 \"x\"]",
                "Expect: 100-continue in HTTP/1.0 | `POST / HTTP/1.0~Expect: 100-continue~Content-Length: 1~~x` | 100 [POST / HTTP/1.0 \"x\"] | 100 [POST / HTTP/1.0 \"x\"]",
                "empty lines before the request | `~~~GET / HTTP/1.1~Host: a~Connection: close~~` | [GET / HTTP/1.1] | [GET / HTTP/1.1]",
                "bare LF ends the request line | `GET / HTTP/1.1\\nHost: a~Connection: close~~` | [GET / HTTP/1.1] | 505",
                "bare LF ends a field | `GET / HTTP/1.1~Host: a\\nX: 1~Connection: close~~` | [GET / HTTP/1.1 X=1] | [GET / HTTP/1.1 X=1]",
                "bare CR ends a field | `GET / HTTP/1.1~Host: a~X: 1\\rY: 2~Connection: close~~` | 400 | [GET / HTTP/1.1 X=1 Y=2]",
                "bare CR in the request line | `GET /\\r HTTP/1.1~Host: a~Connection: close~~` | 400 | 400",
                "control character round a value | `GET / HTTP/1.1~Host: a~X: \u000b1~Connection: close~~` | 400 | [GET / HTTP/1.1 X=1]",
                "obs-fold | `GET / HTTP/1.1~Host: a~X: 1~ 2~Connection: close~~` | [GET / HTTP/1.1 X=1 2] | [GET / HTTP/1.1 X=1 2]",
                "tab in a value | `GET / HTTP/1.1~Host: a~X: 1\t2~Connection: close~~` | [GET / HTTP/1.1 X=1 2] | [GET / HTTP/1.1 X=1 2]",
                "space before the colon | `GET / HTTP/1.1~Host: a~X : 1~Connection: close~~` | 400 | 400",
                "field without a colon | `GET / HTTP/1.1~Host: a~X~Connection: close~~` | 400 | 400",
                "empty name | `GET / HTTP/1.1~Host: a~: 1~Connection: close~~` | 400 | 400",
                "line that begins with a space | `GET / HTTP/1.1~ X: 1~Host: a~Connection: close~~` | 400 | 400",
                "names re-cased, order between names lost | `GET / HTTP/1.1~Host: a~X-BB-cc: 1~x-aa-Dd: 2~X-BB-CC: 3~Connection: close~~` | [GET / HTTP/1.1 X-aa-dd=2 X-bb-cc=1 X-bb-cc=3] | [GET / HTTP/1.1 X-aa-dd=2 X-bb-cc=1 X-bb-cc=3]",
                "Content-Length that is no number | `POST / HTTP/1.1~Host: a~Content-Length: x~~` | 400 | 400",
                "two Content-Length | `POST / HTTP/1.1~Host: a~Content-Length: 1~Content-Length: 1~~x` | 400 | 400",
                "Content-Length and Transfer-Encoding | `POST / HTTP/1.1~Host: a~Content-Length: 1~Transfer-Encoding: chunked~~` | 400 | 400",
                "Transfer-Encoding other than chunked | `POST / HTTP/1.1~Host: a~Transfer-Encoding: gzip, chunked~~` | 501 | 501",
                "chunk extension | `POST / HTTP/1.1~Host: a~Connection: close~Transfer-Encoding: chunked~~1;a=b~x~0~~` | [POST / HTTP/1.1 \"x\"] | [POST / HTTP/1.1 \"x\"]",
                "bare LF in a chunk extension | `POST / HTTP/1.1~Host: a~Connection: close~Transfer-Encoding: chunked~~1;a\\nb~x~0~~` | [POST / HTTP/1.1 \"x\"] | [POST / HTTP/1.1 \"x\"]",
                "bare LF ends a chunk's size | `POST / HTTP/1.1~Host: a~Connection: close~Transfer-Encoding: chunked~~1\\nx~0~~` | 400 | 400",
                "chunk size that overflows | `POST / HTTP/1.1~Host: a~Connection: close~Transfer-Encoding: chunked~~100000001~x~0~~` | 400 | [POST / HTTP/1.1 \"x\"]",
                "chunk size of more than 15 digits | `POST / HTTP/1.1~Host: a~Connection: close~Transfer-Encoding: chunked~~0000000000000001~x~0~~` | 400 | 400",
                "chunk without a size | `POST / HTTP/1.1~Host: a~Connection: close~Transfer-Encoding: chunked~~1~x~~~` | 400 | [POST / HTTP/1.1 \"x\"]",
                "bad chunk end | `POST / HTTP/1.1~Host: a~Connection: close~Transfer-Encoding: chunked~~1~xy~0~~` | 400 | 400",
                "bad end of the last chunk | `POST / HTTP/1.1~Host: a~Connection: close~Transfer-Encoding: chunked~~1~x~0~y~~` | 400 | 400",
                "trailer fields | `POST / HTTP/1.1~Host: a~Connection: close~Transfer-Encoding: chunked~~1~x~0~X: 1~~` | 400 | 400",
            })
    void theServerDoesByItself(String what, String message, String jdk17, String jdk25) throws Exception {
        String result = result(message);
        if (JDK.feature() == 17 && JDK.update() == 21) {
            assertThat(result).isEqualTo(jdk17);
        } else if (JDK.feature() == 25 && JDK.update() == 3) {
            assertThat(result).isEqualTo(jdk25);
        } else {
            // Other releases have some of the changes between these two; a 400 of their own is always right.
            assertThat(result).matches(other -> other.equals(jdk17) || other.equals(jdk25) || other.equals("400"));
        }
    }

    @Test
    void tooManyFieldsForTheServerCloseTheConnectionWithoutAnAnswer() throws Exception {
        assertThat(result("GET / HTTP/1.1~Host: a~" + manyFields(201) + "~")).isEqualTo("closed");
    }

    @Test
    void aHeadAbove380KibibytesClosesTheConnectionWithoutAnAnswer() throws Exception {
        assertThat(result("GET / HTTP/1.1~Host: a~X: " + "y".repeat(400 * 1024) + "~~"))
                .isEqualTo("closed");
    }

    @Test
    void responsesHaveFieldNamesReasonPhraseAndDateOfTheServersOwn() throws Exception {
        ProxyHandler handler = request -> ProxyResponse.builder(422)
                .header("X-ABC-def", "1")
                .header("Date", "Thu, 01 Jan 1970 00:00:00 GMT")
                .build();
        try (JdkListenerHarness server = new JdkListenerHarness(handler)) {
            String answer = server.exchange("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            assertThat(answer).startsWith("HTTP/1.1 422 \r\n").contains("X-abc-def: 1\r\n");
            assertThat(answer).contains("Date: ").doesNotContain("1970");
        }
    }

    private static String manyFields(int count) {
        StringBuilder fields = new StringBuilder();
        for (int i = 0; i < count; i++) {
            fields.append('X').append(i).append(": y~");
        }
        return fields.toString();
    }

    private static String result(String message) throws IOException {
        ProxyHandler handler = request -> {
            String content = new String(request.body().readAll(1000), StandardCharsets.ISO_8859_1);
            return ProxyResponse.of(200, "[" + shown(request) + (content.isEmpty() ? "]" : " \"" + content + "\"]"));
        };
        try (JdkListenerHarness server = new JdkListenerHarness(handler);
                RawConnection client = server.connect()) {
            client.write(JdkExchangeHeadTest.wire(message).replace("\\n", "\n").replace("\\r", "\r"));
            client.shutdownOutput();
            return summary(client.readAll());
        } catch (SocketException reset) {
            // It closed while bytes of ours were still unread.
            return "closed";
        }
    }

    private static String shown(ProxyRequest request) {
        StringBuilder text = new StringBuilder();
        text.append(request.method())
                .append(' ')
                .append(request.target())
                .append(' ')
                .append(request.version());
        request.headers()
                .forEach((name, value) ->
                        text.append(' ').append(name).append('=').append(value));
        return text.toString();
    }

    /** Status by status, and for each 200 what the handler saw. */
    private static String summary(String answer) {
        List<String> parts = new ArrayList<>();
        for (String each : answer.split("(?=HTTP/1\\.1 \\d\\d\\d)")) {
            if (each.startsWith("HTTP/1.1 200")) {
                parts.add(each.substring(each.indexOf('[')));
            } else if (!each.isEmpty()) {
                parts.add(each.substring(9, 12));
            }
        }
        return parts.isEmpty() ? "closed" : String.join(" ", parts);
    }
}
