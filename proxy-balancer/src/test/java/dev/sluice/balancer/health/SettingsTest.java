package dev.sluice.balancer.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    static Stream<Arguments> badValues() {
        Duration second = Duration.ofSeconds(1);
        return Stream.of(
                bad(
                        "path must be a request target that begins with a slash: \"health\"",
                        () -> HealthCheck.http("health").build()),
                bad(
                        "statuses must be a range within 200 to 999: 300 to 299",
                        () -> HealthCheck.http("/").addStatusRange(300, 299).build()),
                bad(
                        "statuses must be a range within 200 to 999: 100 to 299",
                        () -> HealthCheck.http("/").addStatusRange(100, 299).build()),
                bad(
                        "interval must be positive: 0 s",
                        () -> HealthCheck.tcp().interval(Duration.ZERO).build()),
                bad(
                        "timeout must be positive: -1 s",
                        () -> HealthCheck.tcp().timeout(second.negated()).build()),
                bad(
                        "rise must be at least 1: 0",
                        () -> HealthCheck.tcp().rise(0).build()),
                bad(
                        "fall must be at least 1: -1",
                        () -> HealthCheck.tcp().fall(-1).build()),
                bad(
                        "jitter must be 0 or more and below 1: 1.0",
                        () -> HealthCheck.tcp().jitter(1).build()),
                bad(
                        "jitter must be 0 or more and below 1: NaN",
                        () -> HealthCheck.tcp().jitter(Double.NaN).build()),
                bad(
                        "fastInterval must be at most interval (5 s): 6 s",
                        () -> HealthCheck.tcp()
                                .fastInterval(Duration.ofSeconds(6))
                                .build()),
                bad(
                        "fastInterval must be positive: 0 s",
                        () -> HealthCheck.tcp().fastInterval(Duration.ZERO).build()),
                bad(
                        "grace must not be negative: -1 s",
                        () -> HealthCheck.tcp().grace(second.negated()).build()),
                bad(
                        "port must be 1 to 65535, or 0 for the traffic's: 65536",
                        () -> HealthCheck.tcp().port(65_536).build()),
                bad(
                        "scheme must be http or https, and go with a port: \"https\"",
                        () -> HealthCheck.http("/").scheme("https").build()),
                bad(
                        "scheme must be http or https, and go with a port: \"ftp\"",
                        () -> HealthCheck.http("/").port(21).scheme("ftp").build()),
                bad(
                        "method must be one for a path: \"CONNECT\"",
                        () -> HealthCheck.http("/").method("CONNECT").build()),
                bad(
                        "method must be one for a path: \"GET \"",
                        () -> HealthCheck.http("/").method("GET ").build()),
                bad(
                        "method must be one that is answered with a body: HEAD",
                        () -> HealthCheck.http("/")
                                .method("HEAD")
                                .bodyContains("ok")
                                .build()),
                bad(
                        "header cannot be set, the connection decides: Host",
                        () -> HealthCheck.http("/").addHeader("Host", "a")));
    }

    @ParameterizedTest
    @MethodSource("badValues")
    void aBadValueIsRefusedByName(String message, ThrowingCallable setting) {
        assertThatThrownBy(setting).isInstanceOf(IllegalArgumentException.class).hasMessageEndingWith(message);
    }

    @Test
    void aCheckDoesNotChangeWithItsBuilder() {
        HealthCheck.HttpBuilder builder = HealthCheck.http("/");
        HealthCheck check = builder.build();
        builder.rise(9).fall(9).interval(Duration.ofDays(1));
        assertThat(check.rise()).isEqualTo(2);
        assertThat(check.fall()).isEqualTo(3);
        assertThat(check.interval()).isEqualTo(Duration.ofSeconds(5));
        assertThat(check.timeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(check.jitter()).isEqualTo(0.1);
        assertThat(check.fastInterval()).isEqualTo(Duration.ofSeconds(1));
        assertThat(check.grace()).isZero();
        assertThat(check.beginsUp()).isTrue();
        assertThat(check.toBuilder().beginsUp(false).build().beginsUp()).isFalse();
        assertThat(check).hasToString("GET / every 5 s");
    }

    @ParameterizedTest
    @CsvSource({
        // interval, timeout, fall, rise: in milliseconds and probes
        "50, 200, 3, 2",
        "250, 250, 3, 2",
        "1000, 1000, 3, 2",
        "2000, 2000, 3, 2",
        "10000, 2000, 3, 2",
        "10001, 2000, 2, 1"
    })
    void timeoutAndThresholdsFollowFromTheInterval(long interval, long timeout, int fall, int rise) {
        HealthCheck check =
                HealthCheck.tcp().interval(Duration.ofMillis(interval)).build();
        assertThat(check.timeout()).isEqualTo(Duration.ofMillis(timeout));
        assertThat(check.fall()).isEqualTo(fall);
        assertThat(check.rise()).isEqualTo(rise);
    }

    @Test
    void aSetFastIntervalStaysWhateverTheInterval() {
        HealthCheck check = HealthCheck.tcp()
                .timeout(Duration.ofSeconds(4))
                .fall(5)
                .rise(6)
                .interval(Duration.ofMillis(250))
                .build();
        assertThat(check.timeout()).isEqualTo(Duration.ofSeconds(4));
        assertThat(check.fall()).isEqualTo(5);
        assertThat(check.rise()).isEqualTo(6);
        assertThat(check.toBuilder().beginsUp(false).build().timeout()).isEqualTo(Duration.ofSeconds(4));
    }

    private static Arguments bad(String message, ThrowingCallable setting) {
        return Arguments.of(message, setting);
    }

    @ParameterizedTest
    @ValueSource(strings = {"health", "/a b", "/a#c", ""})
    void aPathThatCannotBeAskedForIsRefused(String path) {
        assertThatThrownBy(() -> HealthCheck.http(path).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("health check path")
                .hasMessageContaining('"' + path + '"');
    }
}
