package dev.sluice.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class H2loadTest {
    private static final String SAID = """
            starting benchmark...
            finished in 3.00s, 27941.33 req/s, 29.13MB/s
            requests: 83824 total, 84080 started, 83824 done, 83824 succeeded, 0 failed, 0 errored, 0 timeout
            status codes: 83824 2xx, 0 3xx, 0 4xx, 0 5xx
            traffic: 87.40MB (91642496) total, 1.20MB (1257360) headers (space savings 90.00%), 81.86MB (85835776) data
            """;

    @Test
    void countsAndRateAreRead() {
        LoadResult result = H2load.parse(SAID);
        assertThat(result.requests()).isEqualTo(83_824);
        assertThat(result.perSecond()).isEqualTo(27_941.33);
        assertThat(result.p99Micros()).isNaN();
        assertThat(result.errors()).isEmpty();
    }

    @Test
    void eachKindOfErrorIsNamed() {
        String said = SAID.replace("0 failed, 0 errored", "3 failed, 4 errored")
                .replace("0 3xx, 0 4xx, 0 5xx", "1 3xx, 2 4xx, 7 5xx");
        assertThat(H2load.parse(said).errors()).isEqualTo("3 failed, 4 errored, 1 with 3xx, 2 with 4xx, 7 with 5xx");
    }

    @Test
    void theFastestAndTheSlowestOfABurstAreReadInEachUnit() {
        String said = SAID + "time for request:      950us      3.09s       1.02s     23.70ms    92.60%\n";
        H2load.Burst burst = H2load.parseBurst(1_000, said);
        assertThat(burst.fastest()).isEqualTo(0.00095);
        assertThat(burst.slowest()).isEqualTo(3.09);
        assertThat(burst.load().perSecond()).isEqualTo(1_000 / 3.09);
        assertThat(H2load.parseBurst(1, said.replace("950us", "12.5ms")).fastest())
                .isEqualTo(0.0125);
    }

    @Test
    void whatIsNoOutputIsShown() {
        assertThatThrownBy(() -> H2load.parse("no such option"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("h2load said: no such option");
    }
}
