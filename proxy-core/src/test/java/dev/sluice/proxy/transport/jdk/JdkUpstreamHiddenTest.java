package dev.sluice.proxy.transport.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the JDK's client itself does with faulty responses, before our code sees them: the rows of docs/jdk-client.md.
 */
class JdkUpstreamHiddenTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            trailer fields                         | 3~abc~0~X: 1~~
            chunk size that overflows              | 100000002~ab~0~~
            chunk size that overflows to zero      | 3~abc~100000000~~
            chunk without a size                   | 3~abc~~~
            bad chunk end                          | 3~abcXY0~~
            chunk size that is no number           | 3~abc~x~~
            chunk extension                        | 3;a=b~abc~0~~
            """)
    void theTableSaysWhatTheClientDoes(String what, String chunks) throws Exception {
        String response = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks.replace("~", "\r\n");
        String seen;
        try (JdkUpstreamFixture fixture = JdkUpstreamFixture.answeringOnce(response);
                ProxyResponse received = fixture.get("/")) {
            seen = received.status() + " " + new String(received.body().readAll(100), StandardCharsets.ISO_8859_1);
        } catch (ProxyException failure) {
            seen = failure.outcome().name();
        }

        String message = "`" + chunks.replace("~", "⏎") + "`";
        JdkTable table = JdkTable.of("jdk-client.md", "Responses");
        assertThat(table.rows().get(what)).startsWith(what, message).hasSize(4);
        if (table.isOfTheRunningUpdate()) {
            assertThat(seen).isEqualTo(table.own(what).orElseThrow());
        } else {
            // Either refused, or the beginning of the received content.
            assertThat(seen).isIn("BODY_FAILED", "200 abc", "200 ab", "200 ");
        }
    }
}
