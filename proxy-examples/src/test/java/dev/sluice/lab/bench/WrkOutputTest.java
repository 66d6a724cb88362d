package dev.sluice.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WrkOutputTest {
    private static final String SAID = """
            Running 2s test @ http://127.0.0.1:19001/
              2 threads and 64 connections
              Thread Stats   Avg      Stdev     Max   +/- Stdev
                Latency   730.61us  728.97us  13.93ms   91.00%
                Req/Sec    49.85k    23.35k  139.01k    50%
              Latency Distribution
                 50%  709.00us
                 75%    0.92ms
                 90%    1.31ms
                 99%    3.71ms
              203533 requests in 2.10s, 29.50MB read
            Requests/sec:  96914.85
            Transfer/sec:     14.05MB
            """;

    @Test
    void countsRateAndPercentilesAreRead() {
        assertThat(WrkOutput.parse(SAID)).isEqualTo(new LoadResult(203_533, 96_914.85, 709, 3_710, ""));
    }

    @ParameterizedTest
    @CsvSource({"84.00us, 84", "3.71ms, 3710", "'1.66s ', 1660000", "1.50m, 90000000"})
    void timesAreReadInEveryUnit(String shown, double micros) {
        assertThat(WrkOutput.parse(SAID.replace("3.71ms", shown)).p99Micros()).isEqualTo(micros);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "Socket errors: connect 1, read 0, write 0, timeout 0; 1 not connected",
                "Socket errors: connect 0, read 2, write 3, timeout 4; 2 reads failed, 3 writes failed, 4 timeouts",
                "Socket errors: connect 0, read 0, write 0, timeout 0;''",
                "Non-2xx or 3xx responses: 7; 7 not 2xx"
            })
    void errorsAreRead(String line, String errors) {
        String said = SAID.replace("Requests/sec", "  " + line + "\nRequests/sec");
        assertThat(WrkOutput.parse(said).errors()).isEqualTo(errors);
    }

    @Test
    void unknownOutputIsShown() {
        assertThatThrownBy(() -> WrkOutput.parse("unable to connect to 127.0.0.1:1 Connection refused\n"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("wrk said: unable to connect to 127.0.0.1:1 Connection refused");
    }
}
