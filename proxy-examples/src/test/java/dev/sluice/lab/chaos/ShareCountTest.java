package dev.sluice.lab.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.PoolSnapshot;
import dev.sluice.balancer.PoolSnapshot.Condition;
import dev.sluice.balancer.PoolSnapshot.MemberSnapshot;
import dev.sluice.balancer.PoolSnapshot.Recent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShareCountTest {
    @ParameterizedTest
    @CsvSource({"500, 1000, 500, true", "549, 951, 500, true", "551, 949, 500, false", "0, 1500, 500, false"})
    void sharesMustBeWithinTenPercentOfTheWeights(int first, int second, int third, boolean good) {
        ShareCount count = ShareCount.between(pool(70, 7, 7_000), pool(70 + first, 7 + second, 7_000 + third), 0.1);
        assertThat(count.good()).as(count.toString()).isEqualTo(good);
    }

    @Test
    void oneBadRecoveryFailsTheCheck() {
        ShareCount good = new ShareCount("", 0.01, true);
        ShareCount bad = new ShareCount("", 0.2, false);
        assertThat(ShareCount.check(List.of(good, good), 2_000, 0.1).passed()).isTrue();
        assertThat(ShareCount.check(List.of(good, bad), 2_000, 0.1))
                .hasToString("FAIL  after each recovery the shares of the next 2000 requests are within 10 % of the"
                        + " weights: 1 of 2 recoveries, at most 20.0 % off");
    }

    /** A count of members with the weights 1, 2 and 1. */
    private static PoolSnapshot pool(long... requests) {
        List<MemberSnapshot> members = new ArrayList<>();
        for (int i = 0; i < requests.length; i++) {
            int weight = i == 1 ? 2 : 1;
            members.add(new MemberSnapshot(
                    "origin-" + i,
                    Condition.UP,
                    weight,
                    weight,
                    0,
                    Map.of(),
                    0,
                    1,
                    0,
                    requests[i],
                    0,
                    new Recent(0, 0, 0, 0),
                    0,
                    0,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty()));
        }
        return new PoolSnapshot("pool", Instant.EPOCH, false, 0, 0, 0, 0, 0, members);
    }
}
