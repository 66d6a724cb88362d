package dev.sluice.proxy.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class FixedAnswerTest {
    private static final FixedAnswer HELLO = FixedAnswer.text("hello");

    @TempDir
    private Path folder;

    private static TestResponse send(FixedAnswer answer, String method, String... fields) throws Exception {
        return TestClient.of(answer).send(method, "/x", Headers.of(fields), new byte[0]);
    }

    private static String tag(FixedAnswer answer) throws Exception {
        return send(answer, "GET").headers().first("ETag").orElseThrow();
    }

    @Test
    void everyRequestGetsIt() throws Exception {
        for (String method : new String[] {"GET", "POST", "DELETE"}) {
            TestResponse response = send(HELLO, method);
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.text()).isEqualTo("hello");
            assertThat(response.headers().all("Content-Type")).containsExactly("text/plain; charset=utf-8");
        }
    }

    @Test
    void headGetsTheLengthWithoutTheContent() throws Exception {
        try (ProxyServer server =
                        ProxyServer.builder().addRoute("/**", HELLO).build().start();
                RawConnection client = RawConnection.connect(server.address())) {
            client.write("HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            assertThat(client.readAll())
                    .startsWith("HTTP/1.1 200 ")
                    .contains("\r\nContent-Length: 5\r\n", "\r\nETag: \"")
                    .endsWith("\r\n\r\n");
        }
    }

    @Test
    void theSameContentHasTheSameTag() throws Exception {
        assertThat(tag(HELLO)).matches("\"[0-9a-f]{32}\"").isEqualTo(tag(FixedAnswer.html("hello")));
        assertThat(tag(FixedAnswer.text("other"))).isNotEqualTo(tag(HELLO));
        assertThat(tag(HELLO.withField("ETag", "W/\"1\""))).isEqualTo("W/\"1\"");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, TAG, 304",
        "HEAD, TAG, 304",
        "GET, W/TAG, 304",
        "GET, '\"a,b\", TAG', 304",
        "GET, *, 304",
        "GET, '\"other\"', 200",
        "GET, '', 200",
        "POST, TAG, 200"
    })
    void aClientThatHasItIsTold(String method, String known, int status) throws Exception {
        FixedAnswer answer = HELLO.withField("Cache-Control", "max-age=60");
        TestResponse response = send(answer, method, "If-None-Match", known.replace("TAG", tag(HELLO)));

        assertThat(response.status()).isEqualTo(status);
        assertThat(response.headers().all("ETag")).containsExactly(tag(HELLO));
        assertThat(response.headers().all("Cache-Control")).containsExactly("max-age=60");
        if (status == 304) {
            assertThat(response.text()).isEmpty();
            assertThat(response.headers().has("Content-Type")).isFalse();
        }
    }

    @Test
    void anotherStatusHasNoTag() throws Exception {
        TestResponse gone = send(HELLO.withStatus(410), "GET", "If-None-Match", "*");

        assertThat(gone.status()).isEqualTo(410);
        assertThat(gone.text()).isEqualTo("hello");
        assertThat(gone.headers().has("ETag")).isFalse();
        assertThat(send(FixedAnswer.empty(204), "POST").headers()).isEqualTo(Headers.empty());
    }

    @Test
    void theContentComesFromTextsFilesAndResources() throws Exception {
        Path file = Files.writeString(folder.resolve("a.txt"), "of a file");

        assertThat(send(FixedAnswer.json("{}"), "GET").headers().first("Content-Type"))
                .contains("application/json");
        assertThat(send(FixedAnswer.file(file, "text/x-a"), "GET").text()).isEqualTo("of a file");
        FixedAnswer resource = FixedAnswer.resource(FixedAnswerTest.class, "FixedAnswerTest.class", "a/b");
        assertThat(send(resource, "GET").body()).startsWith(0xCA, 0xFE, 0xBA, 0xBE);
        assertThat(send(resource, "GET").headers().first("Content-Type")).contains("a/b");
    }

    @Test
    void bytesMayChangeAfterwards() throws Exception {
        byte[] bytes = {'a'};
        FixedAnswer answer = FixedAnswer.of(bytes, "text/plain");
        bytes[0] = 'b';

        assertThat(send(answer, "GET").text()).isEqualTo("a");
    }

    @Test
    void whatIsMissingOrOutOfRangeIsRefused() {
        assertThatThrownBy(() -> FixedAnswer.file(folder.resolve("none"), "a/b"))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("a fixed answer cannot be read: " + folder.resolve("none"));
        assertThatThrownBy(() -> FixedAnswer.resource(FixedAnswerTest.class, "none", "a/b"))
                .hasMessage("no resource \"none\" beside " + FixedAnswerTest.class.getName());
        assertThatThrownBy(() -> HELLO.withStatus(199)).hasMessage("status must be 200 to 999: 199");
        assertThatThrownBy(() -> HELLO.withStatus(204)).hasMessage("status 204 has no content");
        assertThatThrownBy(() -> FixedAnswer.empty(101)).hasMessage("status must be 200 to 999: 101");
        assertThatThrownBy(() -> HELLO.withField("Content-Length", "1"))
                .hasMessage("field is written by the server itself: Content-Length");
        assertThatThrownBy(() -> HELLO.withField("a b", "1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a b");
        assertThatThrownBy(() -> FixedAnswer.of(new byte[0], "a\nb"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Content-Type");
    }
}
