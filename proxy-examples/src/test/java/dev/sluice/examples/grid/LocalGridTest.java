package dev.sluice.examples.grid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The grid within a JVM does what {@link Grid} says, and so does one that rests. */
class LocalGridTest extends GridFixture {
    private static final byte[] ONE = {1};
    private static final byte[] TWO = {2};
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final List<String> told = new ArrayList<>();

    private Grid.Listening listen() {
        return closing(grid.listen(new Grid.Listener() {
            @Override
            public void changed(String name) {
                told.add(name);
            }

            @Override
            public void appended() {
                told.add("log");
            }

            @Override
            public void hears(boolean now) {
                told.add(now ? "hears" : "deaf");
            }
        }));
    }

    @Test
    void aValueLastsAsLongAsItIsTold() throws Exception {
        grid.put("a", ONE, SECOND);
        grid.put("b", ONE, SECOND.multipliedBy(2));
        grid.put("c", ONE, SECOND);
        grid.expire("c", SECOND.multipliedBy(2));
        grid.put("d", ONE, SECOND);
        grid.remove("d");
        assertThat(grid.get("a")).isEqualTo(ONE);
        assertThat(grid.names()).containsExactlyInAnyOrder("a", "b", "c");
        time.advance(SECOND);
        assertThat(grid.get("a")).isNull();
        grid.expire("a", SECOND);
        assertThat(grid.names()).containsExactlyInAnyOrder("b", "c");
    }

    @Test
    void aValueIsReplacedIfItIsWhatIsExpected() throws Exception {
        assertThat(grid.replace("a", ONE, TWO, SECOND)).isFalse();
        assertThat(grid.replace("a", null, ONE, SECOND)).isTrue();
        assertThat(grid.replace("a", null, TWO, SECOND)).isFalse();
        assertThat(grid.replace("a", new byte[] {1}, TWO, SECOND)).isTrue();
        assertThat(grid.get("a")).isEqualTo(TWO);
        assertThat(grid.replace("a", TWO, null, SECOND)).isTrue();
        assertThat(grid.names()).isEmpty();
        grid.put("a", ONE, SECOND);
        time.advance(SECOND);
        assertThat(grid.replace("a", null, TWO, SECOND))
                .as("what has ended is none")
                .isTrue();
    }

    @Test
    void listenersAreTold() throws Exception {
        Grid.Listening listening = listen();
        grid.replace("a", null, ONE, SECOND);
        grid.replace("a", null, ONE, SECOND);
        grid.append("one", SECOND);
        grid.away(true);
        grid.away(false);
        grid.silent(true);
        grid.append("one", SECOND);
        grid.silent(false);
        listening.close();
        grid.append("one", SECOND);
        assertThat(told).containsExactly("hears", "a", "log", "deaf", "hears", "deaf", "hears");
    }

    @Test
    void anEntryOfTheLogHasTheTimeAsItsNumber() throws Exception {
        long first = grid.append("one", SECOND);
        assertThat(first).isEqualTo(time.now().toEpochMilli() * 1_000);
        assertThat(grid.append("two", SECOND)).isEqualTo(first + 1);
        time.advance(Duration.ofMillis(1));
        assertThat(grid.append("two", SECOND)).isEqualTo(first + 1_000);
        assertThat(grid.after(first)).extracting(Grid.Logged::number).containsExactly(first + 1, first + 1_000);
        time.advance(SECOND.minusMillis(1));
        assertThat(grid.after(0)).extracting(Grid.Logged::number).containsExactly(first + 1_000);
    }

    @Test
    void afterAFailureAGridRestsForASecond() throws Exception {
        Grid resting = new RestingGrid(grid, time);
        resting.put("a", ONE, SECOND.multipliedBy(9));
        grid.away(true);
        assertThatThrownBy(() -> resting.get("a")).isInstanceOf(IOException.class);
        grid.away(false);
        time.advance(Duration.ofMillis(999));
        assertThatThrownBy(() -> resting.get("a"))
                .isInstanceOf(IOException.class)
                .hasMessage("the grid has failed, and rests: the grid is away");
        time.advance(Duration.ofMillis(1));
        assertThat(resting.get("a")).isEqualTo(ONE);
    }
}
