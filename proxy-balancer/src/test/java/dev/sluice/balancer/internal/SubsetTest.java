package dev.sluice.balancer.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubsetTest {
    @Test
    void eachRoundOfClientsUsesEachMemberOnce() {
        List<String> ids = ids(300);
        Set<String> used = new HashSet<>();
        for (int client = 10; client < 20; client++) {
            Set<String> subset = new Subset(client, 30).of(ids);
            assertThat(subset).hasSize(30);
            used.addAll(subset);
        }
        assertThat(used).hasSize(300);
    }

    @Test
    void clientsSpreadEvenlyAndEachRoundLeavesOutOtherMembers() {
        Map<String, Integer> clients = new HashMap<>();
        for (int client = 0; client < 100; client++) {
            new Subset(client, 30).of(ids(310)).forEach(id -> clients.merge(id, 1, Integer::sum));
        }
        // Each of ten rounds leaves out ten of 310 members. A member has 9.7 clients on average, and is rarely left out
        // more than twice.
        assertThat(clients).hasSize(310);
        assertThat(clients.values()).allMatch(count -> count >= 7 && count <= 10);
        assertThat(clients.values().stream().filter(count -> count < 10).count())
                .isGreaterThan(60);
    }

    @Test
    void eachRoundIsShuffledDifferently() {
        assertThat(new Subset(0, 30).of(ids(300))).isNotEqualTo(new Subset(10, 30).of(ids(300)));
    }

    @Test
    void theOrderOfTheIdsDoesNotMatter() {
        List<String> reversed = new ArrayList<>(ids(95));
        Collections.reverse(reversed);
        assertThat(new Subset(3, 10).of(reversed)).isEqualTo(new Subset(3, 10).of(ids(95)));
    }

    @Test
    void anAddedMemberChangesOneMemberOfEachSubset() {
        for (int client = 0; client < 30; client++) {
            Set<String> kept = new HashSet<>(new Subset(client, 30).of(ids(301)));
            kept.retainAll(new Subset(client, 30).of(ids(302)));
            assertThat(kept).hasSizeGreaterThanOrEqualTo(29);
        }
    }

    @Test
    void aFleetNoLargerThanTheSubsetIsUsedWhole() {
        assertThat(new Subset(5, 30).of(ids(30))).hasSize(30);
        assertThat(new Subset(5, 30).of(ids(3))).containsExactlyInAnyOrderElementsOf(ids(3));
        assertThat(new Subset(5, 30).of(ids(0))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"-1, 5, subset client must not be negative: -1", "0, 0, subset size must be at least 1: 0"})
    void numbersThatMakeNoSenseAreRefused(int client, int size, String message) {
        assertThatThrownBy(() -> new Subset(client, size))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    private static List<String> ids(int count) {
        return IntStream.range(0, count).mapToObj(i -> "member-" + i).toList();
    }
}
