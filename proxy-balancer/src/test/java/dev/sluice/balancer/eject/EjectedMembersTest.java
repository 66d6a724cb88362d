package dev.sluice.balancer.eject;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.health.EjectionPolicy;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EjectedMembersTest {
    @ParameterizedTest(name = "of {0} with {1} at most and {2} %: {3}")
    @CsvSource({
        "0, 99, 100, 0",
        "1, 99, 100, 0",
        "2, 99, 100, 1",
        "3, 99, 100, 2",
        "10, 99, 100, 9",
        "1, 99, 50, 0",
        "2, 99, 50, 1",
        "3, 99, 50, 1",
        "4, 99, 50, 2",
        "5, 99, 50, 2",
        "10, 99, 50, 5",
        "1, 99, 10, 0",
        "2, 99, 10, 1",
        "3, 99, 10, 1",
        "19, 99, 10, 1",
        "20, 99, 10, 2",
        "2, 1, 100, 1",
        "10, 3, 100, 3",
        "10, 3, 20, 2"
    })
    void soManyMayBeOutAtOnce(int members, int most, int percent, int expected) {
        EjectionPolicy policy = EjectionPolicy.builder()
                .maxEjected(most)
                .maxEjectedPercent(percent)
                .build();
        int ejected = 0;
        while (Ejection.mayEject(policy, members, ejected)) {
            ejected++;
        }
        assertThat(ejected).isEqualTo(expected);
        assertThat(Ejection.mayEject(policy, members, expected + 1)).isFalse();
    }
}
