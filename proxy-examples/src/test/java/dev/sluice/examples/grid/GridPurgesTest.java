package dev.sluice.examples.grid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.cache.store.Purge;
import dev.sluice.proxy.cache.store.PurgeLog;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Purges in the grid's log. */
class GridPurgesTest extends GridFixture {
    private List<Purge> open(GridStore store) throws IOException {
        List<Purge> heard = new ArrayList<>();
        store.purgeLog().open(heard::add);
        return heard;
    }

    @Test
    void purgesAreHeardInOrderAlsoByThoseThatJoinLater() throws Exception {
        GridStore one = store();
        GridStore two = store();
        List<Purge> heard = open(two);
        PurgeLog log = one.purgeLog();
        long first = log.add("red", false);
        long second = log.add("a tag", true);
        long third = log.add(null, true);
        long fourth = log.add(null, false);
        assertThat(first).isPositive();
        assertThat(List.of(second - first, third - second, fourth - third))
                .as("the clock stands still")
                .containsOnly(1L);
        List<Purge> all = List.of(
                new Purge("red", false, first),
                new Purge("a tag", true, second),
                new Purge(null, true, third),
                new Purge(null, false, fourth));
        two.find(KEY);
        assertThat(heard).isEqualTo(all);
        assertThat(open(store())).isEqualTo(all);
        two.find(KEY);
        assertThat(heard).as("once").isEqualTo(all);
    }

    @Test
    void thoseOfOthersAreKnownBeforeOnesOwn() throws Exception {
        GridStore one = store();
        List<Purge> heard = open(one);
        store().purgeLog().add("red", false);
        one.purgeLog().add("blue", false);
        assertThat(heard).extracting(Purge::tag).containsExactly("red", "blue");
    }

    @Test
    void whatTheGridDidNotTakeIsAddedWhenItIsBack() throws Exception {
        GridStore one = store();
        List<Purge> heard = open(store());
        List<Purge> own = open(one);
        grid.away(true);
        assertThatThrownBy(() -> one.purgeLog().add("red", true)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> one.purgeLog().add("blue", false)).isInstanceOf(IOException.class);
        grid.away(false);
        rested();
        one.purgeLog().add("green", false);
        assertThat(own).extracting(Purge::tag).containsExactly("red", "blue", "green");
        assertThat(heard).isEmpty();
        assertThat(open(store())).isEqualTo(own);
    }

    @Test
    void anEntryLastsAsLongAsWhatItIsFor() throws Exception {
        store().purgeLog().add("red", false);
        time.advance(Duration.ofDays(1).minusMillis(1));
        assertThat(open(store())).hasSize(1);
        time.advance(Duration.ofMillis(1));
        assertThat(open(store())).isEmpty();
    }

    @Test
    void aLogThatIsNotToldOfIsReadEachTime() throws Exception {
        GridStore one = store();
        List<Purge> heard = open(one);
        grid.silent(true);
        for (int i = 1; i <= 2; i++) {
            store().purgeLog().add("red", false);
            assertThat(one.find(KEY)).isEmpty();
            assertThat(heard).hasSize(i);
        }
    }
}
