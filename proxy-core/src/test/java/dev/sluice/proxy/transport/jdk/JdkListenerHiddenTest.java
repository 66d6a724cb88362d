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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the JDK's server itself does with a message: {@code docs/jdk-listener.md}, row by row. */
class JdkListenerHiddenTest {
    static Stream<List<String>> rows() throws IOException {
        return JdkTable.of("jdk-listener.md", "Messages").rows().values().stream();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void theServerBehavesAsTheTableSays(List<String> row) throws Exception {
        String message = row.get(1).substring(1, row.get(1).length() - 1);
        String result = result(message.replace("⏎", "\r\n")
                .replace('␊', '\n')
                .replace('␍', '\r')
                .replace('␉', '\t')
                .replace('␋', '\u000b'));

        assertThat(result).matches("closes silently|answers [45]\\d\\d|(answers 100, then )?shows `\\[[!-~ ]*]`");
        JdkTable.of("jdk-listener.md", "Messages")
                .own(row.get(0))
                .ifPresent(own -> assertThat(result).isEqualTo(own));
    }

    @Test
    void tooManyFieldsForTheServerCloseTheConnectionWithoutAnAnswer() throws Exception {
        assertThat(result("GET / HTTP/1.1\r\nHost: a\r\n" + manyFields(201) + "\r\n"))
                .isEqualTo("closes silently");
    }

    @Test
    void aHeadAbove380KibibytesClosesTheConnectionWithoutAnAnswerOrOnUpdatesWithoutThatLimitIsRefused()
            throws Exception {
        assertThat(result("GET / HTTP/1.1\r\nHost: a\r\nX: " + "y".repeat(400 * 1024) + "\r\n\r\n"))
                .isIn("closes silently", isNamed() ? "closes silently" : "answers 431");
    }

    @Test
    void responsesHaveFieldNamesReasonPhraseAndDateOfTheServersOwn() throws Exception {
        ProxyHandler handler = request -> ProxyResponse.builder(422)
                .addHeader("X-ABC-def", "1")
                .addHeader("Date", "Thu, 01 Jan 1970 00:00:00 GMT")
                .build();
        try (JdkListenerHarness server = new JdkListenerHarness(handler)) {
            String answer = server.exchange("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            assertThat(answer).startsWith("HTTP/1.1 422 \r\n").contains("X-abc-def: 1\r\n");
            assertThat(answer).contains("Date: ").doesNotContain("1970");
        }
    }

    private static boolean isNamed() throws IOException {
        return JdkTable.of("jdk-listener.md", "Messages").isOfTheRunningUpdate();
    }

    private static String manyFields(int count) {
        StringBuilder fields = new StringBuilder();
        for (int i = 0; i < count; i++) {
            fields.append('X').append(i).append(": y\r\n");
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
            client.write(message);
            client.shutdownOutput();
            return summary(client.readAll());
        } catch (SocketException reset) {
            // The server closed while our bytes were unread.
            return "closes silently";
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

    /** Each status, and for each 200 the request that the handler saw. */
    private static String summary(String answer) {
        List<String> parts = new ArrayList<>();
        for (String each : answer.split("(?=HTTP/1\\.1 \\d\\d\\d)")) {
            if (each.startsWith("HTTP/1.1 200")) {
                parts.add("shows `" + each.substring(each.indexOf('[')) + "`");
            } else if (!each.isEmpty()) {
                parts.add("answers " + each.substring(9, 12));
            }
        }
        return parts.isEmpty() ? "closes silently" : String.join(", then ", parts);
    }
}
