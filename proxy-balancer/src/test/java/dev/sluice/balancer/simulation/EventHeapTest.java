package dev.sluice.balancer.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EventHeapTest {
    private final EventHeap agenda = new EventHeap();

    @Test
    void eventsComeInTimeOrderHoweverTheyWereMovedAndRemoved() {
        Random random = new Random(1);
        List<Named> events = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            events.add(new Named());
            agenda.put(events.get(i), random.nextInt(500));
        }
        for (int i = 0; i < 3_000; i++) {
            Named event = events.get(random.nextInt(events.size()));
            if (random.nextInt(4) == 0) {
                agenda.remove(event);
            } else {
                agenda.put(event, random.nextInt(500));
            }
        }
        List<Named> expected = new ArrayList<>(events.stream()
                .filter(event -> event.place >= 0)
                .sorted(Comparator.<Named>comparingLong(event -> event.nanos).thenComparingLong(event -> event.order))
                .toList());

        List<Named> happened = new ArrayList<>();
        while (agenda.nextNanos() != Long.MAX_VALUE) {
            happened.add((Named) agenda.next());
        }

        assertThat(happened).hasSizeBetween(500, 2_000).isEqualTo(expected);
    }

    private static final class Named extends Event {
        @Override
        void happen() {}
    }
}
