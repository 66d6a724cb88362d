package dev.sluice.proxy.content;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Headers;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceptedCodingsTest {
    private static final List<ContentCoding> OFFERED = List.of(ContentCoding.GZIP, ContentCoding.DEFLATE);

    private static String best(Headers request) {
        ContentCoding best = AcceptedCodings.of(request).best(OFFERED);
        return best == null ? "identity" : best.name();
    }

    /** RFC 9110 §12.5.3 and §12.4.2. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip                             | gzip",
                "GZIP                             | gzip",
                "x-gzip                           | gzip",
                "deflate                          | deflate",
                "deflate, gzip                    | gzip",
                "deflate;q=1, gzip;q=0.999        | deflate",
                "gzip ; q=0.5 , deflate;Q=0.50    | gzip",
                "br, zstd                         | identity",
                "br, *                            | gzip",
                "gzip;q=0, *                      | deflate",
                "gzip;q=0                         | identity",
                "gzip;q=0.000                     | identity",
                "*;q=0                            | identity",
                "identity, gzip;q=0.5             | identity",
                "identity;q=0.5, gzip;q=0.5       | gzip",
                "identity;q=0, gzip;q=0.001       | gzip",
                "gzip;q=0, gzip                   | identity",
                "''                               | identity",
                // Not well-formed, so it counts for nothing.
                "gzip;q=2                         | identity",
                "gzip;q=1.001                     | identity",
                "gzip;q=0.5000                    | identity",
                "gzip;q=                          | identity",
                "gzip;q=-1                        | identity",
                "gzip;q=.5                        | identity",
                "gzip;q=0.x                       | identity",
                "gzip;level=9                     | identity",
                "gzip;                            | identity",
                "gzip deflate                     | identity",
                "gzip;q=0.5;q=1, deflate;q=0.1    | deflate",
            })
    void theClientsWeightsDecideAndThenTheOrder(String field, String best) {
        assertThat(best(Headers.of("Accept-Encoding", field))).isEqualTo(best);
    }

    @Test
    void withoutTheFieldNothingIsCoded() {
        assertThat(best(Headers.empty())).isEqualTo("identity");
    }

    @Test
    void allLinesCount() {
        assertThat(best(Headers.of("Accept-Encoding", "br", "Accept-Encoding", "deflate")))
                .isEqualTo("deflate");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip                | false",
                "*                   | false",
                "identity;q=0        | true",
                "*;q=0               | true",
                "gzip, *;q=0         | true",
                "identity;q=0.1, *;q=0 | false",
                "identity;q=0.0001   | false",
                "''                  | false",
            })
    void theBodyAsItIsMayBeRefused(String field, boolean refused) {
        assertThat(AcceptedCodings.of(Headers.of("Accept-Encoding", field)).refusesIdentity())
                .isEqualTo(refused);
    }
}
