package dev.sluice.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class HandshakesTest {
    private static final String SAID = """
            Collecting connection statistics for 1 seconds
            ****

            452 connections in 0.51s; 886.27 connections/user sec, bytes read 483188
            452 connections in 2 real seconds, 1069 bytes read per connection
            """;

    @Test
    void theConnectionsOfAllClientsAreAdded() {
        LoadResult result = Handshakes.result(List.of(SAID, SAID.replace("452", "48")), 2.5);
        assertThat(result.requests()).isEqualTo(500);
        assertThat(result.perSecond()).isEqualTo(200);
        assertThat(result.errors()).isEmpty();
    }

    @Test
    void aClientThatWasNotConnectedIsAnError() {
        String failed = "Collecting connection statistics for 1 seconds\nERROR\n4087:error: connect error\n";
        assertThat(Handshakes.result(List.of(SAID, failed), 1).errors())
                .isEqualTo("openssl said: 4087:error: connect error");
    }

    @Test
    void anAnswerThatIsTooShortIsAnError() {
        String refused = SAID.replace("1069 bytes", "309 bytes");
        assertThat(Handshakes.result(List.of(refused, SAID), 1).errors()).isEqualTo("answers of 309 bytes");
    }
}
