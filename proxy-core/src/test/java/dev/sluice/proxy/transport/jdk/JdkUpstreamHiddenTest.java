package dev.sluice.proxy.transport.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the JDK's client makes of faulty responses by itself, before anybody can look: the rows of docs/jdk-client.md.
 */
class JdkUpstreamHiddenTest {
    private static final Runtime.Version JDK = Runtime.version();

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            trailer fields                         | 3~abc~0~X: 1~~            | BODY_FAILED | 200 abc
            chunk size that overflows              | 100000002~ab~0~~          | BODY_FAILED | 200 ab
            chunk size that overflows to zero      | 3~abc~100000000~~         | BODY_FAILED | 200 abc
            chunk without a size                   | 3~abc~~~                  | BODY_FAILED | 200 abc
            bad chunk end                          | 3~abcXY0~~                | BODY_FAILED | 200 abc
            chunk size that is no number           | 3~abc~x~~                 | BODY_FAILED | BODY_FAILED
            chunk extension                        | 3;a=b~abc~0~~             | 200 abc     | 200 abc
            """)
    void theTableSaysWhatTheClientDoes(String what, String chunks, String on17, String on25) throws Exception {
        String response = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks.replace("~", "\r\n");
        String seen;
        try (JdkUpstreamFixture fixture = JdkUpstreamFixture.answeringOnce(response);
                ProxyResponse received = fixture.get("/")) {
            seen = received.status() + " " + new String(received.body().readAll(100), StandardCharsets.ISO_8859_1);
        } catch (ProxyException failure) {
            seen = failure.outcome().name();
        }

        if (JDK.feature() == 17 && JDK.update() == 21) {
            assertThat(seen).isEqualTo(on17);
        } else if (JDK.feature() == 25 && JDK.update() == 3) {
            assertThat(seen).isEqualTo(on25);
        } else {
            // Other releases have some of the changes between these two; to refuse is always right.
            assertThat(seen).isIn(on17, on25, "BODY_FAILED");
        }
        assertThat(Files.readString(Path.of("..", "docs", "jdk-client.md")))
                .contains("| " + what + " | `" + chunks.replace("~", "⏎") + "` | " + on17 + " | " + on25 + " |");
    }
}
